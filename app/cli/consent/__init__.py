"""``mydata consent``: the holder's history and receipts, and the audit of the log by anyone.

Each module adds its verbs to the group when it is imported.
"""

from app.cli.consent import (
    auditor,
    evidence,
    freezer,
    holder,
    household,
    institutions,
    printed,
    receipts,
    valid_on,
    witness,
)
from app.cli.consent.group import verbs

__all__ = [
    "auditor",
    "evidence",
    "freezer",
    "holder",
    "household",
    "institutions",
    "printed",
    "receipts",
    "valid_on",
    "verbs",
    "witness",
]
