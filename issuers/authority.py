"""The authorities that issue: each one Credential Issuer with its own keys and status lists."""

from dataclasses import dataclass

from issuers.label import Label


@dataclass(frozen=True, slots=True)
class Authority:
    """``name`` is the last part of the Credential Issuer identifier; it never changes."""

    name: str
    label: Label

    def identifier(self, base: str) -> str:
        """Return the Credential Issuer identifier under the public address ``base``."""
        return f"{base}/issuers/{self.name}"


RESIDENT_REGISTRY = Authority(
    "resident-registry",
    Label("주민등록 발급기관(정부24)", "Resident Registry", "住民登録発行機関"),
)
NATIONAL_TAX_SERVICE = Authority(
    "national-tax-service",
    Label("국세청", "National Tax Service", "国税庁"),
)
