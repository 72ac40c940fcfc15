"""The façade of this room: ask, hand out the request, take the answer, tell the result."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from consent.tlog.signed_note import VerifierKey
from consent.transactions.types import NO_TYPES, TransactionTypes
from keys import base64url
from keys.entropy import Entropy
from keys.json_value import JsonObject, JsonValue
from keys.sealing import DataKey
from keys.trust_list import TrustList
from standards.openid4vp.wallet_post import WalletPost
from verifiers.asking.enquiry import Enquiries, Wish
from verifiers.asking.floods import check_flood
from verifiers.asking.handing_out import hand_out
from verifiers.asking.over_asking import RefusedAsking
from verifiers.asking.questions import (
    Asked,
    Question,
    Registrar,
    ask,
    link_of,
    with_certificate,
)
from verifiers.asking.standing import StandingConsents
from verifiers.books import open_books
from verifiers.browser import Browser
from verifiers.delivering.delivery import Deliveries
from verifiers.delivering.result import Look, Result, look_at
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.onboarding.report import Report, look_over
from verifiers.originals.keeping import Originals
from verifiers.presented.chains import Chains
from verifiers.presented.responses import Posted
from verifiers.presented.skew import SkewSeen
from verifiers.presented.status import StatusLists
from verifiers.recording.late import LateUses
from verifiers.recording.recorder import Recorder
from verifiers.recording.sealing import Sealing
from verifiers.registered.party_keys import PartyKeys
from verifiers.registered.terms import notice, notice_in
from verifiers.services.catalogue import Catalogue
from verifiers.services.registering import Certify, Registering
from verifiers.surroundings import Outside, VerifiersStore
from verifiers.transaction import Flow, Transaction, check_open
from verifiers.type_names import LocalNames, Names, TypeNames
from verifiers.verifying.acknowledgement import Acknowledgement, receipt_for
from verifiers.verifying.counter import Counter
from verifiers.verifying.scanning import Scan
from verifiers.verifying.verification import Desk, verify_response

_CODE_SIZE: Final = 32


class Verifiers:
    """All relying parties of this service, behind one public address ``base``.

    ``trust`` gives the trust list of the moment, ``log_key`` the key the ledger's checkpoints are
    signed with, ``original_key`` that of an institution's originals, ``types`` what is confirmed;
    ``certify`` makes keys, ``skew_seen`` hears of skew.
    """

    def __init__(  # noqa: PLR0913  # each is one thing this room cannot have by itself
        self,
        *,
        base: str,
        store: VerifiersStore,
        outside: Outside,
        party_keys: PartyKeys,
        data_key: DataKey,
        original_key: Callable[[str], DataKey],
        log_key: Callable[[], VerifierKey],
        trust: Callable[[], TrustList],
        clock: Callable[[], datetime],
        entropy: Entropy,
        certify: Certify = lambda _party: None,
        registrar: Registrar = lambda _party, _registration, _now: None,
        skew_seen: SkewSeen = lambda _used: None,
        types: TransactionTypes = NO_TYPES,
    ) -> None:
        self.catalogue = Catalogue(base)
        self.base = base
        self._store = store
        self._keys = party_keys
        self._trust = trust
        self._clock = clock
        self._entropy = entropy
        self._registrar = registrar
        self._sealing = Sealing(data_key)
        books = open_books(
            self.catalogue.registrations,
            store,
            outside,
            sealing=self._sealing,
            party_keys=party_keys,
            log_key=log_key,
            clock=clock,
            entropy=entropy,
        )
        self.duties = books.duties
        self.registering = Registering(self.catalogue, store, certify, clock, base=base)
        self._enquiries = Enquiries(self.catalogue, books.over_askings, base, types)
        recorder = Recorder(outside, log_key, entropy)
        late = LateUses(recorder, store, self._sealing)
        self._deliveries = Deliveries(store, self._sealing, late)
        self._names = TypeNames(outside)
        self.originals = Originals(
            self.catalogue.registrations, store, original_key, clock=clock, entropy=entropy
        )
        self._desk = Desk(
            transactions=store,
            sealing=self._sealing,
            statuses=StatusLists(outside),
            recorder=recorder,
            late=late,
            party_keys=party_keys,
            chains=Chains(store, outside),
            erasing=books.erasing,
            originals=self.originals,
            requirements_of=self.catalogue.requirements_of,
            skew_seen=skew_seen,
        )
        self._standing = StandingConsents(
            self.catalogue.registrations, store, outside, self._sealing, begin=self._begin
        )
        self.browser = Browser(store, self._desk, trust=trust, clock=clock, entropy=entropy)
        self.counter = Counter(
            self.catalogue,
            self._enquiries,
            outside,
            self._desk,
            store=store,
            begin=self._begin,
            trust=trust,
            clock=clock,
            entropy=entropy,
        )

    async def ask_profile(self, name: str, wish: Wish, *, session: str | None = None) -> Asked:
        """Begin a transaction with a profile's question."""
        now = self._clock()
        return await self._begin(
            await self._enquiries.of_profile(name, wish, session=session, now=now), now
        )

    async def ask_query(
        self, query: JsonValue, wish: Wish, *, session: str | None = None
    ) -> Asked:
        """Begin a transaction with a DCQL query of the desk's own."""
        now = self._clock()
        return await self._begin(
            await self._enquiries.of_query(query, wish, session=session, now=now), now
        )

    async def ask_again(self, name: str, consent_id: str) -> Asked:
        """Ask within a consent that stands, and hand the request to the holder's wallet.

        Raises PROFILE_UNKNOWN and what `StandingConsents.ask` does.
        """
        profile = self.catalogue.profile(name)
        return await self._standing.ask(profile.party, profile.purpose, consent_id, self._clock())

    async def request_object(
        self, transaction_id: str, wallet_nonce: str | None = None, said: str | None = None
    ) -> str:
        """Hand out an open transaction's signed request; ``said`` is the wallet's metadata."""
        posted, now = WalletPost(wallet_nonce, said), self._clock()
        return await hand_out(
            transaction_id, posted, transactions=self._store, keys=self._keys, now=now
        )

    async def receive(self, transaction_id: str, body: bytes) -> Acknowledgement:
        """Verify what a wallet posted and acknowledge it, or raise `VerifierError`."""
        code = base64url.encode(self._entropy(_CODE_SIZE))
        verified = await verify_response(
            Posted(body),
            transaction_id,
            response_code=code,
            desk=self._desk,
            trust=self._trust(),
            now=self._clock(),
        )
        return Acknowledgement(self._redirect(verified.transaction, code), receipt_for(verified))

    async def result(self, transaction_id: str) -> Result:
        """Return what came of a transaction, for the desk that asked."""
        return await self._deliveries.result(transaction_id, now=self._clock())

    async def look(self, transaction_id: str) -> Look:
        """Return how far a question got, delivering nothing, or raise TRANSACTION_UNKNOWN."""
        transaction, outcome = await self._store.find(transaction_id)
        return look_at(transaction, outcome, self._clock())

    async def names_of(self, vct: str, issuer: str = "") -> Names:
        """Return what a type of certificate and its claims are called; never an error."""
        return await self._names.of(vct, now=self._clock(), issuer=issuer)

    async def issuer_name(self, issuer: str) -> LocalNames:
        """Return what an issuer calls itself; never an error."""
        return await self._names.issuer(issuer, now=self._clock())

    def look_over(self, text: str) -> Report:
        """Return the report on a request that somebody is about to send; nothing of it is kept."""
        return look_over(text, trust=self._trust(), now=self._clock())

    def trust_list_age(self) -> timedelta:
        """Return how old the trust list of the moment is, which every verdict rests on."""
        return self._clock() - self._trust().issued_at

    async def scan(
        self, text: str, profile: str | None = None, *, party: str | None = None
    ) -> str:
        """Return the transaction that what a person holds up has opened (`Counter.scan`).

        Without a profile the test desk scans; ``party`` is the institution at the desk.
        """
        return await self.counter.scan(Scan(text, profile, party))

    async def link_of(self, transaction_id: str) -> str:
        """Return the ``openid4vp://`` link of an open transaction.

        Raises TRANSACTION_UNKNOWN, TRANSACTION_EXPIRED or TRANSACTION_CLOSED.
        """
        transaction, outcome = await self._store.find(transaction_id)
        if transaction.mode.is_over_dc_api:
            raise VerifierError(Failure.TRANSACTION_UNKNOWN)
        check_open(transaction, outcome, now=self._clock())
        return link_of(transaction, base=self.base)

    async def recent(self, party: str, limit: int) -> tuple[Look, ...]:
        """Return a desk's latest transactions, newest first; nothing about a person in them."""
        now = self._clock()
        found = await self._store.recent(party, limit)
        return tuple(look_at(transaction, outcome, now) for transaction, outcome in found)

    async def redeem(
        self, transaction_id: str, code: str, *, session: str | None = None
    ) -> Result:
        """Return the result to the session that comes back from the wallet (same device)."""
        return await self._deliveries.redeem(
            transaction_id, code, session=session, now=self._clock()
        )

    async def evidence(self, transaction_id: str) -> JsonObject:
        """Return the proof of a sharing that the relying party keeps."""
        return await self._deliveries.evidence(transaction_id)

    async def forget_claims(self) -> None:
        """Erase what may be kept no longer; to be called every few seconds."""
        now = self._clock()
        await self._deliveries.forget(now=now)
        await self._deliveries.sweep(now=now)
        await self.originals.forget(now=now)

    async def refused_askings(self, limit: int) -> tuple[RefusedAsking, ...]:
        """Return the latest attempts to ask for more than is registered."""
        return await self._store.refused(limit)

    def notice(self, party: str, purpose: str, language: str | None = None) -> bytes:
        """Return the notice the terms point at, or raise PROFILE_UNKNOWN.

        In one language it is what the terms hash; in all of them it is for people.
        """
        registered = self.catalogue.registrations.party(party)
        meant = registered.purpose(purpose)
        return (
            notice(registered, meant)
            if language is None
            else notice_in(registered, meant, language)
        )

    async def _begin(self, question: Question, now: datetime) -> Asked:
        await self._deliveries.forget(now=now)
        check_flood(await self._store.waiting(question.party, now))
        key = self._keys.current(question.party)
        registration = self.registering.current(question.party, question.purpose)
        transaction, asked = ask(
            with_certificate(question, registration, registrar=self._registrar, now=now),
            base=self.base,
            party_key=key,
            certified=key.certified(self._trust(), now=now),
            sealing=self._sealing,
            entropy=self._entropy,
            now=now,
        )
        await self._store.add(transaction)
        await self.browser.serve(asked)
        return asked

    def _redirect(self, transaction: Transaction, code: str) -> str | None:
        """HAIP 5.1 wants it always; only the same-device flow depends on it."""
        if not transaction.mode.is_encrypted and transaction.flow is not Flow.SAME_DEVICE:
            return None
        return f"{self.base}/verifiers/return/{transaction.id}?response_code={code}"
