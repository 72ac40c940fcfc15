"""Put every disclosure where its digest stands (RFC 9901 §7.1, steps 3 to 5).

The payload is walked once. A digest met twice, a disclosure nobody asked for, a claim that would
overwrite another: each is refused, because whoever can smuggle one in can change what is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from keys.strict_json import JsonObject, JsonValue
from standards.sd_jwt.disclosure import (
    ELLIPSIS,
    RESERVED_NAMES,
    SD,
    SD_ALG,
    ClaimPath,
    Disclosure,
    HashAlgorithm,
    read_disclosure,
)
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.limits import MAX_DEPTH


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A claim and the disclosure that brought it; its parents have the paths that begin its."""

    path: ClaimPath
    disclosure: Disclosure


def unpack(
    payload: JsonObject, texts: Iterable[str], algorithm: HashAlgorithm
) -> tuple[JsonObject, tuple[Disclosed, ...]]:
    """Return the processed payload and what came by disclosure, in the order of ``texts``."""
    disclosures = _by_digest(texts, algorithm)  # 3.1
    unpacking = _Unpacking(disclosures)
    claims = unpacking.members({k: v for k, v in payload.items() if k != SD_ALG}, ())  # 3.2 to 4
    if len(unpacking.paths) != len(disclosures):  # 5
        raise SdJwtError(
            SdJwtFailure.DISCLOSURE_UNREFERENCED, "no digest stands for one of the disclosures"
        )
    found = (Disclosed(unpacking.paths[digest], one) for digest, one in disclosures.items())
    return claims, tuple(found)


def _by_digest(texts: Iterable[str], algorithm: HashAlgorithm) -> dict[str, Disclosure]:
    disclosures: dict[str, Disclosure] = {}
    for text in texts:
        disclosure = read_disclosure(text, algorithm)
        if disclosure.digest in disclosures:
            raise _repeated()
        disclosures[disclosure.digest] = disclosure
    return disclosures


class _Unpacking:
    """One walk: what may be used, which digests were met, and where disclosures ended up."""

    __slots__ = ("_disclosures", "_met", "paths")

    def __init__(self, disclosures: dict[str, Disclosure]) -> None:
        self._disclosures = disclosures
        self._met: set[str] = set()
        self.paths: dict[str, ClaimPath] = {}

    def members(self, claims: JsonObject, path: ClaimPath) -> JsonObject:
        """Return an object with its disclosed members in place and `_sd` gone (3.2, 3.4)."""
        shown: JsonObject = {}
        for name, value in claims.items():
            if name not in RESERVED_NAMES:
                shown[name] = self._content(value, (*path, name))
            elif name != SD:
                raise _reserved(name)
        if SD in claims:
            for digest in self._digests(claims[SD]):
                disclosure = self._meet(digest)
                if disclosure is not None:
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
        inner = (*path, name)
        self.paths[disclosure.digest] = inner
        shown[name] = self._content(disclosure.value, inner)  # 3.2.2.4

    def _elements(self, values: list[JsonValue], path: ClaimPath) -> list[JsonValue]:
        """Return an array with disclosed elements in place, other placeholders gone (3.3)."""
        shown: list[JsonValue] = []
        for value in values:
            inner = (*path, len(shown))
            if not isinstance(value, dict) or ELLIPSIS not in value:
                shown.append(self._content(value, inner))
                continue
            disclosure = self._meet(_placeholder(value))
            if disclosure is None:
                continue
            if disclosure.name is not None:  # 3.3.1
                raise _misplaced("a member stands where an array element belongs")
            self.paths[disclosure.digest] = inner
            shown.append(self._content(disclosure.value, inner))
        return shown

    def _content(self, value: JsonValue, path: ClaimPath) -> JsonValue:
        if isinstance(value, str):  # by far the most
            return value
        if isinstance(value, dict):
            _check_depth(path)
            return self.members(value, path)
        if isinstance(value, list):
            _check_depth(path)
            return self._elements(value, path)
        return value

    def _digests(self, digests: JsonValue) -> list[str]:
        if not isinstance(digests, list):
            raise _bad_digest("_sd is an array")
        return [_digest(digest) for digest in digests]

    def _meet(self, digest: str) -> Disclosure | None:
        """Note a digest and return its disclosure; None for what stays hidden and for decoys."""
        if digest in self._met:  # 4
            raise _repeated()
        self._met.add(digest)
        return self._disclosures.get(digest)


def _placeholder(value: JsonObject) -> str:
    if len(value) != 1:
        raise _bad_digest("a placeholder has the single member '...'")
    return _digest(value[ELLIPSIS])


def _digest(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _bad_digest("a digest is a string")
    return value


def _check_depth(path: ClaimPath) -> None:
    if len(path) > MAX_DEPTH:
        raise SdJwtError(SdJwtFailure.TOO_LARGE, f"nested deeper than {MAX_DEPTH}")


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
