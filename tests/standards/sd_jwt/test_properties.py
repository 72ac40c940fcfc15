"""For any claims and any choice: what is chosen arrives, and nothing else is in the text."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.strict_json import JsonObject, JsonValue
from standards.positions import ClaimPath
from standards.sd_jwt.disclosure import (
    RESERVED_NAMES,
    HashAlgorithm,
    digest_of,
    digests_of,
    encode_lines,
)
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.frame import everything, only
from standards.sd_jwt.issue import issue
from standards.sd_jwt.key_binding import bind, verify_key_binding
from standards.sd_jwt.parse import UnverifiedSdJwt, parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt.verify import VerifiedSdJwt
from tests.read_or_refused import check_read_or_refused
from tests.standards.sd_jwt.making import HOLDER, ISSUER, NOW, TYP, counting, signed, verified

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
_NAMES = _TEXT.filter(lambda name: name not in RESERVED_NAMES)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)
_CLAIMS = st.dictionaries(_NAMES, _VALUES, max_size=5)


def _paths(value: JsonValue, at: ClaimPath = ()) -> list[ClaimPath]:
    """Return the path of every claim at any depth."""
    match value:
        case dict():
            inner = [path for name, v in value.items() for path in _paths(v, (*at, name))]
        case list():
            inner = [path for i, v in enumerate(value) for path in _paths(v, (*at, i))]
        case _:
            inner = []
    return [at, *inner] if at else inner


def _held(claims: JsonObject, hidden: list[ClaimPath] | None, decoys: int) -> VerifiedSdJwt:
    frame = everything() if hidden is None else only(hidden)
    sd_jwt = issue(
        claims,
        frame=frame,
        header={"typ": TYP},
        signer=ISSUER,
        entropy=counting(),
        decoys=decoys,
    )
    return verified(sd_jwt.serialize())


def _at(claims: JsonValue, path: ClaimPath) -> JsonValue:
    for step in path:
        claims = claims[step]  # type: ignore[index]  # the path was taken from it
    return claims


def _kept(value: JsonValue, hidden: set[ClaimPath], at: ClaimPath = ()) -> JsonValue:
    """Say independently what is seen when the claims at ``hidden`` stay hidden."""
    match value:
        case dict():
            return {
                name: _kept(v, hidden, (*at, name))
                for name, v in value.items()
                if (*at, name) not in hidden
            }
        case list():
            return [
                _kept(v, hidden, (*at, i)) for i, v in enumerate(value) if (*at, i) not in hidden
            ]
        case _:
            return value


@given(_CLAIMS, st.data(), st.integers(0, 2))
def test_any_choice_of_any_claims_arrives_and_nothing_else(
    claims: JsonObject, data: st.DataObject, decoys: int
) -> None:
    """
    Any subset hidden, any subset shown: what arrives is what was open or chosen, its parents
    and its parts; no disclosure of anything else is in the text.
    """
    paths = _paths(claims)
    subset = st.lists(st.sampled_from(paths), unique=True) if paths else st.just([])
    hidden, chosen = data.draw(subset), data.draw(subset)
    held = _held(claims, hidden, decoys)
    assert claims == held.claims

    text = present(held, chosen)

    shown = {
        path
        for path in hidden
        if any(path == c[: len(path)] or c == path[: len(c)] for c in chosen)
    }
    seen = verified(text)
    assert _kept(claims, set(hidden) - shown) == seen.claims
    left = {
        path
        for path in paths
        if not any(path[:end] in set(hidden) - shown for end in range(1, len(path) + 1))
    }
    assert left == {seen.positions.issued(path) for path in _paths(seen.claims)}
    for found in held.disclosed:
        assert (found.path in shown) == (found.disclosure.text in text.split("~"))


@given(_CLAIMS)
def test_hiding_everything_leaves_nothing_in_the_open(claims: JsonObject) -> None:
    """With every claim hidden the payload is digests, and all disclosures give all back."""
    held = _held(claims, None, 0)

    assert claims == held.claims
    assert {} == verified(f"{held.issuer_jwt}~").claims
    assert set(_paths(claims)) == set(held.disclosed_paths)


@given(_CLAIMS.filter(bool), st.data())
def test_values_survive_with_their_types(claims: JsonObject, data: st.DataObject) -> None:
    """1, 1.0, true and "1" stay what they are (H68, H69), wherever they stand."""
    held = _held(claims, None, 0)
    path = data.draw(st.sampled_from(_paths(claims)))

    value, kept = _at(claims, path), _at(held.claims, path)

    assert json.dumps(value, sort_keys=True) == json.dumps(kept, sort_keys=True)


@given(st.lists(st.binary(max_size=70), max_size=6), st.sampled_from(HashAlgorithm))
def test_encoding_many_is_encoding_each(values: list[bytes], algorithm: HashAlgorithm) -> None:
    """The quick way of the hot path says what the plain way says."""
    texts = [base64url.encode(value) for value in values]

    assert texts == encode_lines(values).decode().splitlines()
    assert [digest_of(text, algorithm) for text in texts] == digests_of(
        [text.encode() for text in texts], algorithm
    )


_PRESENTED = bind(
    _held({"a": {"b": 1}, "of": [1, 2], "c": "d"}, None, 1).presented,
    signer=HOLDER,
    audience="verifier",
    nonce="nonce",
    now=NOW,
)


def _assert_refused(text: str) -> None:
    """Check that our own error refuses a text, in the SD-JWT or in its key binding."""
    with pytest.raises(SdJwtError):
        verify_key_binding(
            verified(text),
            HOLDER.public,
            expected_audience="verifier",
            expected_nonce="nonce",
            now=NOW,
            max_age=timedelta(minutes=5),
        )


@given(st.integers(0, len(_PRESENTED) * 8 - 1))
def test_any_flipped_bit_is_refused(place: int) -> None:
    """R13: one bit of a presentation changed anywhere, even out of ASCII."""
    octets = bytearray(_PRESENTED.encode())
    octets[place // 8] ^= 1 << place % 8

    _assert_refused(octets.decode("latin-1"))


def test_every_changed_character_is_refused() -> None:
    """R13: each character of a presentation replaced by another, 100 % of the places."""
    for place, character in enumerate(_PRESENTED):
        other = "A" if character != "A" else "B"
        _assert_refused(_PRESENTED[:place] + other + _PRESENTED[place + 1 :])


def test_every_shortened_text_is_refused() -> None:
    """R13: cut anywhere before its end, after a tilde too: there the key binding is missing."""
    for end in range(len(_PRESENTED)):
        _assert_refused(_PRESENTED[:end])


@given(st.text(alphabet="aA0-_.~{}=\x00é", max_size=60) | st.binary(max_size=60).map(str))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Totality: nothing but our own error ever comes out of the reader."""
    check_read_or_refused(lambda: parse_sd_jwt(text), UnverifiedSdJwt, SdJwtError)


@given(st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "a"]), _VALUES, max_size=4))
def test_any_signed_payload_is_verified_or_refused(payload: JsonObject) -> None:
    """Totality: whatever an issuer signs around the carriers."""
    token = signed(payload)

    check_read_or_refused(lambda: verified(token), VerifiedSdJwt, SdJwtError)
