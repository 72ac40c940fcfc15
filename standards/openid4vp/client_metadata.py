"""What a verifier says of itself in a request (OpenID4VP 1.0 sections 5.1, 8.3, 11.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from keys.jwe import Enc, EncryptionJwk
from keys.strict_json import JsonObject
from standards.jwk_set import usable_encryption_keys
from standards.members import Members, present
from standards.openid4vp.errors import RequestError, RequestFailure
from standards.openid4vp.vp_format import VpFormat

__all__ = ["NO_METADATA", "ClientMetadata", "VpFormat"]

_ENC_VALUES = "encrypted_response_enc_values_supported"
# HAIP section 5: the stronger one first.
_PREFERENCE = (Enc.A256GCM, Enc.A128GCM)


@dataclass(frozen=True, slots=True)
class ClientMetadata:
    """Formats, and the keys to encrypt the response to; other members are ignored (VP-7).

    The keys never verify anything (VP-6). ``enc_values`` empty means A128GCM alone (VP-8).
    """

    vp_formats_supported: tuple[VpFormat, ...] = ()
    keys: tuple[EncryptionJwk, ...] = ()
    enc_values: tuple[str, ...] = ()

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the ``client_metadata`` of a request, or raise `RequestError`."""
        formats = "vp_formats_supported"
        return cls(
            tuple(
                VpFormat.parse(name, entry)
                for name, entry in (reader.entries(formats) if reader.has(formats) else ())
            ),
            reader.part("jwks", usable_encryption_keys) or (),
            reader.optional_texts(_ENC_VALUES),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        keys = [key.as_dict() for key in self.keys]
        return present(
            {
                "vp_formats_supported": {
                    entry.format: entry.as_dict() for entry in self.vp_formats_supported
                },
                "jwks": present({"keys": [*keys]}),
                _ENC_VALUES: list(self.enc_values),
            }
        )

    def encryption(self) -> tuple[EncryptionJwk, Enc]:
        """Return the key and the content encryption to answer with, or raise `RequestError`."""
        offered = self.enc_values or (Enc.A128GCM.value,)
        enc = next((enc for enc in _PREFERENCE if enc.value in offered), None)
        if enc is None or not self.keys:
            raise RequestError(RequestFailure.ENCRYPTION, "no key or no cipher we can use")
        return self.keys[0], enc

    def require_format(self, names: Iterable[str]) -> None:
        """Return when the verifier can check one of these, else raise `RequestError` (formats)."""
        known = [entry.format for entry in self.vp_formats_supported]
        if known and not set(known).intersection(names):
            raise RequestError(RequestFailure.FORMATS, "the verifier cannot check this format")


# A request may say nothing of its verifier.
NO_METADATA = ClientMetadata()
