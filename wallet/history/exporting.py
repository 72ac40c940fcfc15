"""The history to take along: a table, the record of ISO/IEC TS 27560, or linked data (DPV)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from consent.forms.dpv import as_dpv
from consent.forms.first_receipt import FirstReceipt, read_kept
from consent.forms.iso27560 import as_27560
from consent.forms.receipt import Receipt
from consent.forms.table import as_csv
from keys.strict_json import dumps
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault
from wallet.ports import Ports


class ExportForm(StrEnum):
    """What an export can be."""

    JSON = "json"
    CSV = "csv"
    JSONLD = "jsonld"

    @classmethod
    def read(cls, name: str) -> Self:
        """Return the form of this name, or raise ``WalletError`` (call_malformed)."""
        try:
            return cls(name)
        except ValueError:
            raise WalletError(
                WalletFailure.CALL_MALFORMED, "form is json, csv or jsonld"
            ) from None


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to be kept elsewhere: its octets, media type and name."""

    octets: bytes
    media_type: str
    name: str


async def export(form: ExportForm, *, ports: Ports, vault: Vault) -> Exported:
    """Return every receipt kept here in one file, the oldest first; names of claims, no value."""
    boxes = await ports.shelf.all(vault.holder, BoxKind.RECEIPT)
    return exported(form, [read_kept(vault.open(box)) for box in reversed(boxes)])


def exported(form: ExportForm, receipts: Sequence[Receipt | FirstReceipt]) -> Exported:
    """Return receipts in a form."""
    match form:
        case ExportForm.JSON:
            return Exported(dumps(as_27560(receipts)), "application/json", "history.json")
        case ExportForm.CSV:
            # The mark lets spreadsheets read Korean and Japanese as what they are.
            octets = as_csv(receipts).encode("utf-8-sig")
            return Exported(octets, "text/csv", "history.csv")
        case ExportForm.JSONLD:
            return Exported(dumps(as_dpv(receipts)), "application/ld+json", "history.jsonld")
