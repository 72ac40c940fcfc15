"""A desk scans what a person holds up, and a transaction of one of its purposes comes of it.

A shown code is an answer nobody asked for: it is read, its nonce taken, and then verified by the
very steps a posted response is. A person's link gets a request of ours, as if it had been scanned
from our screen.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, assert_never

from consent.forms.offer import RANDOM_SIZE
from keys import base64url
from keys.entropy import Entropy
from keys.strict_json import dumps
from keys.trust_list import TrustList
from standards.dcql.query import DcqlQuery
from standards.shown_code.code import ShownCode
from standards.spoken_code.entry import SpokenEntry
from verifiers.asking.enquiry import Enquiries, Wish
from verifiers.asking.manner import Manner
from verifiers.asking.questions import Asked, Question
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.party_keys import PartyKey
from verifiers.registered.registration import RegisteredPurpose, check_registered
from verifiers.services import own_query
from verifiers.services.catalogue import Catalogue
from verifiers.transaction import Outcome, Progress, Transaction
from verifiers.verifying.scanned import (
    Addressed,
    DeskLink,
    SpokenCode,
    query_of,
    read_addressed,
    read_scanned,
    restored,
)
from verifiers.verifying.verification import Desk, verify_shown

# So long a desk that was interrupted sees "pending"; a code is verified in far less.
CHECKING_TIME: Final = timedelta(minutes=1)
# What the test desk asks of a person's link: the least there is.
TRIED_PROFILE: Final = "adult-check"
_ID_SIZE: Final = 16


class ChallengeOpen(Protocol):
    """How it is known whether an institution shows a challenge."""

    async def __call__(self, party: str, nonce: str, *, now: datetime) -> bool:
        """Tell whether this party shows it now."""
        ...


class PersonsLinks(Protocol):
    """Where a person's one-time link leads."""

    async def hand_over(self, link: str, request_uri: str) -> None:
        """Put our request's link into a person's; else CODE_EXPIRED and CODE_UNREACHABLE."""
        ...

    async def enter_spoken(
        self, entry: SpokenEntry, *, party_key: PartyKey, now: datetime
    ) -> None:
        """Bring our request to whoever read out this code.

        Else SPOKEN_CLOSED, SPOKEN_LOCKED and CODE_UNREACHABLE.
        """
        ...


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: ``profile`` None is the test desk's own purpose, ``party`` who is at the desk.

    ``desk`` names the counter, for institutions that have several.
    """

    text: str
    profile: str | None
    party: str | None
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A shown code as a presentation, and the transaction it answers by itself."""

    presentation: str = field(repr=False)
    transaction: Transaction


class Scanner:
    """Scans for every desk; ``begin`` opens a transaction and gives its link."""

    def __init__(
        self,
        catalogue: Catalogue,
        enquiries: Enquiries,
        links: PersonsLinks,
        desk: Desk,
        *,
        is_open: ChallengeOpen,
        begin: Callable[[Question, datetime], Awaitable[Asked]],
        entropy: Entropy,
    ) -> None:
        self._catalogue = catalogue
        self._enquiries = enquiries
        self._links = links
        self._desk = desk
        self._is_open = is_open
        self._begin = begin
        self._entropy = entropy

    async def scan(self, scan: Scan, *, trust: TrustList, now: datetime) -> str:
        """Return the transaction this scan opened, or raise `VerifierError`."""
        party, purpose = purpose_of(self._catalogue, scan.profile, scan.party)
        scanned = read_scanned(scan.text)
        match scanned:
            case ShownCode():
                if not purpose.offline_ok:
                    raise VerifierError(Failure.CODE_NOT_REGISTERED)
                addressed = await self._addressed(scanned, party, now)
                return await self._check(scanned, addressed, scan.profile, purpose, trust, now)
            case DeskLink(url=url):
                return await self._brought(
                    scan, lambda asked: self._links.hand_over(url, asked.request_uri), now
                )
            case SpokenCode(code=code):
                key = self._desk.party_keys.current(party)
                return await self._brought(
                    scan,
                    lambda asked: self._links.enter_spoken(
                        SpokenEntry(scan.desk, code, asked.request_uri), party_key=key, now=now
                    ),
                    now,
                )
            case _:
                assert_never(scanned)

    async def _addressed(self, code: ShownCode, party: str, now: datetime) -> Addressed:
        """Return for whom a code is signed; what answers a challenge answers an open one."""
        addressed = read_addressed(code, party, now=now)
        if addressed.party is not None and not await self._is_open(
            party, addressed.nonce, now=now
        ):
            raise VerifierError(Failure.CHALLENGE_CLOSED)
        return addressed

    async def _check(
        self,
        code: ShownCode,
        addressed: Addressed,
        profile: str | None,
        purpose: RegisteredPurpose,
        trust: TrustList,
        now: datetime,
    ) -> str:
        """Verify a shown code; what it failed at is the result of its transaction."""
        opened = await self._opened(code, addressed, profile, purpose, now)
        transaction = opened.transaction
        await self._desk.transactions.add_read(transaction)
        # A failure stands in the transaction, where page and command line read it.
        with suppress(VerifierError):
            await verify_shown(
                opened.presentation, transaction, desk=self._desk, trust=trust, now=now
            )
        return transaction.id

    async def brought_home(self, scan: Scan, *, read_at: datetime, now: datetime) -> Opened:
        """Return a code that a desk read without network, with a transaction not kept yet.

        Raises CODE_… for what was no code to be checked at ``read_at``.
        """
        party, purpose = purpose_of(self._catalogue, scan.profile, scan.party)
        code = read_scanned(scan.text)
        if not isinstance(code, ShownCode):
            raise VerifierError(Failure.CODE_NOT_FOR_DESKS)
        if not purpose.offline_ok:
            raise VerifierError(Failure.CODE_NOT_REGISTERED)
        # An answer to a challenge is signed for this party alone; which of its counters showed it,
        # without network, only that counter knew, and it took the answer once.
        addressed = read_addressed(code, party, now=read_at)
        return await self._opened(code, addressed, scan.profile, purpose, now)

    async def _opened(
        self,
        code: ShownCode,
        addressed: Addressed,
        profile: str | None,
        purpose: RegisteredPurpose,
        now: datetime,
    ) -> Opened:
        chains = self._desk.chains
        x5c = await chains.octets(code.chain_name, _authorities(purpose), now=now)
        presentation = restored(code, x5c)
        question = await self._question_for(presentation, profile, purpose, now)
        return Opened(presentation, self._read(question, addressed, now))

    async def _brought(
        self, scan: Scan, bring: Callable[[Asked], Awaitable[None]], now: datetime
    ) -> str:
        """Ask by what the person gave us; when that takes nothing, the question ends at once."""
        asked = await self._begin(await self._question_by_link(scan.profile, now), now)
        try:
            await bring(asked)
        except VerifierError as error:
            await self._desk.transactions.take(asked.transaction_id, now)
            outcome = Outcome(Progress.FAILED, error.failure, error.where, closed_at=now)
            await self._desk.transactions.close(asked.transaction_id, outcome)
            raise
        return asked.transaction_id

    async def _question_for(
        self, presentation: str, profile: str | None, purpose: RegisteredPurpose, now: datetime
    ) -> Question:
        """Return the profile's question; the test desk asks exactly what it is shown."""
        if profile is not None:
            return await self._enquiries.of_profile(profile, Wish(), session=None, now=now)
        query = query_of(presentation)
        _check_registered(purpose, query)
        return await self._tried(query, now)

    async def _question_by_link(self, profile: str | None, now: datetime) -> Question:
        """Return the profile's question; the test desk asks the least there is."""
        if profile is not None:
            return await self._enquiries.of_profile(profile, Wish(), session=None, now=now)
        return await self._tried(self._catalogue.profile(TRIED_PROFILE).query, now)

    async def _tried(self, query: DcqlQuery, now: datetime) -> Question:
        return await self._enquiries.of_query(query.as_dict(), Wish(), session=None, now=now)

    def _read(self, question: Question, addressed: Addressed, now: datetime) -> Transaction:
        """Return the transaction of a code: it answers itself, so no request was made."""
        now = now.replace(microsecond=0)
        key = self._desk.party_keys.current(question.party)
        return Transaction(
            id=base64url.encode(self._entropy(_ID_SIZE)),
            party=question.party,
            purpose=question.purpose,
            profile=question.profile,
            flow=question.manner.flow,
            mode=question.manner.mode,
            client_id=addressed.audience,
            leaf_sha256=key.leaf_sha256,
            nonce=addressed.nonce,
            state="",
            query=dumps(question.query.as_dict()),
            terms=dumps(question.terms.as_dict()),
            terms_random=self._entropy(RANDOM_SIZE),
            request_object="",
            key_sealed=None,
            session_sha256=None,
            created_at=now,
            expires_at=now + CHECKING_TIME,
        )


def purpose_of(
    catalogue: Catalogue, name: str | None, at_desk: str | None
) -> tuple[str, RegisteredPurpose]:
    """Return whose purpose is scanned for, and it; another desk's profile is unknown here."""
    party, purpose = own_query.PARTY, own_query.PURPOSE
    if name is not None:
        profile = catalogue.profile(name)
        party, purpose = profile.party, profile.purpose
    if at_desk not in (None, party):
        raise VerifierError(Failure.PROFILE_UNKNOWN)
    return party, catalogue.registrations.party(party).purpose(purpose)


def _check_registered(purpose: RegisteredPurpose, query: DcqlQuery) -> None:
    """Raise UNREQUESTED_CLAIM for a code that shows what the desk may not ask for.

    The desk did not ask, so it is not the desk's over-asking.
    """
    manner = Manner()
    try:
        check_registered(purpose, query, flow=manner.flow, mode=manner.mode)
    except VerifierError as error:
        raise VerifierError(Failure.UNREQUESTED_CLAIM, error.where) from error


def _authorities(purpose: RegisteredPurpose) -> Iterable[str]:
    """Yield the issuers of the types a purpose may ask for, whose keys may be asked for."""
    for allowed in purpose.allowed:
        issuer, found, _ = (allowed.vct or "").partition("/types/")
        if found:
            yield issuer
