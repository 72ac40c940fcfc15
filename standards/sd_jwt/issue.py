"""The issuer's side: put salted digests in place of claims and sign (RFC 9901 §4.1, §4.2).

Order hides nothing by itself, so the digests of an object are sorted (§4.2.4.1); array elements
keep their places, as they must (§4.2.4.2).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import orjson

from keys import base64url, jws, strict_json
from keys.entropy import Entropy
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue
from standards.sd_jwt.disclosure import (
    ELLIPSIS,
    RESERVED_NAMES,
    SD,
    SD_ALG,
    SHA_256,
    digests_of,
    encode_lines,
)
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.frame import OPEN, Frame

# 144 bits a salt (§9.3 asks for 128), because 18 octets are exactly 24 characters of base64url:
# so the salts of one object or array come from one call of entropy and one encoding.
_SALT_OCTETS = 18
_SALT_CHARACTERS = 24


class SdJwt(NamedTuple):
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
    kept_open: Mapping[str, JsonValue] = MappingProxyType({}),
) -> SdJwt:
    """Return ``claims`` signed, with what ``frame`` hides moved into disclosures.

    ``decoys`` is how many digests without a disclosure are mixed into every array that hides
    something, and into every object whose size the frame does not say (§4.2.5).
    ``kept_open`` are top-level claims of the format above, signed as they are.
    Raises claim_name_reserved for `_sd`, `...` and `_sd_alg` among ``claims``, and `KeysError`
    (malformed) for what JSON cannot carry.
    """
    hiding = _Hiding(entropy, decoys)
    payload = {**kept_open, **hiding.members(claims, frame)}
    if hiding.disclosures:
        payload[SD_ALG] = str(SHA_256)
    token = jws.sign(header, strict_json.dumps(payload), signer)
    return SdJwt(token, tuple(hiding.disclosures))


class _Hiding:
    """The disclosures made so far while the claims are walked, children before parents."""

    __slots__ = ("_decoys", "_entropy", "disclosures")

    def __init__(self, entropy: Entropy, decoys: int) -> None:
        self._entropy = entropy
        self._decoys = decoys
        self.disclosures: list[str] = []

    def members(self, claims: JsonObject, frame: Frame) -> JsonObject:
        """Return an object with its hidden members as digests in `_sd`."""
        _check_own_names(claims)
        named, others = frame.named, frame.others
        shown: JsonObject = {}
        hidden: JsonObject = {}
        for name, value in claims.items():
            inner = named.get(name, others)
            content = self._content(value, inner) if isinstance(value, (dict, list)) else value
            (hidden if inner.hidden else shown)[name] = content
        decoy_count = max(0, frame.size - len(hidden)) if frame.size else self._decoys
        if hidden or frame.size:
            salts, decoys = self._drawn(len(hidden), decoy_count)
            arrays = [*zip(salts, hidden.keys(), hidden.values(), strict=True)]
            shown[SD] = [*sorted(self._disclose(arrays, decoys))]
        return shown

    def _elements(self, values: list[JsonValue], frame: Frame) -> list[JsonValue]:
        """Return an array with its hidden elements as placeholders."""
        shown: list[JsonValue] = []
        places: list[int] = []
        for index, value in enumerate(values):
            inner = frame.named.get(index, frame.others)
            shown.append(self._content(value, inner) if isinstance(value, (dict, list)) else value)
            if inner.hidden:
                places.append(index)
        if places:
            salts, decoys = self._drawn(len(places), self._decoys)
            arrays = [*zip(salts, [shown[i] for i in places], strict=True)]
            digests = self._disclose(arrays, decoys)
            for place, digest in zip(places, digests, strict=False):
                shown[place] = {ELLIPSIS: digest}
            # Decoys stand behind the elements, each of which stands where its claim does
            # (§4.2.4.2): among them "the second" would be another one in each copy.
            shown += [{ELLIPSIS: digest} for digest in digests[len(places) :]]
        return shown

    def _content(self, value: JsonObject | list[JsonValue], frame: Frame) -> JsonValue:
        if frame.others is OPEN and not frame.named:  # nothing is hidden below
            _check_names(value)
            return value
        if isinstance(value, dict):
            return self.members(value, frame)
        return self._elements(value, frame)

    def _drawn(self, count: int, decoys: int) -> tuple[list[str], list[str]]:
        """Return so many salts, and those of the decoys beside them, drawn at once."""
        salts = _salts(self._entropy, count + decoys)
        return salts[:count], salts[count:]

    def _disclose(self, hidden: Sequence[tuple[JsonValue, ...]], decoys: list[str]) -> list[str]:
        """Keep the disclosures and return the digests that stand for them, in their order.

        Then come digests nobody can open, made the way real ones are (§4.2.5): of salts alone.
        """
        texts = encode_lines(_written(hidden))
        self.disclosures += texts.decode("ascii").splitlines()
        return digests_of([*texts.splitlines(), *map(str.encode, decoys)], SHA_256)


def _check_names(value: JsonObject | list[JsonValue]) -> None:
    """Refuse a claim that a holder's reader would take for digests, at any depth (§4.1)."""
    if isinstance(value, dict):
        _check_own_names(value)
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            _check_names(inner)


def _check_own_names(claims: JsonObject) -> None:
    if not RESERVED_NAMES.isdisjoint(claims):
        raise SdJwtError(SdJwtFailure.CLAIM_NAME_RESERVED, "a claim is named like a digest")


def _salts(entropy: Entropy, count: int) -> list[str]:
    """Return so many salts from one call of ``entropy``, encoded at once."""
    block = base64url.encode(entropy(_SALT_OCTETS * count))
    return [block[at : at + _SALT_CHARACTERS] for at in range(0, len(block), _SALT_CHARACTERS)]


def _written(arrays: Sequence[tuple[JsonValue, ...]]) -> list[bytes]:
    """Return each array as `strict_json.dumps` writes it.

    A dozen calls of it would be a tenth of issuing; the quick writer alone is right unless it
    refuses (integers beyond 64 bits) or writes a null (which may have been a NaN).
    """
    try:
        written = list(map(orjson.dumps, arrays))
    except TypeError:
        written = [b"null"]
    if b"null" in b"".join(written):
        return [strict_json.dumps([*parts]) for parts in arrays]
    return written
