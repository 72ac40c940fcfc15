"""Sharings that are over, and what their holders send afterwards.

A transaction is closed as verification closes it; consent and use stand on the world's ledger.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from consent.forms.deposit import Deposit
from consent.forms.receipt import EntryProof
from consent.forms.record import Asked, ConsentRecord, EventState, Evidence
from consent.forms.states import Duty, DutyKind, Standing, fold
from consent.forms.submission import NewEntry, PairSecret, sign_submission
from consent.forms.terms import Terms
from consent.forms.withdrawal_notice import NoticeKind, WithdrawalNotice, sign_notice
from keys import base64url
from keys.entropy import SYSTEM_ENTROPY
from keys.signer import SoftwareSigner
from keys.strict_json import loads
from tests.verifiers.world import LEDGER_URL, World
from verifiers.books import Books, open_books
from verifiers.client import VerifiersClient
from verifiers.recording.agreement import Agreement
from verifiers.recording.sealing import Sealing
from verifiers.transaction import Outcome, Progress, Transaction


def books_of(world: World) -> Books:
    """Return the books of a world's relying parties, as another process opens them."""
    return open_books(
        world.verifiers.catalogue.registrations,
        world.store,
        VerifiersClient(world.network, ledger_url=LEDGER_URL),
        sealing=Sealing(world.data_key),
        party_keys=world.keys,
        log_key=lambda: world.ledger.signer.verifier_key,
        clock=world.clock,
        entropy=SYSTEM_ENTROPY,
    )


@dataclass
class Shared:
    """One sharing, with everything its holder keeps of it."""

    world: World
    transaction: Transaction
    terms: Terms
    pair: PairSecret = field(
        default_factory=lambda: PairSecret(SYSTEM_ENTROPY(32), SYSTEM_ENTROPY(32))
    )
    key: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    consent_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def write(self, state: EventState, at: datetime | None = None) -> EntryProof:
        """Write an entry under the label: the holder's with the pair's key, else the party's."""
        world = self.world
        is_consent = state is EventState.GIVEN
        record = ConsentRecord(
            record_id=self.consent_id if is_consent else str(uuid.uuid4()),
            event_state=state,
            event_time=at or world.clock.now,
            label=self.pair.label,
            controller=self.terms.receiver.party,
            asked=Asked(requested=self.terms.information),
            evidence=Evidence(terms_sha256=self.terms.sha256() if is_consent else None),
            language="ko",
            jurisdiction="KR",
            consent_id=self.consent_id,
        )
        salt = SYSTEM_ENTROPY(32)
        party_key = world.keys.current(self.transaction.party)
        submission = sign_submission(
            NewEntry(
                record.entry_type,
                self.pair.label,
                record.commitment(salt),
                base64url.encode(SYSTEM_ENTROPY(16)),
            ),
            deposit=Deposit(record, salt, self.terms if is_consent else None),
            pair=self.pair,
            audience=world.ledger.signer.verifier_key.name,
            signer=self.key if record.by_holder else party_key.signer,
            x5c=None if record.by_holder else party_key.x5c,
            opens=True,
        )
        return world.ledger.append(submission)

    def notice(self, kind: NoticeKind = NoticeKind.WITHDRAWN) -> str:
        """Write the holder's entry and return what is sent to the party."""
        state = {
            NoticeKind.WITHDRAWN: EventState.WITHDRAWN,
            NoticeKind.DELETION_REQUESTED: EventState.DELETION_REQUESTED,
        }[kind]
        notice = WithdrawalNotice(
            party=self.transaction.party,
            label=self.pair.label,
            consent_id=self.consent_id,
            kind=kind,
            entry=self.write(state),
            issued_at=self.world.clock.now,
        )
        return sign_notice(notice, signer=self.key)

    def standing(self) -> Standing:
        """Return how the consent stands by the ledger alone, now."""
        events = self.world.ledger.records(self.pair.label)
        return fold(events, self.terms, at=self.world.clock.now)

    def duty(self, kind: DutyKind) -> Duty:
        """Return the latest duty of a kind, as the ledger shows it to anybody."""
        return [duty for duty in self.standing().duties if duty.kind is kind][-1]

    async def sealed(self) -> tuple[bool, bool]:
        """Tell whether claims, and evidence, still lie sealed in the row."""
        _, outcome = await self.world.store.find(self.transaction.id)
        return outcome.claims_sealed is not None, outcome.evidence_sealed is not None


async def share(
    world: World, profile: str = "address-check", again: Shared | None = None
) -> Shared:
    """Share once, for a profile; ``again`` is another use under the same consent."""
    asked = await world.ask(profile)
    transaction, _ = await world.store.find(asked.transaction_id)
    terms = Terms.parse(loads(transaction.terms))
    shared = Shared(world, transaction, terms)
    if again is not None:
        shared = Shared(world, transaction, terms, again.pair, again.key, again.consent_id)
    else:
        shared.write(EventState.GIVEN)
    shared.write(EventState.USED)
    agreement = Agreement(
        pair=shared.pair,
        binding=None,
        request_sha256=b"r" * 32,
        disclosure_salt=b"s" * 32,
        consent_id=shared.consent_id,
        holder=shared.key.public.thumbprint(),
    )
    now = world.clock.now
    await books_of(world).erasing.keep(transaction, agreement, ends_at=terms.until, now=now)
    await world.store.take(transaction.id, now)
    sealing = Sealing(world.data_key)
    outcome = Outcome(
        Progress.VERIFIED,
        claims_sealed=sealing.seal_claims(transaction.id, []),
        evidence_sealed=sealing.seal_evidence(
            transaction.id, {"receipt": {}, "key_bindings": ["k" * 9000]}
        ),
        closed_at=now,
    )
    await world.store.close(transaction.id, outcome)
    return shared
