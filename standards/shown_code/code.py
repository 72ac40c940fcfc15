"""Take a presentation apart into texts and octets, without its certificates, and join it again.

A compact SD-JWT+KB is base64url parts joined by ``.`` and ``~``. Decoded they are a quarter
smaller, and base64url has one text for each octet string, so nothing is lost: no JSON is written
anew. What follows from the rest is left out: the certificates in ``x5c``, which a desk knows, and
``sd_hash``, which every verifier computes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from keys import base64url
from keys.errors import KeysError
from standards.shown_code import base45, packing
from standards.shown_code.chain import around_chain, chain_name, known_from
from standards.shown_code.challenge import ANYBODY
from standards.shown_code.errors import (
    ShownCodeError,
    ShownCodeFailure,
    damaged,
    unsupported,
)
from standards.shown_code.packing import Packed
from standards.shown_code.values import (
    HOLE,
    LAST_MARK,
    SIGNATURE,
    SIGNATURE_SIZE,
    Values,
    taken_out,
)

# What the key binding of a code in one step is addressed to: nobody in particular.
AUDIENCE: Final = ANYBODY
PREFIX: Final = "MD2:"
# A space is a letter of base45, and whoever copies a text may drop one at its end.
SUFFIX: Final = "."
# What version 40 of a QR code holds at level L in alphanumeric mode (ISO/IEC 18004, table 7).
MAX_TEXT: Final = 4296

_SD_HASH: Final = b'"sd_hash":"%b"'
_BETWEEN: Final = b"\x00"
_JWS_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code that was read, and of which nothing is proven; `restored` makes it a presentation.

    ``binding`` is the payload of the key binding, without a value of ``sd_hash`` where that
    follows from the rest.
    """

    chain_name: bytes
    binding: bytes = field(repr=False)
    _held: tuple[bytes, ...] = field(repr=False)
    _issued: bytes = field(repr=False)
    _values: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a scanned text, or raise `ShownCodeError` (foreign, damaged)."""
        if not text.startswith(PREFIX):
            raise ShownCodeError(ShownCodeFailure.FOREIGN, f"it does not begin with {PREFIX}")
        if len(text) > MAX_TEXT or not text.endswith(SUFFIX):
            raise damaged(f"at most {MAX_TEXT} characters ending in {SUFFIX} were expected")
        packed = packing.parted(base45.decode(text[len(PREFIX) : -len(SUFFIX)]))
        values = Values(packed.values)
        held = _parts(packing.inflated(packed.held), values)
        if len(held) < _JWS_PARTS:
            raise damaged("a key binding was expected")
        binding = held[1].replace(HOLE, b"", 1)
        return cls(packed.chain_name, binding, held, packed.issued, values.rest())

    def restored(self, x5c: bytes) -> str:
        """Return the SD-JWT+KB; ``x5c`` is what `chain.chain_octets` gave whoever wrote the code.

        Raises `ShownCodeError`: wrong_chain; damaged for what nobody could tell without a chain.
        """
        if chain_name(x5c) != self.chain_name:
            raise ShownCodeError(ShownCodeFailure.WRONG_CHAIN, "another chain was expected")
        values = Values(self._values)
        issued = _parts(packing.inflated(self._issued, known_from(x5c)), values)
        if len(issued) != _JWS_PARTS or values.rest():
            raise damaged("a signed certificate and no more was expected")
        header, *rest = issued
        issuer_jwt = _jws(header.replace(HOLE, x5c, 1), *rest)
        kb_header, kb_payload, kb_signature, *shown = self._held
        presented = "~".join((issuer_jwt, *map(base64url.encode, shown), ""))
        kb_payload = kb_payload.replace(HOLE, _sd_hash(presented), 1)
        return presented + _jws(kb_header, kb_payload, kb_signature)


def shown_code(presentation: str) -> str:
    """Return the text to draw for an SD-JWT+KB in compact form.

    Raises `ShownCodeError`: unsupported for any other form, or a header without certificates;
    too_large for what does not fit.
    """
    presented, tilde, kb_jwt = presentation.rpartition("~")
    issuer_jwt, *disclosures = presented.split("~")
    try:
        header, *rest = _octets(issuer_jwt)
        kb_header, kb_payload, kb_signature = _octets(kb_jwt)
        shown = [base64url.decode(text) for text in disclosures]
    except KeysError:
        raise unsupported("a part is not base64url") from None
    head, x5c, tail = around_chain(header)
    # Put away first, or it would be taken out as any value.
    hashed = kb_payload.replace(_SD_HASH % _sd_hash(presented + tilde), _SD_HASH % HOLE, 1)
    _check_texts(header, rest[0], kb_header, kb_payload, *shown)
    values: list[bytes] = []
    held = _marked((kb_header, hashed, kb_signature, *shown), values)
    issued = _marked((head + HOLE + tail, *rest), values)
    streams = packing.deflated(held), packing.deflated(issued, known_from(x5c))
    text = _text(Packed(chain_name(x5c), *streams, b"".join(values)))
    if len(text) > MAX_TEXT:
        raise ShownCodeError(ShownCodeFailure.TOO_LARGE, f"more than {MAX_TEXT} characters")
    return text


def request_sha256(nonce: str, audience: str = AUDIENCE) -> bytes:
    """Return what stands for the request in consent records of shown codes: there was none.

    SHA-256 over what a request would have fixed, the ``audience`` and the ``nonce``; holder and
    desk compute the same.
    """
    return hashlib.sha256(f"{audience}\n{nonce}".encode()).digest()


def _parts(texts: bytes, values: Values) -> tuple[bytes, ...]:
    return tuple(
        values.take(SIGNATURE_SIZE) if part == SIGNATURE else values.put_back(part)
        for part in texts.split(_BETWEEN)
    )


def _marked(parts: Sequence[bytes], values: list[bytes]) -> bytes:
    """Return texts and the mark of a signature, third of them, and add their values."""
    first, second, signature, *others = parts
    if len(signature) != SIGNATURE_SIZE:
        raise unsupported(f"a signature of {SIGNATURE_SIZE} octets was expected")
    marked = [taken_out(first, values), taken_out(second, values), SIGNATURE]
    values.append(signature)
    marked += [taken_out(other, values) for other in others]
    return _BETWEEN.join(marked)


def _check_texts(*texts: bytes) -> None:
    if min(map(min, filter(None, texts)), default=LAST_MARK) <= LAST_MARK:
        raise unsupported("texts without control characters were expected")


def _sd_hash(presented: str) -> bytes:
    """Return the value of ``sd_hash`` (RFC 9901 section 4.3.1)."""
    return base64url.encode(hashlib.sha256(presented.encode()).digest()).encode()


def _jws(*parts: bytes) -> str:
    return ".".join(map(base64url.encode, parts))


def _text(packed: Packed) -> str:
    return PREFIX + base45.encode(packing.joined(packed)) + SUFFIX


def _octets(token: str) -> tuple[bytes, bytes, bytes]:
    parts = token.split(".")
    if len(parts) != _JWS_PARTS:
        raise unsupported("a JWS of three parts was expected")
    header, payload, signature = map(base64url.decode, parts)
    return header, payload, signature
