"""Take a presentation apart into its octets, without its certificates, and put it together again.

A compact SD-JWT+KB is base64url parts joined by ``.`` and ``~``. Decoded they are a quarter
smaller, and base64url has one text for each octet string, so nothing is lost: no JSON is written
anew. The certificates in ``x5c`` take a third of the room or more, and a desk knows them: their
octets are replaced by a hash and put back by whoever has them.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Self

from keys import base64url
from keys.errors import KeysError
from standards.shown_code import base45, packing
from standards.shown_code.challenge import ANYBODY
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure, damaged

# What the key binding of a code in one step is addressed to: nobody in particular.
AUDIENCE: Final = ANYBODY
PREFIX: Final = "MD1:"
# A space is a letter of base45, and whoever copies a text may drop one at its end.
SUFFIX: Final = "."
# What version 40 of a QR code holds at level L in alphanumeric mode (ISO/IEC 18004, table 7).
MAX_TEXT: Final = 4296

# The octets of the value of ``x5c`` as they stand in a header. Base64 has no bracket, so the
# first one that closes is the array's; a name with a quote before it is no name of a member.
_X5C: Final = re.compile(rb'(?<!\\)"x5c"\s*:\s*(\[[^\[\]{}]*\])')
_JWS_PARTS: Final = 3
# Head of the header, hash, tail; payload, signature; disclosures; key binding in three parts.
_SIZE: Final = 9
_DISCLOSURES: Final = 5
_HASH_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code that was read, and of which nothing is proven; `restored` makes it a presentation."""

    chain_sha256: bytes
    kb_jwt: str = field(repr=False)
    _header: tuple[bytes, bytes] = field(repr=False)
    _rest: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a scanned text, or raise `ShownCodeError` (foreign, damaged)."""
        if not text.startswith(PREFIX):
            raise ShownCodeError(ShownCodeFailure.FOREIGN, f"it does not begin with {PREFIX}")
        if len(text) > MAX_TEXT or not text.endswith(SUFFIX):
            raise damaged(f"at most {MAX_TEXT} characters ending in {SUFFIX} were expected")
        packed = base45.decode(text[len(PREFIX) : -len(SUFFIX)])
        single, disclosures = packing.unpack(packed, size=_SIZE, run=_DISCLOSURES)
        head, chain_sha256, tail, payload, signature, *binding = single
        if len(chain_sha256) != _HASH_SIZE:
            raise damaged("a hash has another size")
        signed = f"{base64url.encode(payload)}.{base64url.encode(signature)}"
        rest = "~".join((signed, *map(base64url.encode, disclosures), ""))
        return cls(chain_sha256, ".".join(map(base64url.encode, binding)), (head, tail), rest)

    def restored(self, x5c: bytes) -> str:
        """Return the SD-JWT+KB; ``x5c`` is what `chain_octets` gave whoever wrote the code.

        Raises `ShownCodeError` (wrong_chain).
        """
        if hashlib.sha256(x5c).digest() != self.chain_sha256:
            raise ShownCodeError(ShownCodeFailure.WRONG_CHAIN, "another chain was expected")
        head, tail = self._header
        return f"{base64url.encode(head + x5c + tail)}.{self._rest}{self.kb_jwt}"


def shown_code(presentation: str) -> str:
    """Return the text to draw for an SD-JWT+KB in compact form.

    Raises `ShownCodeError`: unsupported for any other form, or a header without certificates;
    too_large for what does not fit.
    """
    issuer_jwt, *disclosures = presentation.split("~")
    kb_jwt = disclosures.pop() if disclosures else ""
    try:
        header, payload, signature = _octets(issuer_jwt)
        binding = _octets(kb_jwt)
        shown = [base64url.decode(text) for text in disclosures]
    except KeysError:
        raise _unsupported("a part is not base64url") from None
    head, x5c, tail = _around_chain(header)
    chain_sha256 = hashlib.sha256(x5c).digest()
    packed = packing.pack((head, chain_sha256, tail, payload, signature, shown, *binding))
    text = PREFIX + base45.encode(packed) + SUFFIX
    if len(text) > MAX_TEXT:
        raise ShownCodeError(ShownCodeFailure.TOO_LARGE, f"more than {MAX_TEXT} characters")
    return text


def request_sha256(nonce: str, audience: str = AUDIENCE) -> bytes:
    """Return what stands for the request in consent records of shown codes: there was none.

    SHA-256 over what a request would have fixed, the ``audience`` and the ``nonce``; holder and
    desk compute the same.
    """
    return hashlib.sha256(f"{audience}\n{nonce}".encode()).digest()


def chain_octets(issuer_jwt: str) -> bytes:
    """Return the octets of ``x5c`` in the header of an issuer-signed JWT or SD-JWT, as they stand.

    Raises `ShownCodeError` (unsupported) when there are none, or not once.
    """
    try:
        header = base64url.decode(issuer_jwt.partition(".")[0])
    except KeysError:
        raise _unsupported("a part is not base64url") from None
    return _around_chain(header)[1]


def _octets(token: str) -> tuple[bytes, bytes, bytes]:
    parts = token.split(".")
    if len(parts) != _JWS_PARTS:
        raise _unsupported("a JWS of three parts was expected")
    header, payload, signature = map(base64url.decode, parts)
    return header, payload, signature


def _around_chain(header: bytes) -> tuple[bytes, bytes, bytes]:
    found = [*_X5C.finditer(header)]
    if len(found) != 1:
        raise _unsupported("a header with its certificates was expected")
    start, end = found[0].span(1)
    return header[:start], header[start:end], header[end:]


def _unsupported(detail: str) -> ShownCodeError:
    return ShownCodeError(ShownCodeFailure.UNSUPPORTED, detail)
