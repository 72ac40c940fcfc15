"""Receipts as a table for a spreadsheet: one event a row, names of claims and never a value.

Cells are text that no spreadsheet computes (H65): one that begins like a formula gets an
apostrophe, which such programs hide and which keeps the cell what it is.
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

from consent.forms.fields import instant_text
from consent.forms.first_receipt import FirstReceipt
from consent.forms.receipt import Receipt
from consent.forms.terms import Terms

COLUMNS: Final = (
    "record_id",
    "consent_id",
    "event_time",
    "event_state",
    "entity_id",
    "party_id",
    "party_name",
    "purpose",
    "lawful_basis",
    "requested",
    "disclosed",
    "optional_chosen",
    "beyond_registration",
    "retention_period",
    "until",
    "uses",
    "cycle",
    "privacy_notice",
    "privacy_notice_version",
    "withdrawal_method",
    "jurisdiction",
    "language",
    "reason",
    "kept_until",
    "log_index",
)

# What makes a spreadsheet read a cell as a formula, in the programs people use.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def as_csv(receipts: Iterable[Receipt | FirstReceipt]) -> str:
    """Return the table with a header row (RFC 4180), every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for receipt in receipts:
        cells = _cells(receipt)
        writer.writerow([safe_cell(cells.get(column, "")) for column in COLUMNS])
    return out.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell that stays text in every spreadsheet."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _cells(receipt: Receipt | FirstReceipt) -> dict[str, str]:
    if isinstance(receipt, FirstReceipt):
        return {
            "record_id": receipt.record_id,
            "event_time": receipt.event_time,
            "event_state": receipt.event_state,
            "party_name": receipt.party,
            "disclosed": " ".join(receipt.claims),
            "log_index": str(receipt.log.index),
        }
    return _happened(receipt) | ({} if receipt.terms is None else _agreed(receipt.terms))


def _happened(receipt: Receipt) -> dict[str, str]:
    record, asked = receipt.record, receipt.record.asked
    return {
        "record_id": record.record_id,
        "consent_id": record.consent_id or "",
        "event_time": instant_text(record.event_time),
        "event_state": record.event_state.value,
        "entity_id": str(record.as_dict()["entity_id"]),
        "party_id": record.controller.id,
        "party_name": record.controller.name,
        "requested": " ".join(asked.requested),
        "disclosed": " ".join(asked.disclosed),
        "optional_chosen": " ".join(asked.optional_chosen),
        "beyond_registration": " ".join(asked.beyond_registration),
        "jurisdiction": record.jurisdiction,
        "language": record.language,
        "reason": record.reason.value if record.reason else "",
        "kept_until": instant_text(record.kept_until) if record.kept_until else "",
        "log_index": str(receipt.log.index),
    }


def _agreed(terms: Terms) -> dict[str, str]:
    return {
        "purpose": terms.purpose.code,
        "lawful_basis": terms.legal_basis,
        "retention_period": terms.retention.period,
        "until": instant_text(terms.until) if terms.until else "",
        "uses": str(terms.uses) if terms.uses else "",
        "cycle": terms.periodic.cycle if terms.periodic else "",
        "privacy_notice": terms.notice.uri,
        "privacy_notice_version": terms.notice.version,
        "withdrawal_method": terms.withdrawal.uri,
    }
