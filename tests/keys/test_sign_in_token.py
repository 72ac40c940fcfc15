from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url, jws
from keys.errors import KeysError, KeysFailure
from keys.sign_in_token import TOKEN_LIMIT, issue_token, verify_token
from keys.signer import SoftwareSigner
from tests.keys.refusal import refused

SECRET = b"s" * 32
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TYP = "mydata-sign-in+jwt"
TOKEN = issue_token(SECRET, "demo", "holder", now=NOW, lifetime=HOUR)


def forged(claims: dict[str, object], typ: str = TYP, secret: bytes = SECRET) -> str:
    return jwt.encode(claims, secret, algorithm="HS256", headers={"typ": typ})


def test_a_token_says_who_acts() -> None:
    """
    For its role, until its last second.
    """
    for now in (NOW, NOW + HOUR):
        assert "demo" == verify_token(SECRET, TOKEN, expected_role="holder", now=now)


def test_a_token_ends() -> None:
    """
    H19: one clock issues and checks, so there is no skew.
    """
    with refused(KeysFailure.EXPIRED):
        verify_token(SECRET, TOKEN, expected_role="holder", now=NOW + HOUR + timedelta(seconds=1))
    with refused(KeysFailure.NOT_YET_VALID):
        verify_token(SECRET, TOKEN, expected_role="holder", now=NOW - timedelta(seconds=1))


def test_a_holder_is_no_operator() -> None:
    """
    T16: a token is good for its role only.
    """
    with refused(KeysFailure.ROLE_MISMATCH):
        verify_token(SECRET, TOKEN, expected_role="operator", now=NOW)


def test_every_flipped_bit_is_refused() -> None:
    """
    R13: none is accepted, not even the unused bits of the last character.
    """
    for position, character in enumerate(TOKEN):
        for bit in range(7):
            changed = TOKEN[:position] + chr(ord(character) ^ 1 << bit) + TOKEN[position + 1 :]
            with pytest.raises(KeysError):
                verify_token(SECRET, changed, expected_role="holder", now=NOW)


@given(st.text(max_size=200))
def test_any_text_is_refused(text: str) -> None:
    """
    R12: no input fails in another way than by a refusal.
    """
    for candidate in (text, TOKEN[: TOKEN.index(".")] + f".{text}"):
        with pytest.raises(KeysError):
            verify_token(SECRET, candidate, expected_role="holder", now=NOW)


def test_tokens_that_were_not_made_here_are_refused() -> None:
    """
    T2: another secret, another type, no signature, a key pair.
    """
    claims: dict[str, object] = {"sub": "demo", "role": "holder", "iat": 0, "exp": 2**34}
    with refused(KeysFailure.SIGNATURE_INVALID):
        other = forged(claims, secret=b"t" * 32)
        verify_token(SECRET, other, expected_role="holder", now=NOW)
    with refused(KeysFailure.TYPE_MISMATCH):
        verify_token(SECRET, forged(claims, typ="JWT"), expected_role="holder", now=NOW)
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"typ": TYP})
    signed = jws.sign({"typ": TYP}, b"{}", SoftwareSigner.generate())
    for token in (unsigned, signed):
        with refused(KeysFailure.SIGNATURE_INVALID):
            verify_token(SECRET, token, expected_role="holder", now=NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "demo", "role": "holder", "iat": 0},
        {"role": "holder", "exp": 2**34},
        {"sub": "demo", "exp": 2**34},
        {"sub": "demo", "role": ["holder"], "exp": 2**34},
        {"sub": "demo", "role": "holder", "exp": "tomorrow"},
    ],
)
def test_a_token_without_its_claims_is_refused(claims: dict[str, object]) -> None:
    """
    H18, H19: subject and role are text, the end is a moment and is there.
    """
    with refused(KeysFailure.MALFORMED):
        verify_token(SECRET, forged(claims), expected_role="holder", now=NOW)


def test_hostile_sizes_are_refused() -> None:
    """
    H47, H50: length first, then depth, before the library reads anything.
    """
    with refused(KeysFailure.TOO_LARGE):
        verify_token(SECRET, "A" * (TOKEN_LIMIT + 1), expected_role="holder", now=NOW)
    with refused(KeysFailure.TOO_LARGE):
        deep = base64url.encode(b"[" * 1500)
        verify_token(SECRET, f"{deep}..", expected_role="holder", now=NOW)


def test_a_short_secret_is_a_bug_of_the_caller() -> None:
    """
    RFC 7518 section 3.2: a secret as long as the hash.
    """
    with pytest.raises(ValueError, match="32 octets"):
        issue_token(b"short", "demo", "holder", now=NOW, lifetime=HOUR)
    with pytest.raises(ValueError, match="32 octets"):
        verify_token(b"short", TOKEN, expected_role="holder", now=NOW)
