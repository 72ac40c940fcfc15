"""What is shown of another adult of the household is filed under that adult's label.

It is done after the holder's own consent stands in the ledger and before anything is sent: what
cannot be told is not shown. The issuer gave the labels with the copy (`consent.forms.household`),
and none between people whom the law keeps apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from consent.forms.fields import instant_text
from consent.forms.household import MEMBERS, MemberLabel
from consent.forms.reading import ReadRecord
from consent.forms.record import Asked, ConsentRecord, EventState, Evidence
from consent.forms.submission import PairSecret
from keys.json_value import JsonObject, JsonValue
from standards.dcql.paths import dotted
from standards.positions import ClaimPath
from wallet.errors import WalletError, WalletFailure
from wallet.kept.holdings import HeldCredential
from wallet.kept.vault import Vault
from wallet.ledger.pairing import Pair, pair_under
from wallet.ledger.recording import Decision, record
from wallet.ledger.records import read_records
from wallet.ports import Ports
from wallet.presenting.choosing import Choice


@dataclass(frozen=True, slots=True)
class AboutMe:
    """What somebody of the household showed of the holder: names of claims, and to whom.

    ``by`` is the other's name as the holder's own copy has it, empty where that shows none.
    """

    at: datetime
    by: str
    party: str
    claims: tuple[str, ...]

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "at": instant_text(self.at),
            "by": self.by,
            "party": self.party,
            "claims": list(self.claims),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A label under which a member of the household files, and that member's name."""

    secret: PairSecret
    name: str


async def tell_members(
    choice: Choice,
    decision: Decision,
    *,
    ports: Ports,
    vault: Vault,
    now: datetime,
) -> None:
    """File what is shown of each other adult; raises ``WalletError`` as the consent itself."""
    for each in choice:
        labels = () if each.credential.household is None else each.credential.household.file
        for label in labels:
            paths = [path for path in each.paths if _is_of(path, label.member)]
            if paths:
                told = _told(decision, each.credential, paths)
                pair = await pair_under(label.pair, vault=vault, shelf=ports.shelf, now=now)
                await record(
                    told,
                    pair=pair,
                    log=ports.log,
                    correspondent=ports.correspondent,
                    now=now,
                    entropy=ports.entropy,
                )


def _is_of(path: ClaimPath, member: int) -> bool:
    """Tell whether a claim is of a member; the table as a whole is of everybody in it."""
    return path == (MEMBERS,) or path[:2] == (MEMBERS, member)


def _told(decision: Decision, credential: HeldCredential, paths: Sequence[ClaimPath]) -> Decision:
    """Return what the member is told: to whom, on which terms, which claims; no more of it."""
    evidence = decision.evidence
    return replace(
        decision,
        state=EventState.SHARED_ABOUT,
        asked=Asked((), (), tuple(map(dotted, paths)), (credential.vct,)),
        evidence=Evidence(
            terms_sha256=evidence.terms_sha256,
            terms_binding=evidence.terms_binding,
            random=evidence.random,
        ),
        disclosure_salt=None,
    )


def readings(held: Iterable[HeldCredential]) -> tuple[Reading, ...]:
    """Return every label under which others of the household file what they show of the holder."""
    found = {
        label.pair: Reading(label.pair, _name(credential, label))
        for credential in held
        for label in (() if credential.household is None else credential.household.read)
    }
    return tuple(found.values())


async def shown_about_me(
    held: Iterable[HeldCredential], *, ports: Ports, vault: Vault, now: datetime
) -> tuple[AboutMe, ...]:
    """Return what others of the household showed of the holder, the latest first.

    A label that nobody has filed under is no error; a ledger that does not answer raises
    ``WalletError`` (ledger_unavailable).
    """
    found: list[AboutMe] = []
    for reading in readings(held):
        pair = await pair_under(reading.secret, vault=vault, shelf=ports.shelf, now=now)
        records = await _read(pair, ports, now)
        known = (each.record for each in records if each.record is not None)
        found.extend(_about_me(known, reading.name))
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


async def _read(pair: Pair, ports: Ports, now: datetime) -> tuple[ReadRecord, ...]:
    try:
        return await read_records(pair, log=ports.log, correspondent=ports.correspondent, now=now)
    except WalletError as error:
        if error.failure is not WalletFailure.LEDGER_REFUSED:
            raise
        # Nobody has filed under this label yet: to the ledger it does not exist.
        return ()


def _about_me(records: Iterable[ConsentRecord], name: str) -> Iterator[AboutMe]:
    for each in records:
        if each.event_state is EventState.SHARED_ABOUT:
            yield AboutMe(each.event_time, name, each.controller.name, each.asked.disclosed)


def _name(credential: HeldCredential, label: MemberLabel) -> str:
    members: JsonValue = credential.content.claims.get(MEMBERS)
    match members:
        case list() if label.member < len(members):
            match members[label.member]:
                case {"name": str(name)}:
                    return name
                case _:
                    return ""
        case _:
            return ""
