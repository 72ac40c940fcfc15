"""Violence-victim restrictions in SQL (주민등록법 시행규칙 §13의2)."""

from sqlalchemy import ColumnElement, exists, or_

from issuers.store.source_tables import members
from issuers.store.tables import restrictions


def keeps_away(subject: ColumnElement[str], applicant: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether ``subject``, or anybody of the same household, is protected from ``applicant``.

    The household is that of today: whoever moves in with the protected person is covered at once.
    """
    protected, beside = members.alias(), members.alias()
    lives_there = exists().where(
        protected.c.citizen == restrictions.c.protected,
        beside.c.household == protected.c.household,
        beside.c.citizen == subject,
    )
    return exists().where(
        restrictions.c.against == applicant,
        or_(restrictions.c.protected == subject, lives_there),
    )
