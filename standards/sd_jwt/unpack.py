"""Put every disclosure where its digest stands (RFC 9901 §7.1, steps 3 to 5).

The payload is walked once. A digest met twice, a disclosure nobody asked for, a claim that would
overwrite another: each is refused, because whoever can smuggle one in can change what is read.
"""

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import NamedTuple

from keys.strict_json import JsonObject, JsonValue
from standards.positions import UNMOVED, ClaimPath, Positions
from standards.sd_jwt.disclosure import (
    ELLIPSIS,
    RESERVED_NAMES,
    SD,
    SD_ALG,
    Disclosure,
    HashAlgorithm,
    read_disclosures,
)
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.limits import MAX_DEPTH


class Disclosed(NamedTuple):
    """A claim and the disclosure that brought it; its parents have the paths that begin its."""

    path: ClaimPath
    disclosure: Disclosure


def unpack(
    payload: JsonObject, texts: Sequence[str], algorithm: HashAlgorithm
) -> tuple[JsonObject, tuple[Disclosed, ...], Positions]:
    """Return the processed payload, what came by disclosure, and which array element is which.

    What came by disclosure has the order of ``texts``.
    """
    disclosures = _by_digest(texts, algorithm)  # 3.1
    unpacking = _Unpacking(disclosures)
    carriers = payload.copy()
    carriers.pop(SD_ALG, None)
    claims = unpacking.members(carriers, ())  # 3.2 to 4
    if len(unpacking.paths) != len(disclosures):  # 5
        raise SdJwtError(
            SdJwtFailure.DISCLOSURE_UNREFERENCED, "no digest stands for one of the disclosures"
        )
    found = (Disclosed(unpacking.paths[digest], one) for digest, one in disclosures.items())
    kept = unpacking.kept
    return claims, tuple(found), Positions(MappingProxyType(kept)) if kept else UNMOVED


def _by_digest(texts: Sequence[str], algorithm: HashAlgorithm) -> dict[str, Disclosure]:
    disclosures = {one.digest: one for one in read_disclosures(texts, algorithm)}
    if len(disclosures) != len(texts):
        raise _repeated()
    return disclosures


class _Unpacking:
    """One walk: what may be used, which digests were met, and where disclosures ended up.

    ``kept`` are the positions of what is left of each array that lost elements.
    """

    __slots__ = ("_disclosures", "_met", "kept", "paths")

    def __init__(self, disclosures: dict[str, Disclosure]) -> None:
        self._disclosures = disclosures
        self._met: set[str] = set()
        self.paths: dict[str, ClaimPath] = {}
        self.kept: dict[ClaimPath, tuple[int, ...]] = {}

    def members(self, claims: JsonObject, path: ClaimPath) -> JsonObject:
        """Return an object with its disclosed members in place and `_sd` gone (3.2, 3.4)."""
        if RESERVED_NAMES.isdisjoint(claims):
            opened, digests = claims, None
        else:
            opened, digests = _without_digests(claims)
        shown = {
            name: self._content(value, (*path, name)) if isinstance(value, (dict, list)) else value
            for name, value in opened.items()
        }
        if digests is not None:
            for disclosure in self._meet(digests):
                self._put_member(shown, disclosure, path)
        return shown

    def _put_member(self, shown: JsonObject, disclosure: Disclosure, path: ClaimPath) -> None:
        name = disclosure.name
        if name is None:  # 3.2.2.1
            raise _misplaced("an array element stands where a member belongs")
        if name in RESERVED_NAMES:  # 3.2.2.2
            raise _reserved(name)
        if name in shown:  # 3.2.2.3
            raise SdJwtError(SdJwtFailure.CLAIM_NAME_TAKEN, "a disclosed claim is there already")
        shown[name] = self._put(disclosure, (*path, name))

    def _elements(self, values: list[JsonValue], path: ClaimPath) -> list[JsonValue]:
        """Return an array with disclosed elements in place, other placeholders gone (3.3)."""
        shown: list[JsonValue] = []
        for value in values:
            if not isinstance(value, (dict, list)):
                shown.append(value)
            elif isinstance(value, list) or ELLIPSIS not in value:
                shown.append(self._content(value, (*path, len(shown))))
            else:
                for disclosure in self._meet(_placeholder(value)):
                    if disclosure.name is not None:  # 3.3.1
                        raise _misplaced("a member stands where an array element belongs")
                    shown.append(self._put(disclosure, (*path, len(shown))))
        if len(shown) != len(values):
            self.kept[path] = tuple(self._places(values))
        return shown

    def _places(self, values: list[JsonValue]) -> Iterator[int]:
        """Yield the positions of the elements of an array that are not hidden."""
        known = self._disclosures
        for place, value in enumerate(values):
            digest = value.get(ELLIPSIS) if isinstance(value, dict) else None
            if digest is None or digest in known:
                yield place

    def _put(self, disclosure: Disclosure, path: ClaimPath) -> JsonValue:
        """Note where a disclosure ended up, and go on within it (3.2.2.4, 3.3.2)."""
        self.paths[disclosure.digest] = path
        value = disclosure.value
        return self._content(value, path) if isinstance(value, (dict, list)) else value

    def _content(self, value: JsonObject | list[JsonValue], path: ClaimPath) -> JsonValue:
        if len(path) > MAX_DEPTH:
            raise SdJwtError(SdJwtFailure.TOO_LARGE, f"nested deeper than {MAX_DEPTH}")
        if isinstance(value, dict):
            return self.members(value, path)
        return self._elements(value, path)

    def _meet(self, digests: list[JsonValue]) -> list[Disclosure]:
        """Note digests and return their disclosures; hidden claims and decoys have none."""
        texts = [digest for digest in digests if isinstance(digest, str)]
        if len(texts) != len(digests):
            raise _bad_digest("a digest is a string")
        expected = len(self._met) + len(texts)
        self._met.update(texts)
        if len(self._met) != expected:  # 4
            raise _repeated()
        known = self._disclosures
        return [known[text] for text in texts if text in known]


def _without_digests(claims: JsonObject) -> tuple[JsonObject, list[JsonValue]]:
    """Return the open members and what `_sd` holds; no other reserved name may be there."""
    opened = claims.copy()
    digests = opened.pop(SD, [])
    if not RESERVED_NAMES.isdisjoint(opened):
        raise _reserved(ELLIPSIS if ELLIPSIS in opened else SD_ALG)
    if not isinstance(digests, list):
        raise _bad_digest("_sd is an array")
    return opened, digests


def _placeholder(value: JsonObject) -> list[JsonValue]:
    """Return the one digest of an array's placeholder (§4.2.4.2)."""
    if len(value) != 1:
        raise _bad_digest("a placeholder has the single member '...'")
    return [value[ELLIPSIS]]


def _bad_digest(detail: str) -> SdJwtError:
    return SdJwtError(SdJwtFailure.DIGEST_MALFORMED, detail)


def _misplaced(detail: str) -> SdJwtError:
    return SdJwtError(SdJwtFailure.DISCLOSURE_MISPLACED, detail)


def _repeated() -> SdJwtError:
    return SdJwtError(SdJwtFailure.DIGEST_REPEATED, "a digest stands in more than one place")


def _reserved(name: str) -> SdJwtError:
    if name == SD_ALG:  # §4.1.1: at the top level only
        return SdJwtError(
            SdJwtFailure.HASH_ALGORITHM_REFUSED, "_sd_alg stands below the top level"
        )
    return SdJwtError(SdJwtFailure.CLAIM_NAME_RESERVED, f"a claim is named {name}")
