"""Is this all? Every entry proven, every gap named, and one log behind all answers."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from consent.forms.entry import EntryType, Leaf
from consent.forms.record import EventState
from consent.tlog.signed_note import NoteSigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.recipient_of_test import RecipientOfTest
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.history.completeness import Gap
from wallet.kept.keeping import BoxKind
from wallet.ledger.log_view import View
from wallet.presenting.possible import Wish
from wallet.proving.whole_history import ProvenHistory
from web.outbound import Reply


@pytest.fixture
def log(world: World) -> LogOfTest:
    return LogOfTest(world.ledger)


async def share(world: World, verifier: VerifierOfTest) -> str:
    """Send what is asked, and return the receipt's id."""
    verifier.random = world.entropy(32)
    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())
    assert outcome.receipt is not None
    return outcome.receipt


def gaps(proven: ProvenHistory) -> list[Gap]:
    return [problem.gap for pair in proven.pairs for problem in pair.list.problems]


async def test_a_history_is_all_there_is(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    H94: these are all n entries as of checkpoint m, each with the receipt kept of it.
    """
    await share(world, verifier)
    await share(world, verifier)

    proven = await world.consents.prove(HOLDER)

    assert proven.is_complete
    assert (4, ()) == (proven.entries, proven.news)
    assert proven.seen is not None
    assert len(world.ledger.entries) == proven.seen.checkpoint.size
    (pair,) = proven.pairs
    assert ("시험 은행", 2026) == (pair.name, pair.whose.year)
    assert all(line.receipt for line in pair.list.lines)


async def test_a_holder_who_never_shared_anything_has_nothing_to_prove(
    world: World, log: LogOfTest
) -> None:
    """
    No pair, no question to the ledger, and no gap.
    """
    proven = await world.consents.prove(HOLDER)

    assert (True, 0, View.FIRST, None) == (
        proven.is_complete,
        proven.entries,
        proven.view,
        proven.seen,
    )


async def test_an_entry_hidden_from_the_answer_is_named(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    H94: removed from the answer and not from the log: the number that is missing is told.
    """
    await share(world, verifier)
    await share(world, verifier)
    log.hides = {2}

    proven = await world.consents.prove(HOLDER)

    assert [Gap.LEFT_OUT] == gaps(proven)
    assert "entry number 3" in proven.pairs[0].list.problems[0].detail
    assert not proven.is_complete


async def test_an_entry_taken_out_of_the_log_is_found_by_its_receipt(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    H95: a rewritten log with correct hashes: the receipt proves what was there, and its
    checkpoint that the log was longer.
    """
    await share(world, verifier)
    receipt_id = await share(world, verifier)
    del world.ledger.entries[2:]

    proven = await world.consents.prove(HOLDER)

    assert {Gap.NOT_IN_LOG} == set(gaps(proven))
    assert receipt_id in [problem.receipt for problem in proven.pairs[0].list.problems]
    assert (View.SHORTER, 2) == (proven.view, len(proven.contradicting))


async def test_what_a_party_filed_unasked_is_news_and_no_gap(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    An entry of the party's that this wallet was never told of is shown, and nothing is wrong.
    """
    given = await share(world, verifier)
    label = Leaf.parse(world.ledger.entries[0]).label
    RecipientOfTest(verifier).file(EventState.USED, label, given)

    proven = await world.consents.prove(HOLDER)

    assert proven.is_complete
    ((_, line),) = proven.news
    assert (EntryType.USED, 3, None) == (line.leaf.type, line.leaf.number, line.receipt)


async def test_an_entry_in_the_holders_name_without_a_receipt_is_a_gap(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    Somebody else with the pair's key, or a wallet that lost its receipt: it is told either way.
    """
    given = await share(world, verifier)
    await world.store.remove(HOLDER, BoxKind.RECEIPT, given)

    proven = await world.consents.prove(HOLDER)

    assert [Gap.NO_RECEIPT] == gaps(proven)
    assert 0 == proven.pairs[0].list.problems[0].index


async def test_a_pair_without_any_receipt_is_asked_for_too(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    The entry was written and this wallet died before it kept anything: the pair is remembered.
    """
    await share(world, verifier)
    for box in await world.store.all(HOLDER, BoxKind.RECEIPT):
        await world.store.remove(HOLDER, BoxKind.RECEIPT, box.id)

    proven = await world.consents.prove(HOLDER)

    assert [Gap.NO_RECEIPT] == gaps(proven)
    assert "KR-110-82-00001" == proven.pairs[0].name


async def test_entries_after_the_seal_are_shown_and_not_called_all(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    What came since the map was sealed is listed apart.
    """
    given = await share(world, verifier)
    label = Leaf.parse(world.ledger.entries[0]).label
    answer = log.completeness(label)
    receipt = RecipientOfTest(verifier).file(EventState.ERASED, label, given)
    entries = (*answer.entries, (receipt.log.index, receipt.log.leaf))
    log.completeness = lambda label: replace(answer, label=label, entries=entries)  # type: ignore[method-assign]

    proven = await world.consents.prove(HOLDER)

    (pair,) = proven.pairs
    assert (2, 1) == (len(pair.list.lines), len(pair.list.newer))
    assert proven.is_complete


@pytest.mark.parametrize("status", [503, 404])
async def test_without_an_answer_nothing_is_called_complete(
    world: World, log: LogOfTest, verifier: VerifierOfTest, status: int
) -> None:
    """
    A ledger that does not answer proves nothing, and is told apart from one that hides.
    """
    await share(world, verifier)
    log.status = status

    proven = await world.consents.prove(HOLDER)

    assert [Gap.UNREACHABLE] == gaps(proven)
    assert (False, View.UNCHECKED) == (proven.is_complete, proven.view)


async def test_a_ledger_out_of_reach_is_told(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    No network: unreachable, for every pair.
    """
    await share(world, verifier)
    world.network.unreachable.add("ledger.example")

    assert [Gap.UNREACHABLE] == gaps(await world.consents.prove(HOLDER))


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"label": "x"}', b"no json"])
async def test_an_answer_that_proves_nothing_is_told(
    world: World, log: LogOfTest, verifier: VerifierOfTest, body: bytes
) -> None:
    """
    Whatever comes that is no proof: unproven, never complete.
    """
    await share(world, verifier)
    log.ledger.network.below.clear()
    log.ledger.network.serve_below("https://", lambda _: Reply(200, "application/json", body))

    assert [Gap.UNPROVEN] == gaps(await world.consents.prove(HOLDER))


async def test_another_labels_proof_proves_nothing(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    A good proof about somebody else is not about this pair.
    """
    await share(world, verifier)
    honest = log.completeness
    other = replace(honest(Leaf.parse(world.ledger.entries[0]).label), label=bytes(32))
    log.completeness = lambda label: other  # type: ignore[method-assign]

    assert [Gap.UNPROVEN] == gaps(await world.consents.prove(HOLDER))


async def test_what_is_shown_must_continue_what_was_seen(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    H95: the checkpoint seen last is kept; a log that was rewritten behind it is told, with both
    signed checkpoints as the proof, and the kept one stays.
    """
    await share(world, verifier)
    first = await world.consents.prove(HOLDER)
    assert View.CONTINUES is first.view
    await share(world, verifier)
    assert View.CONTINUES is (await world.consents.prove(HOLDER)).view
    assert 0 < log.tiles

    seal = next(
        at
        for at, octets in enumerate(world.ledger.entries)
        if Leaf.parse(octets).type is EntryType.MAP
    )
    forged = replace(Leaf.parse(world.ledger.entries[seal]), commitment=bytes(32))
    world.ledger.entries[seal] = forged.octets()
    kept = await world.store.find(HOLDER, BoxKind.LOG_SEEN, "latest")

    proven = await world.consents.prove(HOLDER)

    assert (View.SPLIT, 2) == (proven.view, len(set(proven.contradicting)))
    assert not proven.is_complete
    assert kept == await world.store.find(HOLDER, BoxKind.LOG_SEEN, "latest")


async def test_without_the_logs_files_the_view_is_unchecked(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    The list is proven and whether it is the same log is not: that is said, and not called all.
    """
    await share(world, verifier)
    network = world.network
    network.below = {url: to for url, to in network.below.items() if "tile" not in url}

    proven = await world.consents.prove(HOLDER)

    assert ([], View.UNCHECKED, False) == (gaps(proven), proven.view, proven.is_complete)


async def test_a_checkpoint_of_another_log_is_not_compared(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    A new year begins a new log: what was seen of the old one says nothing of it.
    """
    await share(world, verifier)
    await world.consents.prove(HOLDER)
    world.ledger.signer = NoteSigner(
        "ledger.example/2027", SoftwareSigner.generate(Algorithm.ED25519)
    )
    world.ledger.entries.clear()
    world.clock.now = datetime(2027, 1, 2, tzinfo=UTC)
    world.authorities.now = world.clock.now
    await world.wallets.accept(HOLDER, verifier.issuer.offer_uri())
    world.ledger.by_key.clear()
    verifier.certify()
    await share(world, verifier)

    proven = await world.consents.prove(HOLDER)

    years = {pair.whose.year: pair for pair in proven.pairs}
    assert {2026, 2027} == set(years)
    assert () == years[2027].list.problems
    assert View.SPLIT is not proven.view


async def test_a_proven_history_has_a_json_form(
    world: World, log: LogOfTest, verifier: VerifierOfTest
) -> None:
    """
    Each entry with its place and receipt; parties by name, no claim and no value.
    """
    given = await share(world, verifier)

    told: dict[str, Any] = (await world.consents.prove(HOLDER)).as_dict()

    assert (True, 2, 3) == (told["complete"], told["entries"], told["checkpoint"])
    (pair,) = told["pairs"]
    first = {"index": 0, "number": 1, "type": "consent", "receipt": given, "news": False}
    assert first == pair["entries"][0]
    assert "KR-110-82-00001" == pair["party"]["id"]
