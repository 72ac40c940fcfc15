"""The holder's side: hand on a choice of the disclosures, and nothing else (RFC 9901 §7.2)."""

from collections.abc import Sequence

from keys.strict_json import JsonValue
from standards.positions import ClaimPath
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.verify import VerifiedSdJwt


def present(verified: VerifiedSdJwt, paths: Sequence[ClaimPath]) -> str:
    """Return ``issuer_jwt~d1~…~`` with what shows the claims at ``paths``, without key binding.

    For each path: the disclosure of the claim itself, those of its parents (without them its
    digest cannot be found, §4.2.6), and those of all it contains, because a claim asked for as a
    whole is shown as a whole; to show a part, name the part. The order is the credential's, so
    the choice alone decides the text. Raises claim_not_held for a path that is not there.
    """
    wanted = frozenset(paths)
    for path in wanted:
        _check_held(verified, path)
    needed = wanted.union(path[:end] for path in wanted for end in range(1, len(path)))
    texts = [
        found.disclosure.text
        for found in verified.disclosed
        if found.path in needed or (len(found.path) > 1 and _is_below(found.path, wanted))
    ]
    return "~".join((verified.issuer_jwt, *texts, ""))


def _is_below(path: ClaimPath, wanted: frozenset[ClaimPath]) -> bool:
    """Tell whether ``path`` is part of one of the wanted claims."""
    return any(path[:end] in wanted for end in range(1, len(path)))


def _check_held(verified: VerifiedSdJwt, path: ClaimPath) -> None:
    value: JsonValue = verified.claims
    for step in path:
        value = _step(value, step)


def _step(value: JsonValue, step: str | int) -> JsonValue:
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return value[step]
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    raise SdJwtError(SdJwtFailure.CLAIM_NOT_HELD, "the credential lacks a claim")
