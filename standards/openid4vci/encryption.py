"""Encrypted requests and responses (OpenID4VCI 1.0 sections 8.2, 10, 12.2.4)."""

from dataclasses import dataclass
from typing import Self

from keys.errors import KeysError
from keys.jwe import Enc, EncryptionJwk
from keys.strict_json import JsonObject, JsonValue
from standards.jwk_set import usable_encryption_keys
from standards.members import Members, members
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError


@dataclass(frozen=True, slots=True)
class ResponseEncryption:
    """How a wallet wants its response: encrypted to its key, never compressed (VCI-37)."""

    jwk: EncryptionJwk
    enc: Enc

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return ``credential_response_encryption``, or raise `CredentialRequestError`.

        Whatever cannot be done is invalid_encryption_parameters, ``zip`` among it: inflating is
        how small messages become large ones.
        """
        reader = members(value, "credential_response_encryption", _invalid)
        if reader.has("zip"):
            raise _invalid("zip is not supported")
        enc = reader.text("enc")
        if enc not in set(Enc):
            raise _invalid("this enc is not supported")
        jwk = reader.object("jwk")
        jwk.text("alg")  # VCI-53: the key says what it is for
        try:
            return cls(EncryptionJwk.parse(jwk.value), Enc(enc))
        except KeysError as error:
            raise _invalid(f"jwk: {error.detail}") from None

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return {"jwk": self.jwk.as_dict(), "enc": self.enc.value}


@dataclass(frozen=True, slots=True)
class ResponseEncryptionSupport:
    """What an issuer can do with the key of a wallet (``credential_response_encryption``)."""

    alg_values_supported: tuple[str, ...]
    enc_values_supported: tuple[str, ...]
    encryption_required: bool

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return what the metadata says, refused with the reader's error."""
        return cls(
            reader.texts("alg_values_supported"),
            reader.texts("enc_values_supported"),
            reader.flag("encryption_required"),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return {
            "alg_values_supported": list(self.alg_values_supported),
            "enc_values_supported": list(self.enc_values_supported),
            "encryption_required": self.encryption_required,
        }


@dataclass(frozen=True, slots=True)
class RequestEncryptionSupport:
    """An issuer's keys for requests (``credential_request_encryption``).

    ``keys`` are those that can be used here; keys of other kinds are passed over (RFC 7517
    section 5).
    """

    keys: tuple[EncryptionJwk, ...]
    enc_values_supported: tuple[str, ...]
    encryption_required: bool

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return what the metadata says, refused with the reader's error."""
        return cls(
            usable_encryption_keys(reader.object("jwks")),
            reader.texts("enc_values_supported"),
            reader.flag("encryption_required"),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return {
            "jwks": {"keys": [key.as_dict() for key in self.keys]},
            "enc_values_supported": list(self.enc_values_supported),
            "encryption_required": self.encryption_required,
        }


def _invalid(detail: str) -> CredentialRequestError:
    return CredentialRequestError(CredentialErrorCode.INVALID_ENCRYPTION_PARAMETERS, detail)
