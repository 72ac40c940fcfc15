"""Signed notes, byte for byte as C2SP signed-note says.

    This is an example message.
    <empty line>
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm…

The text is everything up to and with the newline before the empty line, and it means nothing until
a key that the reader already knew has signed it.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk
from keys.signer import Signer

# A checkpoint of ours with a dozen cosignatures is 2 kB.
NOTE_LIMIT = 64 * 1024
# C2SP signed-note asks for 16 at the least; the bound keeps a flood of lines cheap.
SIGNATURE_LIMIT = 64

_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_MARK = "\u2014 "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named key that a reader trusts for notes; parsed from one line, the ``vkey``."""

    name: str
    key_id: bytes
    public: PublicJwk

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``<name>+<key id, hex>+<base64(0x01 || key)>``, or raise `ConsentError`."""
        name, plus, rest = text.rstrip("\n").partition("+")
        hex_id, also, encoded = rest.partition("+")
        octets = decode_base64(encoded, "a verifier key")
        if not plus or not also or octets[:1] != _ED25519:
            raise _malformed("a verifier key is <name>+<key id>+<Ed25519 key>")
        key = cls.of(name, octets[1:])
        if key.key_id.hex() != hex_id:
            raise _malformed("the key id does not belong to this name and key")
        return key

    @classmethod
    def of(cls, name: str, public: bytes | PublicJwk) -> Self:
        """Return the key named ``name``, or raise `ConsentError` for what cannot be either."""
        if not name or "+" in name or any(character.isspace() for character in name):
            raise _malformed("a key name is not empty and has neither space nor plus")
        if isinstance(public, bytes):
            public = _ed25519(public)
        if public.algorithm is not Algorithm.ED25519:
            raise ValueError("notes are signed with Ed25519")
        hashed = hashlib.sha256(name.encode() + b"\n" + _ED25519 + public.x)
        # A note's key has a name of its own; what a key store calls it is no part of it.
        return cls(name, hashed.digest()[:_KEY_ID_SIZE], replace(public, kid=None))

    def text(self) -> str:
        """Return the line that `parse` reads, without its newline."""
        encoded = base64.b64encode(_ED25519 + self.public.x).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text that at least one known key has signed; only `open_note` makes one."""

    text: str
    signed_by: tuple[VerifierKey, ...]


class NoteSigner:
    """Signs notes under one name; ``signer`` must hold an Ed25519 key."""

    __slots__ = ("_prefix", "_signer", "verifier_key")

    def __init__(self, name: str, signer: Signer) -> None:
        self.verifier_key = VerifierKey.of(name, signer.public)
        self._signer = signer
        self._prefix = f"{_MARK}{name} "

    def sign(self, text: str) -> str:
        """Return the note of ``text``, which ends with a newline."""
        if not text.endswith("\n") or _CONTROL.search(text):
            raise ValueError("a note's text ends with a newline and has no control characters")
        signature = self.verifier_key.key_id + self._signer.sign(text.encode())
        return f"{text}\n{self._prefix}{base64.b64encode(signature).decode()}\n"


def open_note(note: str, *, known: Iterable[VerifierKey]) -> OpenedNote:
    """Return the text that known keys signed, or raise `ConsentError`.

    malformed: not a note; note_signature_invalid: a known key's line does not verify;
    note_unsigned: no line is by a known key. Lines of unknown keys are ignored.
    """
    text, lines = _split(note)
    keys = {(key.name, key.key_id): key for key in known}
    signed_by: dict[tuple[str, bytes], VerifierKey] = {}
    for line in lines:
        name, key_id, signature = _signature_line(line)
        key = keys.get((name, key_id))
        if key is None or (name, key_id) in signed_by:
            continue
        _verify(key, signature, text)
        signed_by[name, key_id] = key
    if not signed_by:
        raise ConsentError(ConsentFailure.NOTE_UNSIGNED, "no known key has signed this note")
    return OpenedNote(text, tuple(signed_by.values()))


def decode_base64(text: str, what: str) -> bytes:
    """Return the octets of padded base64 in its one spelling, or raise `ConsentError`."""
    try:
        octets = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise _malformed(f"{what} is base64") from None
    if base64.b64encode(octets).decode() != text:
        raise _malformed(f"{what} is base64 in its one spelling")
    return octets


def _split(note: str) -> tuple[str, list[str]]:
    if len(note) > NOTE_LIMIT or _CONTROL.search(note):
        raise _malformed(f"a note has at most {NOTE_LIMIT} characters, and no control characters")
    body, empty, signatures = note.rpartition("\n\n")
    if not body or not empty or not signatures.endswith("\n"):
        raise _malformed("a note is a text, an empty line and signature lines")
    lines = signatures[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise _malformed(f"a note has at most {SIGNATURE_LIMIT} signatures")
    return body + "\n", lines


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not name or "+" in name or not space:
        raise _malformed("a signature line is an em dash, a key name and base64")
    octets = decode_base64(encoded, "a signature")
    if len(octets) <= _KEY_ID_SIZE:
        raise _malformed("a signature follows its key id")
    return name, octets[:_KEY_ID_SIZE], octets[_KEY_ID_SIZE:]


def _verify(key: VerifierKey, signature: bytes, text: str) -> None:
    try:
        key.public.verification_key().verify(signature, text.encode())
    except KeysError:
        raise ConsentError(
            ConsentFailure.NOTE_SIGNATURE_INVALID, f"the signature of {key.name} does not verify"
        ) from None


def _ed25519(octets: bytes) -> PublicJwk:
    encoded = base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
    try:
        return PublicJwk.parse({"kty": "OKP", "crv": "Ed25519", "x": encoded})
    except KeysError:
        raise _malformed("an Ed25519 key was expected") from None


def _malformed(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.MALFORMED, detail)
