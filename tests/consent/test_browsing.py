"""What auditors look for in the log, and one entry with the way to the signed root."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.browsing import PAGE, ShownEntry, steps_of
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.forms.receipt import EntryProof
from consent.ledger import Ledger
from consent.ports import EntryFilter, Turn
from consent.store import ConsentStore
from consent.store.searching import select_found
from consent.store.tables import entries
from consent.tlog.merkle import leaf_hash
from tests.consent.world import authorised

FIRST, SECOND = b"1" * 32, b"2" * 32
ALL = EntryFilter()


async def fill(ledger: Ledger, *entries_of: tuple[bytes, EntryType]) -> None:
    """Append entries of these labels and types, in this order."""
    opened: set[bytes] = set()
    for label, type_ in entries_of:
        await ledger.append(authorised(label, opens=label not in opened, type_=type_))
        opened.add(label)


async def uses(ledger: Ledger, count: int) -> None:
    """A consent, then ``count`` uses under its label."""
    await fill(ledger, (FIRST, EntryType.CONSENT), *[(FIRST, EntryType.USED)] * count)


async def indexes(
    ledger: Ledger, wanted: EntryFilter = ALL, turn: Turn | None = None
) -> Sequence[int]:
    page = await ledger.browsing.page(wanted, turn or Turn())
    return [entry.index for entry in page.entries]


async def test_the_overview_is_what_is_signed(ledger: Ledger) -> None:
    """
    Size and root come out of the checkpoint, its signature checked; and so for the empty log.
    """
    assert 0 == (await ledger.browsing.overview()).checkpoint.size
    await uses(ledger, 2)

    overview = await ledger.browsing.overview()

    assert 3 == overview.checkpoint.size
    assert (await ledger.file("checkpoint")).decode() == overview.note


async def test_entries_come_newest_first_in_pages(ledger: Ledger) -> None:
    """
    Every page says where the next ones begin, back to the first entry and forth again.
    """
    await uses(ledger, PAGE + 9)
    browse = ledger.browsing.page

    newest = await browse(ALL, Turn())
    oldest = await browse(ALL, Turn(older_than=newest.older))
    back = await browse(ALL, Turn(newer_than=oldest.newer))

    assert [*range(PAGE + 9, 9, -1)] == [entry.index for entry in newest.entries]
    assert (10, None) == (newest.older, newest.newer)
    assert [*range(9, -1, -1)] == [entry.index for entry in oldest.entries]
    assert (None, 9) == (oldest.older, oldest.newer)
    assert newest.entries == back.entries
    assert (10, None) == (back.older, back.newer)


async def test_an_empty_page_leads_nowhere(ledger: Ledger) -> None:
    """
    Where nothing is found there is no next page, in either direction.
    """
    for turn in (Turn(), Turn(older_than=0), Turn(newer_than=5)):
        page = await ledger.browsing.page(ALL, turn)
        assert ((), None, None) == (page.entries, page.older, page.newer)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(EntryFilter(type=EntryType.USED), [4, 3, 1], id="type"),
        pytest.param(EntryFilter(label=SECOND), [4, 2], id="label"),
        pytest.param(EntryFilter(label=FIRST, type=EntryType.USED), [3, 1], id="label-and-type"),
        pytest.param(EntryFilter(label=bytes([9]) * 32), [], id="unknown-label"),
        pytest.param(EntryFilter(first=1, last=3), [3, 2, 1], id="range"),
        pytest.param(EntryFilter(first=4), [4], id="from"),
        pytest.param(EntryFilter(last=0), [0], id="to"),
        pytest.param(EntryFilter(first=3, last=2), [], id="empty-range"),
        pytest.param(EntryFilter(first=10**30), [], id="beyond-every-index"),
        pytest.param(EntryFilter(last=10**30), [4, 3, 2, 1, 0], id="to-beyond-every-index"),
    ],
)
async def test_entries_are_found(
    ledger: Ledger, wanted: EntryFilter, expected: Sequence[int]
) -> None:
    """
    By type, by label and between two indexes, alone and together.
    """
    use, consent = EntryType.USED, EntryType.CONSENT
    await fill(
        ledger, (FIRST, consent), (FIRST, use), (SECOND, consent), (FIRST, use), (SECOND, use)
    )

    assert expected == await indexes(ledger, wanted)


async def test_a_found_page_is_turned_within_what_was_found(ledger: Ledger) -> None:
    """
    Older and newer keep to the type and to the range that was asked for.
    """
    pairs = [(FIRST, EntryType.CONSENT), *[(FIRST, EntryType.USED)] * 5]
    await fill(ledger, *pairs)
    used = EntryFilter(type=EntryType.USED, first=2, last=4)

    assert [3, 2] == await indexes(ledger, used, Turn(older_than=4))
    assert [4, 3] == await indexes(ledger, used, Turn(newer_than=2))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
async def test_the_steps_of_a_proof_lead_to_the_signed_root(ledger: Ledger, size: int) -> None:
    """
    Each step covers the entries beside those before it; the last one's root is the log's.
    """
    await uses(ledger, size - 1)

    for index in range(size):
        shown = await ledger.browsing.entry(index)
        assert leaf_hash(shown.proof.leaf) == shown.hash == shown.leaf.hash()
        assert shown.checkpoint.root == (shown.steps[-1].root if shown.steps else shown.hash)
        check_steps(shown, size)


def check_steps(shown: ShownEntry, size: int) -> None:
    """Every entry is covered once: by the entry itself or by one of the siblings."""
    covered = [shown.proof.index]
    for step in shown.steps:
        assert step.is_left == (step.last < min(covered))
        assert step.is_left or step.first > max(covered)
        covered += range(step.first, step.last + 1)
    assert [*range(size)] == sorted(covered)


@pytest.mark.parametrize("index", [3, 10**30])
async def test_an_index_the_log_does_not_have_is_not_found(ledger: Ledger, index: int) -> None:
    """
    The one after the last, and one that no database can hold.
    """
    await uses(ledger, 2)

    with pytest.raises(ConsentError) as caught:
        await ledger.browsing.entry(index)

    assert ConsentFailure.NOT_FOUND == caught.value.failure


async def test_a_damaged_entry_hides_no_other(ledger: Ledger, sqlite: AsyncEngine) -> None:
    """
    The list shows it as unreadable; its own page says that it is not what was signed.
    """
    await uses(ledger, 3)
    async with sqlite.begin() as connection:
        await connection.execute(update(entries).where(entries.c.position == 1).values(leaf=b"?"))

    page = await ledger.browsing.page(ALL, Turn())
    with pytest.raises(ConsentError) as caught:
        await ledger.browsing.entry(1)

    assert [False, False, True, False] == [entry.leaf is None for entry in page.entries]
    assert ConsentFailure.STORE_DAMAGED == caught.value.failure


def test_a_log_of_one_entry_needs_no_step() -> None:
    """
    Its hash is the root.
    """
    assert () == steps_of(EntryProof(0, b"leaf", 1, (), "note"))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        pytest.param(ALL, "PRIMARY KEY", id="all"),
        pytest.param(EntryFilter(first=5, last=900_000), "PRIMARY KEY", id="range"),
        pytest.param(EntryFilter(type=EntryType.ERASED), "entries_type", id="type"),
        pytest.param(EntryFilter(label=FIRST), "(label=?)", id="label"),
        pytest.param(
            EntryFilter(label=FIRST, type=EntryType.ERASED), "(label=?)", id="label-and-type"
        ),
    ],
)
@pytest.mark.parametrize("turn", [Turn(), Turn(older_than=7), Turn(newer_than=7)], ids=str)
async def test_every_search_is_answered_out_of_an_index(
    sqlite: AsyncEngine, wanted: EntryFilter, index: str, turn: Turn
) -> None:
    """
    And in its order: nothing is sorted, so a page costs the same in a log of any length.
    """
    query = select_found(wanted, turn, PAGE).compile(
        sqlite.sync_engine, compile_kwargs={"literal_binds": True}
    )
    async with sqlite.connect() as connection:
        rows = await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
        plan = " ".join(row[-1] for row in rows)

    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan or wanted is ALL


async def test_a_type_is_found_in_a_log_written_by_the_store(
    ledger: Ledger, sqlite: AsyncEngine
) -> None:
    """
    The column beside the leaf says what the leaf says.
    """
    await fill(ledger, *[(bytes([at]) * 32, type_) for at, type_ in enumerate(EntryType)])
    store = ConsentStore(sqlite)

    for at, type_ in enumerate(EntryType):
        ((index, _),) = await store.found(EntryFilter(type=type_), Turn(), 5)
        assert at == index
