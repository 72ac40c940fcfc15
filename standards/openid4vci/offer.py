"""The Credential Offer (OpenID4VCI 1.0 section 4.1): what is offered, and how to fetch it.

An offer is never signed and proves nothing: every value in it is untrusted (section 13.5).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import Members, members, present
from standards.openid4vci.errors import malformed
from standards.web_address import check_identifier

PRE_AUTHORIZED_GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
AUTHORIZATION_CODE_GRANT = "authorization_code"
# Section 4.1.1.
TX_CODE_DESCRIPTION_LIMIT = 300


class InputMode(StrEnum):
    """What a person types as transaction code."""

    NUMERIC = "numeric"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class TxCode:
    """A transaction code is expected; the object may say nothing more (VCI-8)."""

    input_mode: InputMode = InputMode.NUMERIC
    length: int | None = None
    description: str | None = None

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the ``tx_code`` object of an offer, or raise `VciError`."""
        mode = reader.optional_text("input_mode") or InputMode.NUMERIC
        if mode not in set(InputMode):
            raise malformed("tx_code: input_mode is numeric or text")
        length = reader.optional_count("length")
        if length == 0:
            raise malformed("tx_code: length is at least 1")
        description = reader.optional_text("description")
        if description is not None and len(description) > TX_CODE_DESCRIPTION_LIMIT:
            raise malformed(f"tx_code: description is longer than {TX_CODE_DESCRIPTION_LIMIT}")
        return cls(InputMode(mode), length, description)

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads; the usual mode is left out."""
        mode = None if self.input_mode is InputMode.NUMERIC else self.input_mode.value
        return present(
            {"input_mode": mode, "length": self.length, "description": self.description}
        )


@dataclass(frozen=True, slots=True)
class PreAuthorizedCodeGrant:
    """The wallet hands in a code it was given; short-lived, used once (VCI-7)."""

    pre_authorized_code: str
    tx_code: TxCode | None = None
    authorization_server: str | None = None

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the grant, or raise `VciError`."""
        return cls(
            reader.text("pre-authorized_code"),
            reader.part("tx_code", TxCode.parse),
            reader.optional_text("authorization_server"),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        grant: JsonObject = {"pre-authorized_code": self.pre_authorized_code}
        if self.tx_code is not None:  # an empty object says something too
            grant["tx_code"] = self.tx_code.as_dict()
        return grant | present({"authorization_server": self.authorization_server})


@dataclass(frozen=True, slots=True)
class AuthorizationCodeGrant:
    """The wallet sends the person to the authorization server; all members are optional."""

    issuer_state: str | None = None
    authorization_server: str | None = None

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the grant, or raise `VciError`."""
        return cls(
            reader.optional_text("issuer_state"), reader.optional_text("authorization_server")
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present(
            {
                "issuer_state": self.issuer_state,
                "authorization_server": self.authorization_server,
            }
        )


@dataclass(frozen=True, slots=True)
class CredentialOffer:
    """What an issuer offers; with neither grant the metadata says which to use (VCI-3)."""

    credential_issuer: str
    credential_configuration_ids: tuple[str, ...]
    pre_authorized_code: PreAuthorizedCodeGrant | None = None
    authorization_code: AuthorizationCodeGrant | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the offer, or raise `VciError`; members nobody knows are ignored (VCI-4)."""
        reader = members(value, "credential offer", malformed)
        issuer = reader.text("credential_issuer")
        check_identifier(issuer, "credential_issuer", malformed)
        grants = reader.object("grants") if reader.has("grants") else Members({}, "", malformed)
        return cls(
            issuer,
            reader.texts("credential_configuration_ids"),
            grants.part(PRE_AUTHORIZED_GRANT, PreAuthorizedCodeGrant.parse),
            grants.part(AUTHORIZATION_CODE_GRANT, AuthorizationCodeGrant.parse),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        grants: JsonObject = {}
        if self.authorization_code is not None:
            grants[AUTHORIZATION_CODE_GRANT] = self.authorization_code.as_dict()
        if self.pre_authorized_code is not None:
            grants[PRE_AUTHORIZED_GRANT] = self.pre_authorized_code.as_dict()
        offer: JsonObject = {
            "credential_issuer": self.credential_issuer,
            "credential_configuration_ids": list(self.credential_configuration_ids),
        }
        return offer | present({"grants": grants})
