"""What a wallet can do, as it says to a verifier that asks for it (sections 5.10 and 10).

Every wallet of one release says the same, letter for letter: it must not tell holders apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from keys.errors import KeysError
from keys.jwe import Enc
from keys.strict_json import JsonObject, dumps, loads_object
from standards.members import Members, members, present
from standards.openid4vp.client_id import ClientIdPrefix
from standards.openid4vp.errors import malformed_request
from standards.openid4vp.request import RESPONSE_TYPE, ResponseMode
from standards.openid4vp.vp_format import ALGORITHMS, VpFormat, our_formats

_FORMATS: Final = "vp_formats_supported"
_PREFIXES: Final = "client_id_prefixes_supported"
_MODES: Final = "response_modes_supported"
_SIGNING: Final = "request_object_signing_alg_values_supported"
_ENC: Final = "authorization_encryption_enc_values_supported"
# RFC 8414 asks for the first; the second is the one way answers are encrypted.
_FIXED: Final[JsonObject] = {
    "response_types_supported": [RESPONSE_TYPE],
    "authorization_encryption_alg_values_supported": ["ECDH-ES"],
}


@dataclass(frozen=True, slots=True)
class WalletMetadata:
    """Formats, ways to be known, response modes and algorithms; an empty list says nothing.

    ``enc_values`` are the content encryptions of an answer; members nobody needs are ignored.
    """

    vp_formats: tuple[VpFormat, ...] = ()
    client_id_prefixes: tuple[str, ...] = ()
    response_modes: tuple[str, ...] = ()
    request_algorithms: tuple[str, ...] = ()
    enc_values: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what a wallet posted as ``wallet_metadata``, or raise `RequestError`."""
        try:
            reader = members(loads_object(text), "wallet_metadata", malformed_request)
        except KeysError as error:
            raise malformed_request(f"wallet_metadata: {error.detail}") from None
        return cls(
            tuple(VpFormat.parse(name, entry) for name, entry in _entries(reader)),
            reader.optional_texts(_PREFIXES),
            reader.optional_texts(_MODES),
            reader.optional_texts(_SIGNING),
            reader.optional_texts(_ENC),
        )

    def as_text(self) -> str:
        """Return the JSON text `parse` reads."""
        return dumps(_FIXED | present(self._said())).decode()

    def _said(self) -> JsonObject:
        return {
            _FORMATS: {each.format: each.as_dict() for each in self.vp_formats},
            _PREFIXES: [*self.client_id_prefixes],
            _MODES: [*self.response_modes],
            _SIGNING: [*self.request_algorithms],
            _ENC: [*self.enc_values],
        }

    def misses(self, *, prefix: str, mode: str, algorithm: str, form: VpFormat) -> str | None:
        """Return what of a request this wallet says it cannot take, None when it can take all.

        What it says nothing about is taken to be possible.
        """
        formats = [each for each in self.vp_formats if each.format == form.format]
        if self.vp_formats and not any(each.shares_algorithms(form) for each in formats):
            return f"format {form.format}"
        if _lacks(self.client_id_prefixes, (prefix,)):
            return f"client_id prefix {prefix}"
        if _lacks(self.response_modes, (mode,)):
            return f"response mode {mode}"
        if _lacks(self.request_algorithms, (algorithm,)):
            return f"requests signed with {algorithm}"
        if mode == ResponseMode.DIRECT_POST_JWT and _lacks(self.enc_values, tuple(Enc)):
            return "any of our content encryptions"
        return None


def _entries(reader: Members) -> tuple[tuple[str, Members], ...]:
    return reader.entries(_FORMATS) if reader.has(_FORMATS) else ()


def _lacks(said: Sequence[str], needed: Sequence[str]) -> bool:
    """Tell whether a list that says something names none of these."""
    return bool(said) and set(said).isdisjoint(needed)


# What this wallet does; `pre-registered` is the standard's word for a client without a prefix.
OUR_METADATA: Final = WalletMetadata(
    vp_formats=our_formats(),
    client_id_prefixes=(*(prefix.value for prefix in ClientIdPrefix), "pre-registered"),
    response_modes=(ResponseMode.DIRECT_POST.value, ResponseMode.DIRECT_POST_JWT.value),
    request_algorithms=tuple(each.value for each in ALGORITHMS),
    enc_values=tuple(enc.value for enc in Enc),
)
