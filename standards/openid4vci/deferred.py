"""The deferred credential endpoint (OpenID4VCI 1.0 section 9): asking again for what takes time.

Example: ``{"transaction_id": "8xLOxBtZp8"}``, answered by 202 with the same id, or once by 200
with the credentials; both answers are those of `standards.openid4vci.credential`.
"""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import members, present, written
from standards.openid4vci.credential import invalid_request
from standards.openid4vci.encryption import ResponseEncryption
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError


@dataclass(frozen=True, slots=True)
class DeferredCredentialRequest:
    """A wallet asks for what it was promised; its own encryption counts, not the first one's.

    Keys are not proven again: the credentials are for those of the first request (VCI-52).
    """

    transaction_id: str
    credential_response_encryption: ResponseEncryption | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the request, or raise `CredentialRequestError`; unknown members are ignored."""
        reader = members(value, "deferred credential request", invalid_request)
        encryption = "credential_response_encryption"
        return cls(
            reader.text("transaction_id"),
            ResponseEncryption.parse(reader.value[encryption]) if reader.has(encryption) else None,
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present(
            {
                "transaction_id": self.transaction_id,
                "credential_response_encryption": written(self.credential_response_encryption),
            }
        )


def invalid_transaction_id() -> CredentialRequestError:
    """Return the one error for an id that is unknown, somebody else's or used up (H77)."""
    code = CredentialErrorCode.INVALID_TRANSACTION_ID
    return CredentialRequestError(code, "no credential of this token waits under this id")
