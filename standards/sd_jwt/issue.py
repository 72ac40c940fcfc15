"""The issuer's side: put salted digests in place of claims and sign (RFC 9901 §4.1, §4.2).

Order hides nothing by itself, so the digests of an object are sorted (§4.2.4.1); array elements
keep their places, as they must (§4.2.4.2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from keys import base64url, jws, strict_json
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue
from standards.sd_jwt.disclosure import (
    ELLIPSIS,
    RESERVED_NAMES,
    SD,
    SD_ALG,
    HashAlgorithm,
    digest_of,
)
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.frame import OPEN, Frame

Entropy = Callable[[int], bytes]
"""Returns so many random octets; `os.urandom` in production."""

# 144 bits a salt (§9.3 asks for 128), because 18 octets are exactly 24 characters of base64url:
# so the salts of a credential come from one call of entropy and one encoding.
_SALT_OCTETS = 18
_SALT_CHARACTERS = 24
_SALTS_PER_CALL = 32


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An issued SD-JWT: ``disclosures`` are the texts, parents after what they contain."""

    jwt: str
    disclosures: tuple[str, ...]

    def serialize(self) -> str:
        """Return the compact form with its last ``~`` (§4)."""
        return "~".join((self.jwt, *self.disclosures, ""))


def issue(
    claims: JsonObject,
    *,
    frame: Frame,
    header: Mapping[str, JsonValue],
    signer: Signer,
    entropy: Entropy,
    decoys: int = 0,
) -> SdJwt:
    """Return ``claims`` signed, with what ``frame`` hides moved into disclosures.

    ``decoys`` is how many digests without a disclosure are mixed into every object and array
    that hides something (§4.2.5). Raises claim_name_reserved for `_sd`, `...` and `_sd_alg`.
    """
    hiding = _Hiding(entropy, decoys)
    payload = hiding.members(claims, frame)
    if hiding.disclosures:
        payload[SD_ALG] = HashAlgorithm.SHA_256.value
    token = jws.sign(header, strict_json.dumps(payload), signer)
    return SdJwt(token, tuple(hiding.disclosures))


class _Hiding:
    """The disclosures made so far while the claims are walked, children before parents."""

    __slots__ = ("_decoys", "_entropy", "_salts", "disclosures")

    def __init__(self, entropy: Entropy, decoys: int) -> None:
        self._entropy = entropy
        self._decoys = decoys
        self._salts: list[str] = []
        self.disclosures: list[str] = []

    def members(self, claims: JsonObject, frame: Frame) -> JsonObject:
        """Return an object with its hidden members as digests in `_sd`."""
        if not RESERVED_NAMES.isdisjoint(claims):
            raise SdJwtError(SdJwtFailure.CLAIM_NAME_RESERVED, "a claim is named like a digest")
        shown: JsonObject = {}
        digests: list[str] = []
        for name, value in claims.items():
            inner = frame.below(name) or OPEN
            content = self._content(value, inner)
            if inner.hidden:
                digests.append(self._disclose([self._salt(), name, content]))
            else:
                shown[name] = content
        if digests:
            digests.extend(self._decoy() for _ in range(self._decoys))
            shown[SD] = [*sorted(digests)]
        return shown

    def _elements(self, values: list[JsonValue], frame: Frame) -> list[JsonValue]:
        """Return an array with its hidden elements as placeholders."""
        shown: list[JsonValue] = []
        hid = len(self.disclosures)
        for index, value in enumerate(values):
            inner = frame.below(index) or OPEN
            content = self._content(value, inner)
            if inner.hidden:
                content = {ELLIPSIS: self._disclose([self._salt(), content])}
            shown.append(content)
        if self._decoys and len(self.disclosures) > hid:
            self._mix_decoys_into(shown)
        return shown

    def _content(self, value: JsonValue, frame: Frame) -> JsonValue:
        if isinstance(value, dict):
            return self.members(value, frame)
        if isinstance(value, list):
            return self._elements(value, frame)
        return value

    def _disclose(self, parts: list[JsonValue]) -> str:
        """Keep one disclosure and return the digest that stands for it."""
        text = base64url.encode(strict_json.dumps(parts))
        self.disclosures.append(text)
        return digest_of(text, HashAlgorithm.SHA_256)

    def _decoy(self) -> str:
        """Return a digest nobody can open, made the way a real one is (§4.2.5)."""
        return digest_of(self._salt(), HashAlgorithm.SHA_256)

    def _mix_decoys_into(self, shown: list[JsonValue]) -> None:
        """Put decoys at random places; always at the end they would be known for decoys."""
        for _ in range(self._decoys):
            place = int.from_bytes(self._entropy(4), "big") % (len(shown) + 1)
            shown.insert(place, {ELLIPSIS: self._decoy()})

    def _salt(self) -> str:
        if not self._salts:
            block = base64url.encode(self._entropy(_SALT_OCTETS * _SALTS_PER_CALL))
            self._salts = [
                block[at : at + _SALT_CHARACTERS] for at in range(0, len(block), _SALT_CHARACTERS)
            ]
        return self._salts.pop()
