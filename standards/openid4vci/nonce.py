"""The nonce endpoint (OpenID4VCI 1.0 section 7): freshness for key proofs."""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import members
from standards.openid4vci.errors import malformed


@dataclass(frozen=True, slots=True)
class NonceResponse:
    """A value no one could guess; answered under ``Cache-Control: no-store`` (VCI-29)."""

    c_nonce: str

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the response, or raise `VciError`."""
        return cls(members(value, "nonce response", malformed).text("c_nonce"))

    def as_dict(self) -> JsonObject:
        """Return the body to answer with."""
        return {"c_nonce": self.c_nonce}
