"""The issue book as a table for other programs (CSV, RFC 4180), page after page.

The columns are those of the book on paper (교부대장, 시행규칙 별지 제14호서식) as far as
they hold no claim: number, day, paper, who applied, whom it is about, what for, fee, officer.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Final

from issuers.clerks import Clerk
from issuers.desk.desk import Desk
from issuers.issuance.book import BookCursor, BookFilter, KeptCertificate
from issuers.offers.fees import channel_of

MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
COLUMNS: Final = (
    *("number", "issued_at", "kind", "authority", "applicant", "about", "purpose", "view"),
    *("by_mandate", "channel", "fee_won", "officer", "status", "expires_at"),
)
# What a spreadsheet would run instead of showing it.
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


async def book_csv(desk: Desk, clerk: Clerk, filters: BookFilter) -> AsyncIterator[str]:
    """Yield the whole book that fits the filters, the latest entry first; one page in memory."""
    yield _lines([COLUMNS])
    before: BookCursor | None = None
    while True:
        page = await desk.book(clerk, filters, before)
        if page.entries:
            yield _lines(map(_row, page.entries))
        if page.earlier is None:
            return
        before = page.earlier


def _row(kept: KeptCertificate) -> tuple[str, ...]:
    certificate, entitlement = kept.certificate, kept.certificate.entitlement
    return (
        certificate.number,
        certificate.issued_at.isoformat(),
        entitlement.kind,
        entitlement.authority,
        entitlement.citizen,
        entitlement.subject,
        _plain(entitlement.purpose.name),
        "" if entitlement.view is None else entitlement.view.value,
        "yes" if entitlement.mandate else "no",
        channel_of(entitlement.officer).value,
        str(kept.fee),
        _plain(entitlement.officer),
        kept.state.value,
        certificate.expires_at.isoformat(),
    )


def _plain(text: str) -> str:
    """Return what people wrote, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _lines(rows: Iterable[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
