"""A month as a signed sheet: comma-separated lines, and the log's signature under them.

    mydata-statistics-v2,mydata.example/consent/2026,2026-11,0,1042
    party,name,asked,registered,consents,refused,…
    kr-110111-0000001,미리내은행,812,812,700,110,…
    kr-110111-0000002,새벽신용,9,9,<5,…
    total,,1042,…

    — mydata.example/consent/2026 b2gf…

The first line names the log and the range of entries (first included, last not). The totals of
what is an entry by itself are the log's own counts of that range; `check_sheet` holds them
against a copy. A name that a spreadsheet would take for a formula is written as text. Sheets of
the first form have no ``beyond_registration``, and are checked as they were signed.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consent.auditing.entries import entries_of
from consent.auditing.order import Read
from consent.auditing.report import Problem
from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf
from consent.forms.fields import malformed
from consent.statistics.counting import Column, PartyCounts, totals
from consent.statistics.suppression import SMALL, suppressed
from consent.tlog.signed_note import open_note
from consent.tlog.verifier_key import VerifierKey

FORMAT: Final = "mydata-statistics-v2"
# The columns of each form that a log has signed.
_COLUMNS: Final = {
    "mydata-statistics-v1": tuple(
        column for column in Column if column is not Column.BEYOND_REGISTRATION
    ),
    FORMAT: tuple(Column),
}
HIDDEN: Final = f"<{SMALL}"
TOTAL: Final = "total"
# A spreadsheet takes these for the beginning of a formula (SECURITY H65).
_FORMULA: Final = ("=", "+", "-", "@")
# Columns that are entries of one type: what the public can count.
_TYPES: Final = {
    Column.CONSENTS: EntryType.CONSENT,
    Column.REFUSED: EntryType.REFUSED,
    Column.OVER_ASKED: EntryType.OVER_ASKED,
    Column.USED: EntryType.USED,
    Column.USED_LATE: EntryType.USED_LATE,
    Column.WITHDRAWN: EntryType.WITHDRAWN,
    Column.OVERDUE: EntryType.OVERDUE,
}


@dataclass(frozen=True, slots=True)
class MonthRange:
    """A month of one log: ``month`` as ``2026-11``, entries ``[first, last)``."""

    origin: str
    month: str
    first: int
    last: int


def sheet_text(of: MonthRange, parties: Sequence[PartyCounts]) -> str:
    """Return the lines of a month, small counts hidden; sign them as a note."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write((FORMAT, of.origin, of.month, of.first, of.last))
    write(("party", "name", *Column))
    for party, counts in zip(parties, suppressed(parties), strict=True):
        shown = (HIDDEN if count is None else count for count in counts)
        write((_text(party.party), _text(party.name), *shown))
    write((TOTAL, "", *totals(parties)))
    return out.getvalue()


def check_sheet(
    note: str, read: Read, *, log_key: VerifierKey, size: int
) -> tuple[MonthRange, tuple[Problem, ...]]:
    """Return a sheet's month, and where its totals are not those of a copy of ``size`` entries.

    Raises `ConsentError`: as `open_note` for what the log has not signed, malformed for what is
    no sheet. The copy itself must have been audited.
    """
    rows = list(csv.reader(io.StringIO(open_note(note, known=(log_key,)).text)))
    of, columns = _range(rows, log_key)
    if of.last > size:
        return of, (Problem(None, f"the sheet is of {of.last} entries, the copy has {size}"),)
    found = _counted(read, of, size)
    said = rows[-1][2:]
    problems = [
        Problem(None, f"{column.value}: {text} in the sheet, {found[type_]} in the log")
        for column, text in zip(columns, said, strict=True)
        if (type_ := _TYPES.get(column)) is not None and text != str(found[type_])
    ]
    return of, tuple(problems)


def _range(
    rows: Sequence[Sequence[str]], log_key: VerifierKey
) -> tuple[MonthRange, tuple[Column, ...]]:
    match rows:
        case [
            [word, origin, month, first, last],
            ["party", "name", *columns],
            *_,
            [total, "", *counts],
        ] if (origin, total) == (log_key.name, TOTAL) and len(counts) == len(columns):
            known = _COLUMNS.get(word, ())
            if known and columns == [*known] and first.isdecimal() and last.isdecimal():
                return MonthRange(origin, month, int(first), int(last)), known
    raise malformed("a sheet of statistics of this log was expected")


def _counted(read: Read, of: MonthRange, size: int) -> Counter[EntryType]:
    counts: Counter[EntryType] = Counter()
    for index, octets in entries_of(read, size=size):
        if of.first <= index < of.last:
            try:
                counts[Leaf.parse(octets).type] += 1
            except ConsentError:
                # The audit of the copy names it; here it is of no type.
                continue
    return counts


def _text(text: str) -> str:
    """Return a text as a spreadsheet shows it and does not compute it."""
    shown = " ".join(text.split())
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
