"""Signed notes, byte for byte as C2SP signed-note says.

    This is an example message.
    <empty line>
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm…

The text is everything up to and with the newline before the empty line, and it means nothing until
a key that the reader already knew has signed it.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.verifier_key import (
    KEY_ID_SIZE,
    KeyKind,
    VerifierKey,
    check_name,
    decode_base64,
    malformed,
)
from keys.signer import Signer

__all__ = ["KeyKind", "NoteSigner", "OpenedNote", "VerifierKey", "decode_base64", "open_note"]

# Sixteen signatures, which signed-note asks for at the least, of "nearly 5 kB" each, in base64.
NOTE_LIMIT: Final = 128 * 1024
# The bound keeps a flood of lines cheap.
SIGNATURE_LIMIT: Final = 64

_MARK: Final = "\u2014 "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line below a note's text, by whoever says to have this name; proves nothing yet."""

    name: str
    key_id: bytes
    signature: bytes

    def is_by(self, key: VerifierKey) -> bool:
        """Tell whether the line claims to be this key's: name and id must both agree."""
        return (self.name, self.key_id) == (key.name, key.key_id)


@dataclass(frozen=True, slots=True)
class UnverifiedNote:
    """A well-formed note that nobody has checked."""

    text: str
    lines: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text that at least one known key has signed; only `open_note` makes one."""

    text: str
    signed_by: tuple[VerifierKey, ...]


class NoteSigner:
    """Signs notes under one name; every signer must hold an Ed25519 key."""

    __slots__ = ("_signers", "verifier_key")

    def __init__(
        self,
        name: str,
        signer: Signer,
        *,
        beside: Sequence[Signer] = (),
        retired: Sequence[VerifierKey] = (),
    ) -> None:
        """Sign with ``signer``, and ``beside`` it with the keys that it takes the place of.

        ``retired`` are keys before those: they sign no more, and what they signed still counts.
        """
        own = [(VerifierKey.of(name, each.public), each) for each in (signer, *beside)]
        former = (*(key for key, _ in own[1:]), *retired)
        self.verifier_key = replace(own[0][0], former=former)
        self._signers = own

    def sign(self, text: str) -> str:
        """Return the note of ``text``, which ends with a newline."""
        if not text.endswith("\n") or _CONTROL.search(text):
            raise ValueError("a note's text ends with a newline and has no control characters")
        octets = text.encode()
        lines = [signature_line(key, signer.sign(octets)) for key, signer in self._signers]
        return f"{text}\n{''.join(lines)}"


def signature_line(key: VerifierKey, signature: bytes) -> str:
    """Return the line, with its newline, that stands for ``signature`` below a note's text."""
    encoded = base64.b64encode(key.key_id + signature).decode()
    return f"{_MARK}{key.name} {encoded}\n"


def open_note(note: str, *, known: Iterable[VerifierKey]) -> OpenedNote:
    """Return the text that known keys of kind ED25519 signed, or raise `ConsentError`.

    malformed: not a note; note_signature_invalid: a known key's line does not verify;
    note_unsigned: no line is by a known key. Lines of unknown keys are ignored, and so are
    cosigners': what they say about time only `cosignature.open_cosigned` reads.
    """
    unverified = read_note(note)
    signed_by = []
    for key in known:
        if key.kind is KeyKind.ED25519 and (lines := lines_by(key, unverified)):
            for line in lines:
                key.verify(line.signature, unverified.text.encode())
            signed_by.append(key)
    if not signed_by:
        raise unsigned()
    return OpenedNote(unverified.text, tuple(signed_by))


def read_note(note: str) -> UnverifiedNote:
    """Return text and lines of what has the form of a note, or raise malformed."""
    if len(note) > NOTE_LIMIT or _CONTROL.search(note):
        raise malformed(f"a note has at most {NOTE_LIMIT} characters, and no control characters")
    body, empty, signatures = note.rpartition("\n\n")
    if not body or not empty or not signatures.endswith("\n"):
        raise malformed("a note is a text, an empty line and signature lines")
    lines = signatures[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise malformed(f"a note has at most {SIGNATURE_LIMIT} signatures")
    return UnverifiedNote(body + "\n", tuple(map(_signature_line, lines)))


def lines_by(key: VerifierKey, note: UnverifiedNote) -> list[SignatureLine]:
    """Return the lines that claim to be of this key; a key that signed must verify in each."""
    return [line for line in note.lines if line.is_by(key)]


def unsigned() -> ConsentError:
    """Return the refusal of a note that nobody known has signed."""
    return ConsentError(ConsentFailure.NOTE_UNSIGNED, "no known key has signed this note")


def _signature_line(line: str) -> SignatureLine:
    name, space, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not space:
        raise malformed("a signature line is an em dash, a key name and base64")
    check_name(name)
    octets = decode_base64(encoded, "a signature")
    if len(octets) <= KEY_ID_SIZE:
        raise malformed("a signature follows its key id")
    return SignatureLine(name, octets[:KEY_ID_SIZE], octets[KEY_ID_SIZE:])
