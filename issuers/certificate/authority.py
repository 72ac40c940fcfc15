"""The authorities that issue: each one Credential Issuer with its own keys and status lists."""

from dataclasses import dataclass
from typing import Final

from issuers.label import Label

# ISO 3166-1: what cards say of where they are issued, and what their signers' certificates name.
KOREA: Final = "KR"


@dataclass(frozen=True, slots=True)
class Authority:
    """``name`` is the last part of the Credential Issuer identifier; it never changes.

    The colours are those of its cards in a wallet, ``#`` and six hexadecimal digits.
    """

    name: str
    label: Label
    background_color: str
    text_color: str

    def identifier(self, base: str) -> str:
        """Return the Credential Issuer identifier under the public address ``base``."""
        return f"{base}/issuers/{self.name}"


RESIDENT_REGISTRY = Authority(
    "resident-registry",
    Label("주민등록 발급기관(정부24)", "Resident Registry", "住民登録発行機関"),
    background_color="#1d4e89",
    text_color="#ffffff",
)
MOBILE_ID_OFFICE = Authority(
    "mobile-id",
    Label("모바일 신분증 발급기관", "Mobile Identity Card Office", "モバイル身分証発行機関"),
    background_color="#3d2f75",
    text_color="#ffffff",
)
NATIONAL_TAX_SERVICE = Authority(
    "national-tax-service",
    Label("국세청", "National Tax Service", "国税庁"),
    background_color="#0b5d4f",
    text_color="#ffffff",
)
