"""Notices in SQL: each certificate about the reader, with the name of who applied.

A notice about somebody who is protected from the reader would tell where to look (주민등록법
시행규칙 §13의2), so it is not there while the restriction stands, neither now nor for the past.
"""

from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select

from consent.forms.statutory import rule_of
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.issuance.mandates import article_for
from issuers.offers.fees import Service
from issuers.register.notices import REPRESENTATION, SELF, Notice
from issuers.store.entitlement_rows import view_in
from issuers.store.restricting import keeps_away
from issuers.store.source_tables import people
from issuers.store.tables import certificates, notices
from issuers.store.times import moment

_READER: BindParameter[str] = bindparam("reader")

NOTICES = (
    select(certificates, people.c.name)
    .select_from(
        notices.join(certificates).outerjoin(people, people.c.citizen == certificates.c.citizen)
    )
    .where(notices.c.citizen == _READER)
    .where((certificates.c.citizen == _READER) | ~keeps_away(certificates.c.citizen, _READER))
    .order_by(certificates.c.issued_at.desc(), certificates.c.number.desc())
)


def notice_in(row: Row[Any], reader: str, service: Service = Service.ISSUE) -> Notice:
    """Return the notice of a row of `NOTICES`, or of the views, to ``reader``."""
    view = view_in(row)
    return Notice(
        at=moment(row.issued_at),
        kind=row.kind,
        authority=row.authority,
        applicant=SELF if row.citizen == reader else row.name or "",
        purpose=row.purpose,
        reason=_reason(row, None if view is None else rule_of(view).article),
        service=service,
    )


def _reason(row: Row[Any], article: str | None) -> str | None:
    """Return the article under which somebody else than the person or household applied."""
    if row.mandate:
        return article_for(row.authority)
    is_for_a_child = row.about and article is None and row.authority != RESIDENT_REGISTRY.name
    return REPRESENTATION if is_for_a_child else article
