"""
A second opinion: the Python package `sd-jwt`, written by others, issues for us, holds for us
and verifies what we made; and we do the same for it.
"""

import json
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.entropy import SYSTEM_ENTROPY
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from standards.positions import ClaimPath
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.frame import FramePath, everything, only
from standards.sd_jwt.issue import issue
from standards.sd_jwt.key_binding import bind, verify_key_binding
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt.verify import VerifiedSdJwt, verify_sd_jwt

with warnings.catch_warnings():
    # Its dependency jwcrypto names things `cryptography` is about to drop; not ours to mend.
    warnings.simplefilter("ignore", DeprecationWarning)
    from jwcrypto.jwk import JWK
    from sd_jwt.common import SDObj
    from sd_jwt.holder import SDJWTHolder
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier

NOW = datetime.now(UTC).replace(microsecond=0)
TYP = "example+sd-jwt"
AUDIENCE, NONCE = "https://verifier.example", "nonce-1"
ISSUER, HOLDER = SoftwareSigner.generate(), SoftwareSigner.generate()
ISSUER_JWK = JWK.from_pem(ISSUER.private_pem())
HOLDER_JWK = JWK.from_pem(HOLDER.private_pem())

CLAIMS: JsonObject = {
    "name": "홍길동",
    "address": {"road": "세종대로 209", "city": "서울"},
    "members": ["홍판서", "춘섬"],
    "age": 39,
}


def ours(text: str) -> VerifiedSdJwt:
    """Return what our verifier says."""
    key = ISSUER.public.verification_key()
    return verify_sd_jwt(parse_sd_jwt(text), key, expected_typ=frozenset({TYP}))


def theirs(text: str, *, bound: bool = False) -> Any:
    """Return what their verifier says: the claims without the binding key."""
    expected = (AUDIENCE, NONCE) if bound else (None, None)
    verifier = SDJWTVerifier(text, lambda _iss, _header: ISSUER_JWK, *expected)
    claims = verifier.get_verified_payload()
    claims.pop("cnf", None)
    return claims


def issued_by_us(claims: JsonObject, hidden: list[FramePath] | None = None) -> str:
    """Return our SD-JWT, bound to the holder, with decoys."""
    return issue(
        claims,
        frame=everything() if hidden is None else only(hidden),
        header={"typ": TYP},
        signer=ISSUER,
        entropy=SYSTEM_ENTROPY,
        decoys=1,
        kept_open={"cnf": {"jwk": HOLDER.public.as_dict()}},
    ).serialize()


def issued_by_them(claims: Any) -> str:
    """Return their SD-JWT, bound to the holder, with decoys."""
    issuer = SDJWTIssuer(claims, ISSUER_JWK, HOLDER_JWK, add_decoy_claims=True)
    return str(issuer.sd_jwt_issuance)


def marked(value: JsonValue) -> Any:
    """Return claims in the package's own marking: everything hidden, at any depth."""
    match value:
        case dict():
            return {SDObj(name): marked(inner) for name, inner in value.items()}
        case list():
            return [SDObj(marked(inner)) for inner in value]
        case _:
            return value


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
