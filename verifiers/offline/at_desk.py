"""Check a shown code with what a desk took along: no network, no ledger, no service.

The steps are those of `verifiers.verifying.verification`, 2 to 9: what the code's chain and status
are held against is as old as the supplies, and the result says how old. Supplies of more than a
day check nothing: a revocation of yesterday would be missed (`MAX_AGE`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue
from keys.jwk import PublicJwk
from keys.trust_list import TrustList, verify_trust_list
from standards.dcql.errors import DcqlError
from standards.dcql.query import DcqlQuery, parse_query
from standards.formats.binding import Request
from standards.profiles import Profile
from standards.shown_code.chain import chain_name
from standards.shown_code.code import ShownCode
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.expected import Expected
from verifiers.presented.issuer_trust import check_trust_list
from verifiers.presented.presentation import check_presentation
from verifiers.presented.status import CheckedStatus, StatusLists
from verifiers.presented.verified import VerifiedCredential
from verifiers.verifying.answered import fitted
from verifiers.verifying.scanned import Addressed, read_addressed, read_scanned, restored

# The desk was on the network today. What was revoked since then is not known here.
MAX_AGE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """What one desk checks with, as `verifiers.offline.supplies` gave it at ``made_at``."""

    party: str
    made_at: datetime
    trust: TrustList
    chains: Mapping[bytes, bytes]
    lists: Mapping[str, str]
    checks: Mapping[str, DcqlQuery]

    @classmethod
    def parse(cls, value: JsonValue, *, now: datetime) -> Self:
        """Read what was fetched, or raise SUPPLIES_UNUSABLE, SUPPLIES_STALE; nothing is guessed.

        The trust list proves itself by its keeper's key, which came with it from the service.
        """
        match value:
            case {
                "made_at": int(made_at),
                "party": str(party),
                "trust_list": str(token),
                "trust_keeper": dict(keeper),
                "chains": list(chains),
                "status_lists": dict(lists),
                "checks": list(checks),
            }:
                made = datetime.fromtimestamp(made_at, UTC)
            case _:
                raise VerifierError(Failure.SUPPLIES_UNUSABLE, "a member is missing")
        if now - made > MAX_AGE:
            raise VerifierError(Failure.SUPPLIES_STALE)
        try:
            key = PublicJwk.parse(keeper).verification_key()
            trust = verify_trust_list(token, key, now)
            queries = dict(map(_check, checks))
        except (KeysError, DcqlError) as error:
            raise VerifierError(Failure.SUPPLIES_UNUSABLE, error.failure.value) from error
        octets = [str(chain).encode() for chain in chains]
        return cls(
            party=party,
            made_at=made,
            trust=trust,
            chains={chain_name(chain): chain for chain in octets},
            lists={uri: str(each) for uri, each in lists.items()},
            checks=queries,
        )


@dataclass(frozen=True, slots=True)
class CheckedOffline:
    """What a code has proven as far as it can be told here; its use is still to be settled.

    ``status`` says which list was asked, and when that was signed.
    """

    addressed: Addressed
    credential: VerifiedCredential
    status: CheckedStatus


@dataclass(frozen=True, slots=True)
class ReadOffline:
    """A code that was read, and of which nothing is proven: for whom it says it is signed."""

    code: ShownCode
    addressed: Addressed


def read_offline(text: str, taken: TakenAlong, *, now: datetime) -> ReadOffline:
    """Return what was scanned, or raise what `read_scanned` and `read_addressed` do.

    CODE_UNREACHABLE for a link or letters: they need the network.
    """
    code = read_scanned(text)
    if not isinstance(code, ShownCode):
        raise VerifierError(Failure.CODE_UNREACHABLE, "a link and letters need the network")
    return ReadOffline(code, read_addressed(code, taken.party, now=now))


async def check_offline(
    read: ReadOffline, check: str, taken: TakenAlong, *, now: datetime
) -> CheckedOffline:
    """Return what a code proves for one of the desk's checks, or raise `VerifierError`.

    Whether the code was read before is for the caller to say, and so is whether a challenge it
    answers was this desk's.
    """
    code, addressed = read.code, read.addressed
    query = taken.checks.get(check)
    if query is None:
        raise VerifierError(Failure.PROFILE_UNKNOWN, check)
    chain = taken.chains.get(code.chain_name)
    if chain is None:
        raise VerifierError(Failure.CODE_UNKNOWN_AUTHORITY)
    expected = Expected(Request(addressed.audience, addressed.nonce), Profile.HAIP)
    check_trust_list(taken.trust, now=now)
    checked = check_presentation(
        query.credentials[0], restored(code, chain), expected, trust=taken.trust, now=now
    )
    presented = fitted(query, checked)
    statuses = StatusLists(_Kept(taken.lists))
    status = await statuses.check(presented.credential.status, trust=taken.trust, now=now)
    return CheckedOffline(addressed, presented.verified(status.status), status)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The lists that were taken along, in place of the network."""

    lists: Mapping[str, str]

    async def fetch(self, uri: str) -> str:
        """Return the token kept for this very address, or raise STATUS_UNREACHABLE."""
        token = self.lists.get(uri)
        if token is None:
            raise VerifierError(Failure.STATUS_UNREACHABLE, "it was not taken along")
        return token


def _check(value: JsonValue) -> tuple[str, DcqlQuery]:
    match value:
        case {"name": str(name), "queries": list(queries)}:
            return name, parse_query({"credentials": [_query(each) for each in queries]})
        case _:
            raise VerifierError(Failure.SUPPLIES_UNUSABLE, "a check is not written as ours are")


def _query(value: JsonValue) -> JsonObject:
    """Return a query without the words for people that stand beside it."""
    if not isinstance(value, dict):
        raise VerifierError(Failure.SUPPLIES_UNUSABLE, "a check is not written as ours are")
    return {name: each for name, each in value.items() if name not in ("title", "labels")}
