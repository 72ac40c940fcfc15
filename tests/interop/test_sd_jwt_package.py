"""
A second opinion: the Python package `sd-jwt`, written by others, issues for us, holds for us
and verifies what we made; and we do the same for it.
"""

import json
import warnings
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.strict_json import JsonObject, JsonValue
from standards.positions import ClaimPath
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.key_binding import bind, verify_key_binding
from standards.sd_jwt.present import present
from tests.interop.package import (
    AUDIENCE,
    HOLDER,
    HOLDER_JWK,
    NONCE,
    NOW,
    issued_by_them,
    issued_by_us,
    marked,
    ours,
    theirs,
)

with warnings.catch_warnings():
    # Its dependency jwcrypto names things `cryptography` is about to drop; not ours to mend.
    warnings.simplefilter("ignore", DeprecationWarning)
    from sd_jwt.holder import SDJWTHolder

CLAIMS: JsonObject = {
    "name": "홍길동",
    "address": {"road": "세종대로 209", "city": "서울"},
    "members": ["홍판서", "춘섬"],
    "age": 39,
}


def test_they_verify_what_we_issue() -> None:
    """All disclosures, recursive ones and decoys among them."""
    assert CLAIMS == theirs(issued_by_us(CLAIMS))


def test_we_verify_what_they_issue() -> None:
    """Their spelling of JSON (with spaces) is digested as it came."""
    claims = ours(issued_by_them(marked(CLAIMS))).claims
    claims.pop("cnf")

    assert CLAIMS == claims


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], {}),
        ([("name",)], {"name": "홍길동"}),
        ([("address", "city")], {"address": {"city": "서울"}}),
        ([("members", 1), ("age",)], {"members": ["춘섬"], "age": 39}),
    ],
)
def test_they_verify_what_we_present(paths: list[ClaimPath], expected: JsonObject) -> None:
    """Ours and theirs, issued by either: the same claims, with key binding."""
    for text in (issued_by_us(CLAIMS), issued_by_them(marked(CLAIMS))):
        presented = bind(
            present(ours(text), paths), signer=HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW
        )

        assert expected == theirs(presented, bound=True)


def test_we_verify_what_they_present() -> None:
    """Their holder with our credential: our verifier accepts its key binding."""
    holder = SDJWTHolder(issued_by_us(CLAIMS))
    holder.create_presentation(
        {"name": True, "address": {"city": True}}, NONCE, AUDIENCE, HOLDER_JWK
    )

    seen = ours(str(holder.sd_jwt_presentation))
    binding = verify_key_binding(
        seen,
        HOLDER.public,
        expected_audience=AUDIENCE,
        expected_nonce=NONCE,
        now=datetime.now(UTC) + timedelta(seconds=1),  # theirs reads the clock itself
        max_age=timedelta(minutes=5),
    )

    assert {"name": "홍길동", "address": {"city": "서울"}} == {
        name: value for name, value in seen.claims.items() if name != "cnf"
    }
    assert NONCE == binding.nonce


_TEXT = st.text("가나abc_ ", max_size=4)
_VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(_TEXT, _VALUES, max_size=4), st.data())
def test_both_see_the_same_in_any_presentation(claims: JsonObject, data: st.DataObject) -> None:
    """R23: any claims, all hidden, any of the disclosures chosen: no unexplained difference."""
    held = ours(issued_by_us(claims))
    paths = held.disclosed_paths
    chosen = data.draw(st.lists(st.sampled_from(paths), unique=True)) if paths else []

    text = present(held, chosen)

    assert json.dumps(theirs(text), sort_keys=True) == json.dumps(
        {name: value for name, value in ours(text).claims.items() if name != "cnf"},
        sort_keys=True,
    )


def test_where_we_are_stricter_than_they_are() -> None:
    """A disclosure nobody asked for: RFC 9901 7.1 step 5 refuses it, the package lets it pass."""
    text = issued_by_us(CLAIMS)
    other = issued_by_us({"stray": 1}).split("~")[1]

    assert CLAIMS == theirs(f"{text}{other}~")
    with pytest.raises(SdJwtError):
        ours(f"{text}{other}~")
