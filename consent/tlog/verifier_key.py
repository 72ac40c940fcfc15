"""Keys that readers of notes know beforehand, each on one line (C2SP signed-note, ``vkey``).

    example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k

Name, key id, and base64 of one octet for the kind of signature followed by the public key. One
public key under two kinds is two keys: their ids differ, and so does what their signatures say.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final, Self, assert_never

from consent.errors import ConsentError, ConsentFailure
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk

KEY_ID_SIZE: Final = 4

# A note is UTF-8 (signed-note): a lone surrogate, which text from JSON may hold, has no octets.
_SURROGATE = re.compile("[\ud800-\udfff]")
_PUBLIC_SIZES: Final = {Algorithm.ED25519: 32, Algorithm.ML_DSA_44: 1312}
# A change of keys a year, and some in a hurry.
_FORMER_LIMIT: Final = 32
# The cosigner's name stands in what ML-DSA-44 signs, after its length in one octet.
_COSIGNER_LIMIT: Final = 255


class KeyKind(IntEnum):
    """What a key's signatures cover, by the octet that names it in a key id.

    ED25519 covers the text alone. The other two are cosignatures (tlog-cosignature) and cover a
    time too: COSIGNATURE with the whole text, ML_DSA_44 with the cosigner's name and the tree.
    """

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm of such a key."""
        match self:
            case KeyKind.ED25519 | KeyKind.COSIGNATURE:
                return Algorithm.ED25519
            case KeyKind.ML_DSA_44:
                return Algorithm.ML_DSA_44
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named key that a reader trusts for notes; parsed from one line, the ``vkey``.

    ``former`` are keys of the same name that it took the place of: what they signed still counts,
    and no more than what this one signs. Two keys are equal whatever came before them.
    """

    name: str
    key_id: bytes
    public: PublicJwk
    kind: KeyKind = KeyKind.ED25519
    former: tuple["VerifierKey", ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``<name>+<key id, hex>+<base64(kind || key)>``, or raise `ConsentError`.

        Further lines are former keys of the same name, the youngest first.
        """
        first, *rest = text.rstrip("\n").split("\n")
        if len(rest) > _FORMER_LIMIT:
            raise malformed(f"a log has at most {_FORMER_LIMIT} former keys")
        key, former = cls._of_line(first), tuple(map(cls._of_line, rest))
        if any(each.name != key.name for each in former):
            raise malformed("the keys of one log have one name")
        return replace(key, former=former)

    @classmethod
    def _of_line(cls, line: str) -> Self:
        name, plus, rest = line.partition("+")
        hex_id, also, encoded = rest.partition("+")
        octets = decode_base64(encoded, "a verifier key")
        if not plus or not also or octets[:1] not in _KINDS:
            raise malformed("a verifier key is <name>+<key id>+<kind and key>")
        key = cls.of(name, octets[1:], _KINDS[octets[:1]])
        if key.key_id.hex() != hex_id:
            raise malformed("the key id does not belong to this name and key")
        return key

    @classmethod
    def of(cls, name: str, public: bytes | PublicJwk, kind: KeyKind = KeyKind.ED25519) -> Self:
        """Return the key named ``name``, or raise `ConsentError` for what cannot be either."""
        check_name(name)
        if kind is KeyKind.ML_DSA_44 and len(name.encode()) > _COSIGNER_LIMIT:
            raise malformed(f"a cosigner's name has at most {_COSIGNER_LIMIT} octets")
        if isinstance(public, bytes):
            public = _loaded(public, kind.algorithm)
        if public.algorithm is not kind.algorithm:
            raise ValueError(f"a key for {kind.algorithm} was expected")
        hashed = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public.x)
        # A note's key has a name of its own; what a key store calls it is no part of it.
        return cls(name, hashed.digest()[:KEY_ID_SIZE], replace(public, kid=None), kind)

    @property
    def history(self) -> tuple["VerifierKey", ...]:
        """This key and those before it, the youngest first."""
        return (self, *self.former)

    def lines(self) -> str:
        """Return what `parse` reads: a line for each key of the history."""
        return "".join(f"{key.text()}\n" for key in self.history)

    def text(self) -> str:
        """Return the line of this key alone, without its newline."""
        encoded = base64.b64encode(bytes([self.kind]) + self.public.x).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when ``signature`` is of ``message``, or raise note_signature_invalid.

        Which message a line of this kind signs is for `signed_note` and `cosignature` to say.
        """
        try:
            self.public.verification_key().verify(signature, message)
        except KeysError:
            raise ConsentError(
                ConsentFailure.NOTE_SIGNATURE_INVALID,
                f"the signature of {self.name} does not verify",
            ) from None


_KINDS: Final = {bytes([kind]): kind for kind in KeyKind}


def check_name(name: str) -> None:
    """Return when a key may have this name, or raise `ConsentError` (malformed)."""
    if not name or "+" in name or any(character.isspace() for character in name):
        raise malformed("a key name is not empty and has neither space nor plus")
    if _SURROGATE.search(name):
        raise malformed("a key name is UTF-8")


def decode_base64(text: str, what: str) -> bytes:
    """Return the octets of padded base64 in its one spelling, or raise `ConsentError`."""
    try:
        octets = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise malformed(f"{what} is base64") from None
    if base64.b64encode(octets).decode() != text:
        raise malformed(f"{what} is base64 in its one spelling")
    return octets


def malformed(detail: str) -> ConsentError:
    """Return the refusal of what cannot be read."""
    return ConsentError(ConsentFailure.MALFORMED, detail)


def _loaded(octets: bytes, algorithm: Algorithm) -> PublicJwk:
    if len(octets) != _PUBLIC_SIZES[algorithm]:
        raise malformed(f"a key of {_PUBLIC_SIZES[algorithm]} octets was expected")
    public = PublicJwk(algorithm, octets, b"")
    try:
        public.verification_key()
    except KeysError as error:
        raise malformed(f"a verifier key: {error.detail}") from None
    return public
