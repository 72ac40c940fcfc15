"""Statistics by institution: by the log's places, small counts hidden, totals checkable."""

import csv
import io
import random
from dataclasses import replace
from itertools import product

import pytest

from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf
from consent.forms.record import ConsentRecord, EventState
from consent.forms.terms import Party
from consent.statistics.counting import Column, PartyCounts, Tally, totals
from consent.statistics.sheet import MonthRange, check_sheet, sheet_text
from consent.statistics.suppression import HIDDEN_SUM, SMALL, suppressed
from consent.tlog.signed_note import NoteSigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.test_audit import log_of
from tests.consent.world import ORIGIN, record_example

SIGNER = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
COLUMNS = tuple(Column)


def record(state: EventState, number: int = 1, party: str = "kr-1") -> ConsentRecord:
    made = record_example(bytes(32), state)
    own, consent = f"{number:08d}", f"{number:08d}"
    return replace(made, record_id=own, consent_id=consent, controller=Party(party, f"N {party}"))


def beyond(made: ConsentRecord) -> ConsentRecord:
    """A record of a question that asked for more than its party registered."""
    return replace(made, asked=replace(made.asked, beyond_registration=("address",)))


def counts(party: str, **named: int) -> PartyCounts:
    values = {Column(name): count for name, count in named.items()}
    return PartyCounts(party, f"Name {party}", tuple(values.get(each, 0) for each in Column))


def test_each_event_is_counted_for_its_institution() -> None:
    """
    Asked is what was agreed to, refused or asked too much; a consent nobody used is told.
    """
    tally = Tally()
    for number in range(3):
        tally.take(record(EventState.GIVEN, number))
    tally.take(beyond(record(EventState.REFUSED, 9)))
    tally.take(record(EventState.USED, 0))
    tally.take(record(EventState.USED, 0))
    tally.take(record(EventState.USED_LATE, 1))
    unregistered = record(EventState.OVER_ASKED, 10)
    tally.take(
        replace(unregistered, evidence=replace(unregistered.evidence, registration_sha256=None))
    )
    for state in (EventState.WITHDRAWN, EventState.OVERDUE, EventState.LOOKED_UP):
        tally.take(record(state, 0))
    tally.take(record(EventState.GIVEN, 20, party="kr-0"))

    other, bank = tally.counted()

    assert ("kr-0", "kr-1", "N kr-1") == (other.party, bank.party, bank.name)
    expected = {"asked": 5, "registered": 4, "consents": 3, "refused": 1, "over_asked": 1}
    expected["beyond_registration"] = 1
    rest = {"used": 2, "used_late": 1, "never_used": 1, "withdrawn": 1, "overdue": 1}
    assert expected | rest == {column.value: bank.of(column) for column in Column}
    assert 6 == totals((other, bank))[0]
    assert (0,) * len(Column) == totals(())


def test_a_small_count_is_hidden_with_what_would_give_it_away() -> None:
    """
    Three of a hundred alone would be the total less the others: the next smallest goes too.
    """
    parties = [counts("a", used=3), counts("b", used=40), counts("c", used=60), counts("d")]

    hidden = [row[COLUMNS.index(Column.USED)] for row in suppressed(parties)]

    assert [None, None, 60, 0] == hidden


def test_what_was_asked_is_hidden_with_its_parts() -> None:
    """
    Asked is a sum that is published: a small refusal is not asked less consents.
    """
    parties = [counts(name, asked=100, consents=98, refused=2) for name in ("a", "b", "c", "d")]

    for row in suppressed(parties):
        assert row[COLUMNS.index(Column.REFUSED)] is None
        assert row[COLUMNS.index(Column.CONSENTS)] is None


def test_what_is_about_no_person_is_never_hidden() -> None:
    """
    What was asked too much is an institution's, under a label that everybody can compute.
    """
    [row] = suppressed([counts("a", asked=1, over_asked=1)])

    assert 1 == row[COLUMNS.index(Column.OVER_ASKED)]


@pytest.mark.parametrize("seed", range(40))
def test_no_published_sum_gives_a_small_count_away(seed: int) -> None:
    """
    In every column with its total and every row of what was asked: nothing hidden, or at least
    two that add up to ten, unless all there is of it is hidden.
    """
    source = random.Random(seed)
    parties = []
    for number in range(source.randint(1, 7)):
        consents, refused, over = (source.choice([0, 1, 2, 4, 5, 30]) for _ in range(3))
        parties.append(
            counts(
                f"kr-{number}",
                asked=consents + refused + over,
                consents=consents,
                refused=refused,
                over_asked=over,
                used=source.choice([0, 1, 3, 90]),
                withdrawn=source.choice([0, 0, 2]),
            )
        )
    rows = suppressed(parties)

    for party, row in zip(parties, rows, strict=True):
        for column, (count, shown) in enumerate(zip(party.counts, row, strict=True)):
            small = 0 < count < SMALL and COLUMNS[column] is not Column.OVER_ASKED
            assert shown is None if small else shown in {count, None}
    sums = [
        [(row, column) for row in range(len(rows))]
        for column in range(len(Column))
        if COLUMNS[column] is not Column.OVER_ASKED
    ]
    asked = [COLUMNS.index(each) for each in (Column.ASKED, Column.CONSENTS, Column.REFUSED)]
    sums += [[*product([row], asked)] for row in range(len(rows))]
    for cells in sums:
        secret = [
            parties[row].counts[column] for row, column in cells if rows[row][column] is None
        ]
        shown_too = [rows[row][column] for row, column in cells if rows[row][column]]
        assert not secret or not shown_too or (len(secret) > 1 and sum(secret) >= HIDDEN_SUM)


def signed(of: MonthRange, *parties: PartyCounts) -> str:
    return SIGNER.sign(sheet_text(of, parties))


def leaves(*types: EntryType) -> list[bytes]:
    return [
        Leaf(type_, bytes([at]) * 32, 1, None, bytes(32)).octets()
        for at, type_ in enumerate(types)
    ]


CONSENT, USED, REFUSED = EntryType.CONSENT, EntryType.USED, EntryType.REFUSED
OF = MonthRange(ORIGIN, "2026-11", 1, 4)


def test_totals_are_the_logs_own_counts() -> None:
    """
    Anyone with a copy counts the same entries of the same range; a wrong total is named.
    """
    copy = log_of(leaves(USED, CONSENT, USED, REFUSED, CONSENT), SIGNER)
    sound = signed(OF, counts("a", asked=2, consents=1, refused=1, used=1, never_used=0))
    wrong = signed(OF, counts("a", asked=2, consents=1, refused=1, used=2))

    of, problems = check_sheet(sound, copy.get, log_key=SIGNER.verifier_key, size=5)
    _, differing = check_sheet(wrong, copy.get, log_key=SIGNER.verifier_key, size=5)
    _, short = check_sheet(sound, copy.get, log_key=SIGNER.verifier_key, size=3)

    assert (OF, ()) == (of, problems)
    assert ["used: 2 in the sheet, 1 in the log"] == [each.what for each in differing]
    assert ["the sheet is of 4 entries, the copy has 3"] == [each.what for each in short]


def test_a_damaged_entry_is_of_no_type() -> None:
    """
    The audit of the copy names it; the counts go on.
    """
    copy = log_of([*leaves(USED, CONSENT), b"?", *leaves(USED)], SIGNER)
    sheet = signed(OF, counts("a", consents=1, used=1))

    assert () == check_sheet(sheet, copy.get, log_key=SIGNER.verifier_key, size=4)[1]


def test_a_sheet_of_the_first_form_is_checked_as_it_was_signed() -> None:
    """
    Before what was beyond a registration was counted there was a column less.
    """
    at = COLUMNS.index(Column.BEYOND_REGISTRATION) + 2
    now = list(csv.reader(io.StringIO(sheet_text(OF, [counts("a", consents=1, used=2)]))))
    then = [row if row is now[0] else [*row[:at], *row[at + 1 :]] for row in now]
    then[0][0] = "mydata-statistics-v1"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(then)
    copy = log_of(leaves(USED, CONSENT, USED, USED), SIGNER)

    note = SIGNER.sign(out.getvalue())
    of, problems = check_sheet(note, copy.get, log_key=SIGNER.verifier_key, size=4)

    assert (OF, ()) == (of, problems)


def test_only_the_log_signs_its_sheets() -> None:
    """
    Another key's, another log's, a checkpoint and a torn sheet are none.
    """
    other = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    text = sheet_text(OF, [counts("a")])
    torn = [
        SIGNER.sign(text.replace("total,", "totals,")),
        SIGNER.sign(text.replace(ORIGIN, "another.example")),
        SIGNER.sign(text.replace("2026-11,1,4", "2026-11,1,x")),
        SIGNER.sign(text.replace("never_used", "ever_used")),
        SIGNER.sign(text.replace("statistics-v2", "statistics-v1")),
        SIGNER.sign(f"mydata-statistics-v9,{ORIGIN},2026-11,1,4\nparty,name\ntotal,\n"),
        SIGNER.sign("one line\n"),
        other.sign(text),
    ]

    for note in torn:
        with pytest.raises(ConsentError):
            check_sheet(note, lambda _path: None, log_key=SIGNER.verifier_key, size=9)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\n@"])
def test_a_name_is_no_formula_h65(begin: str) -> None:
    """
    H65: what a spreadsheet would compute is written as text; commas and quotes stay one cell.
    """
    name = f'{begin}HYPERLINK("https://evil.example","x"), Ltd'
    party = replace(counts("kr-1", asked=9), name=name)

    rows = list(csv.reader(io.StringIO(sheet_text(OF, [party]))))

    assert rows[2][1].startswith(f"'{begin.strip()}")
    assert len(rows[1]) == len(rows[2])
