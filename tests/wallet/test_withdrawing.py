"""Taking a consent back: recorded once, told until acknowledged, whatever dies in between."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consent.forms.entry import EntryType, Leaf
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import ConsentRecord, EventState
from consent.forms.terms import Party as ConsentParty
from consent.forms.withdrawal_notice import NoticeKind
from tests.wallet.recipient_of_test import RecipientOfTest
from tests.wallet.refusal import refused
from tests.wallet.test_sharing import paths
from tests.wallet.verifier_of_test import HOST, VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.consents import Consents
from wallet.errands import withdrawing
from wallet.errors import WalletFailure
from wallet.kept.keeping import BoxKind, SealedBox, Swap
from wallet.kept.outbox import FIRST_WAIT, LEASE, Errand, Stage
from wallet.ledger.withdrawal import Trouble, Withdrawal, opened, subject_of
from wallet.presenting.possible import Wish
from wallet.proving.last_proof import LastProof, Told
from wallet.store import OutboxStore
from web.errors import Party

WITHDRAWN = NoticeKind.WITHDRAWN
DELETION = NoticeKind.DELETION_REQUESTED


@pytest.fixture
def recipient(verifier: VerifierOfTest) -> RecipientOfTest:
    return RecipientOfTest(verifier)


@pytest.fixture
async def given(world: World, verifier: VerifierOfTest, recipient: RecipientOfTest) -> str:
    """The receipt of a sharing that can be taken back."""
    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())
    assert outcome.receipt is not None
    return outcome.receipt


def types_of(world: World) -> list[EntryType]:
    return [Leaf.parse(entry).type for entry in world.ledger.entries]


async def errand_of(world: World, consent_id: str, kind: NoticeKind = WITHDRAWN) -> Errand:
    errand = await world.outbox.find(HOLDER, subject_of(kind, consent_id))
    assert errand is not None
    return errand


async def trouble_of(world: World, consent_id: str) -> Trouble | None:
    vault = await world.consents._vault(HOLDER)
    return opened(await errand_of(world, consent_id), vault).trouble


@pytest.mark.parametrize("kind", NoticeKind)
async def test_what_is_wanted_is_recorded_told_and_acknowledged(
    world: World, recipient: RecipientOfTest, given: str, kind: NoticeKind
) -> None:
    """
    One entry of our own under the label of the consent, then the party's, both kept as receipts.
    """
    done = await world.consents.withdraw(HOLDER, given, kind=kind)

    assert [EntryType(kind.value), EntryType.ACKNOWLEDGED] == types_of(world)[2:]
    assert (Stage.DONE, given) == (done.stage, done.withdrawal.consent_id)
    kept = [done.withdrawal.record.record_id, done.withdrawal.acknowledgement]
    for receipt_id, state in zip(kept, (kind.value, "acknowledged"), strict=True):
        receipt = Receipt.parse(await world.wallets.receipt(HOLDER, str(receipt_id)))
        verify_receipt(receipt, log_key=world.ledger.signer.verifier_key)
        assert state == receipt.record.entry_type.value
        assert given == receipt.record.consent_id
    assert kind is recipient.notices[0].notice.kind


async def test_the_history_says_what_was_taken_back_from_whom(world: World, given: str) -> None:
    """
    One line, naming the consent and no claim.
    """
    await world.consents.withdraw(HOLDER, given)

    entry, *_ = await world.wallets.history(HOLDER)
    assert ("withdrawn", given, []) == (entry["event"], entry["consent"], entry["claims"])
    assert {"id": "KR-110-82-00001", "name": "시험 은행", "verified": True} == entry["party"]


async def test_no_claim_and_no_value_is_in_a_withdrawal(world: World, given: str) -> None:
    """
    The record names who and which consent; what was shared stands in the consent alone.
    """
    await world.consents.withdraw(HOLDER, given)

    last = world.ledger.submissions[-1]["deposit"]
    assert isinstance(last, dict)
    record = ConsentRecord.parse(last["record"])
    assert () == record.asked.requested + record.asked.disclosed + record.asked.credential_types
    assert EventState.WITHDRAWN is record.event_state


async def test_fifty_presses_at_once_make_one_entry(
    world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    Fifty parallel withdrawals of one consent: one entry, one notice, and nobody is turned away.
    """
    done = await asyncio.gather(*(world.consents.withdraw(HOLDER, given) for _ in range(50)))

    assert 1 == types_of(world).count(EntryType.WITHDRAWN)
    assert 1 == len(recipient.notices)
    assert 1 == len({each.withdrawal.record.record_id for each in done})


async def test_erasure_asked_after_a_withdrawal_is_that_withdrawal(
    world: World, given: str
) -> None:
    """
    Who took a consent back has asked for erasure already: no second entry.
    """
    await world.consents.withdraw(HOLDER, given)
    again = await world.consents.withdraw(HOLDER, given, kind=DELETION)

    assert WITHDRAWN is again.withdrawal.kind
    assert EntryType.DELETION_REQUESTED not in types_of(world)


async def test_a_withdrawal_after_erasure_was_asked_is_its_own(world: World, given: str) -> None:
    """
    Erasure leaves the consent standing; taking it back is another entry.
    """
    await world.consents.withdraw(HOLDER, given, kind=DELETION)
    await world.consents.withdraw(HOLDER, given)

    assert {EntryType.DELETION_REQUESTED, EntryType.WITHDRAWN} < set(types_of(world))


async def test_only_a_sharing_can_be_taken_back(
    world: World, verifier: VerifierOfTest, given: str
) -> None:
    """
    A refusal, and the receipt of a withdrawal itself, are refused with a reason.
    """
    second = VerifierOfTest(world, verifier.issuer)
    second.random = bytes(32)
    refusal = await world.wallets.refuse(HOLDER, second.link)
    done = await world.consents.withdraw(HOLDER, given)

    for receipt_id in (str(refusal.receipt), done.withdrawal.record.record_id):
        with refused(WalletFailure.NOTHING_TO_WITHDRAW, Party.CALLER):
            await world.consents.withdraw(HOLDER, receipt_id)


async def test_another_holders_receipt_is_unknown(world: World, given: str) -> None:
    """
    H90: nobody takes back what somebody else agreed to.
    """
    with refused(WalletFailure.UNKNOWN_RECEIPT, Party.CALLER):
        await world.consents.withdraw("jun", given)


async def test_a_code_that_was_shown_can_be_taken_back_and_nobody_is_told(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Whoever reads a code shows no terms and gives no address: the entry is all there is.
    """
    (credential,) = await world.wallets.credentials(HOLDER)
    await world.wallets.show_code(HOLDER, credential.id, paths("name"))
    shown, *_ = await world.wallets.history(HOLDER)

    done = await world.consents.withdraw(HOLDER, str(shown["receipt"]))

    assert Stage.DONE is done.stage
    assert done.withdrawal.acknowledgement is None
    assert EntryType.WITHDRAWN is types_of(world)[-1]


async def test_a_ledger_out_of_reach_gets_it_later(
    world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    What is wanted is kept, said to be kept, and recorded and told when the ledger is back.
    """
    world.network.unreachable.add("ledger.example")
    done = await world.consents.withdraw(HOLDER, given)
    assert (Stage.RECORDING, None) == (done.stage, done.as_dict()["receipt"])
    assert [] == recipient.notices

    world.network.unreachable.clear()
    assert 0 == await world.consents.run_errands()
    world.clock.now += FIRST_WAIT
    assert 1 == await world.consents.run_errands()
    assert Stage.DONE is (await errand_of(world, given)).stage


async def test_a_ledger_that_refuses_is_told_and_can_be_asked_again(
    world: World, given: str
) -> None:
    """
    A refusal is no success; nothing is left half done, and pressing again tries again.
    """
    world.ledger.status = 403
    with refused(WalletFailure.LEDGER_REFUSED, Party.LEDGER):
        await world.consents.withdraw(HOLDER, given)
    assert Stage.REFUSED is (await errand_of(world, given)).stage

    world.ledger.status = 200
    assert Stage.DONE is (await world.consents.withdraw(HOLDER, given)).stage


async def test_a_proof_that_does_not_hold_is_a_refusal(world: World, given: str) -> None:
    """
    An answer that proves another entry is no entry of ours.
    """
    first = world.ledger.proof(0).as_dict()
    world.ledger.change = lambda _: first

    with refused(WalletFailure.LEDGER_REFUSED, Party.LEDGER):
        await world.consents.withdraw(HOLDER, given)


async def test_a_receipt_of_another_form_cannot_be_taken_back(world: World, given: str) -> None:
    """
    What was kept by an earlier release is left out of what can be followed, and breaks nothing.
    """
    vault = await world.consents._vault(HOLDER)
    old = vault.seal(BoxKind.RECEIPT, "old", world.clock.now, {"format": "of another day"})
    await world.store.put(old)

    with refused(WalletFailure.NOTHING_TO_WITHDRAW, Party.CALLER):
        await world.consents.withdraw(HOLDER, "old")
    assert {given} == set(await world.consents.sharings(HOLDER, [given, "old"]))


async def test_without_the_receipt_of_the_entry_nobody_is_told(
    world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    H99: a box that is gone leaves the errand to a person; the worker goes on.
    """
    recipient.status = 503
    done = await world.consents.withdraw(HOLDER, given)
    await world.store.remove(HOLDER, BoxKind.RECEIPT, done.withdrawal.record.record_id)
    world.clock.now += FIRST_WAIT

    assert 0 == await world.consents.run_errands()


@pytest.mark.parametrize(
    "parse", [Withdrawal.parse, LastProof.parse, Told.parse], ids=["withdrawal", "proof", "told"]
)
def test_what_was_not_kept_by_us_is_a_bug(parse: Callable[[Any], object]) -> None:
    """
    A sealed box opens only if we wrote it: another content is no error of the world.
    """
    with pytest.raises(ValueError, match="this is no"):
        parse({"kind": "withdrawn"})


@pytest.mark.parametrize(
    ("misbehave", "trouble"),
    [
        (lambda recipient: recipient.verifier.world.network.unreachable.add(HOST), "unreachable"),
        (lambda recipient: setattr(recipient, "status", 503), "refused"),
        (lambda recipient: setattr(recipient, "change_answer", lambda _: {}), "answer_invalid"),
    ],
    ids=["never answers", "refuses", "signs nothing"],
)
async def test_a_party_that_does_not_acknowledge_is_told_again_and_again(
    world: World,
    recipient: RecipientOfTest,
    given: str,
    misbehave: Callable[[RecipientOfTest], Any],
    trouble: str,
) -> None:
    """
    The trouble is kept to be shown; each attempt waits longer, and the first good answer ends it.
    """
    misbehave(recipient)
    done = await world.consents.withdraw(HOLDER, given)
    assert Stage.TELLING is done.stage
    for attempts in range(1, 4):
        errand = await errand_of(world, given)
        assert (Stage.TELLING, attempts) == (errand.stage, errand.attempts)
        assert Trouble(trouble) is await trouble_of(world, given)
        world.clock.now += FIRST_WAIT * 2 ** (attempts - 1)
        assert 1 == await world.consents.run_errands()

    world.network.unreachable.clear()
    recipient.status, recipient.change_answer = 200, lambda answer: answer
    world.clock.now += timedelta(hours=7)
    await world.consents.run_errands()
    assert Stage.DONE is (await errand_of(world, given)).stage
    assert await trouble_of(world, given) is None
    assert 1 == types_of(world).count(EntryType.WITHDRAWN)


async def test_a_slow_party_holds_up_no_page(
    world: World, recipient: RecipientOfTest, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The person is answered at once; the party is told again by the worker.
    """
    monkeypatch.setattr(withdrawing, "PATIENCE_SECONDS", 0.01)
    recipient.delay = 5.0
    done = await world.consents.withdraw(HOLDER, given)
    assert (Stage.TELLING, Trouble.UNREACHABLE) == (done.stage, await trouble_of(world, given))

    recipient.delay = 0.0
    world.clock.now += FIRST_WAIT
    await world.consents.run_errands()
    assert Stage.DONE is (await errand_of(world, given)).stage


@pytest.mark.parametrize(
    "change",
    [
        lambda record: replace(record, label=bytes(32)),
        lambda record: replace(record, controller=ConsentParty("KR-2", "another")),
        lambda record: replace(record, consent_id="00000000-0000-4000-8000-000000000000"),
        lambda record: replace(record, event_state=EventState.ERASED),
    ],
    ids=["label", "party", "consent", "state"],
)
async def test_an_acknowledgement_of_something_else_counts_as_none(
    world: World, recipient: RecipientOfTest, given: str, change: Any
) -> None:
    """
    Only a proven entry of this party about this very consent ends the telling.
    """
    recipient.change = change
    await world.consents.withdraw(HOLDER, given)

    assert Trouble.ANSWER_INVALID is await trouble_of(world, given)


class DiesAfter(OutboxStore):
    """An outbox whose process dies at its n-th write."""

    def __init__(self, outbox: OutboxStore, writes: int) -> None:
        super().__init__(outbox._engine)
        self.writes = writes

    async def _write(self) -> None:
        self.writes -= 1
        if self.writes < 0:
            raise KeyboardInterrupt

    async def claim(self, errand: Errand, *, now: int, until: int) -> Errand | None:
        await self._write()
        return await super().claim(errand, now=now, until=until)

    async def move(
        self, claimed: Errand, moved: Errand, *boxes: SealedBox, swap: Swap | None = None
    ) -> bool:
        await self._write()
        return await super().move(claimed, moved, *boxes, swap=swap)


@pytest.mark.parametrize("writes", range(3), ids=["begun", "entered", "told"])
async def test_what_dies_in_between_is_finished_after_a_restart(
    world: World, recipient: RecipientOfTest, given: str, writes: int
) -> None:
    """
    H91: killed before the entry, between entry and outbox, and between telling and keeping: one
    entry, delivered, and receipt and history as if nothing had happened.
    """
    dying = Consents(replace(world.consents.ports, outbox=DiesAfter(world.outbox, writes)))
    with pytest.raises(KeyboardInterrupt):
        await dying.withdraw(HOLDER, given)

    world.clock.now += LEASE
    await world.consents.run_errands()

    assert Stage.DONE is (await errand_of(world, given)).stage
    assert 1 == types_of(world).count(EntryType.WITHDRAWN)
    events = [entry["event"] for entry in await world.wallets.history(HOLDER)]
    assert 1 == events.count("withdrawn")
    boxes = await world.store.all(HOLDER, BoxKind.RECEIPT)
    assert 4 == len(boxes)


async def test_a_lease_that_ran_out_in_the_middle_undoes_nothing(
    world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    Another process finished it meanwhile: who comes back late finds it done.
    """
    recipient.status = 503
    await world.consents.withdraw(HOLDER, given)
    world.clock.now += timedelta(hours=1)
    recipient.status = 200
    consents, seen = world.consents, list[Stage]()

    async def overtaken(asked: Any) -> Any:
        if not seen:
            seen.append(Stage.TELLING)
            world.clock.now += LEASE
            await consents.run_errands()
            seen.append((await errand_of(world, given)).stage)
        return await recipient._take(asked)

    world.network.serve(recipient.uri, overtaken)
    await consents.run_errands()

    assert [Stage.TELLING, Stage.DONE] == seen
    assert Stage.DONE is (await errand_of(world, given)).stage


async def test_errands_that_do_not_open_are_left_to_a_person(
    world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    H99: a damaged box stops nobody else's errands and raises nothing in the worker.
    """
    recipient.status = 503
    await world.consents.withdraw(HOLDER, given)
    errand = await errand_of(world, given)
    due = int(world.clock.now.timestamp())
    assert await world.outbox.move(errand, replace(errand, sealed=b"damaged", due_at=due))

    assert 0 == await world.consents.run_errands()
