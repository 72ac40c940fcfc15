"""Nonces for three uses: each good for its authority, its use and its time, and nothing kept."""

import os
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.nonces import NONCE_LIFE, NonceUse, check_nonce, new_nonce

SECRET = IssuerSecret(b"s" * 32)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def fresh(authority: str, use: NonceUse) -> str:
    return new_nonce(authority, use=use, secret=SECRET, now=NOW, entropy=os.urandom)


@pytest.mark.parametrize(("given", "asked"), list(product(NonceUse, NonceUse)))
def test_a_nonce_is_good_for_its_use_alone(given: NonceUse, asked: NonceUse) -> None:
    """
    H72: a c_nonce is no DPoP nonce and no challenge, nor the other way round.
    """
    nonce = fresh("a", given)
    if given is asked:
        used = check_nonce(nonce, "a", use=asked, secret=SECRET, now=NOW)
        assert NOW + NONCE_LIFE == used.expires_at
        return
    with pytest.raises(IssuerError) as refused:
        check_nonce(nonce, "a", use=asked, secret=SECRET, now=NOW)
    assert IssuerFailure.NONCE_INVALID is refused.value.failure


@pytest.mark.parametrize("use", NonceUse, ids=str)
def test_a_nonce_is_good_here_and_now(use: NonceUse) -> None:
    """
    H73: not at another authority, not after five minutes, not changed, not made up.
    """
    nonce = fresh("a", use)
    cases = [
        (nonce, "b", NOW),
        (nonce, "a", NOW + NONCE_LIFE),
        (nonce[:-2] + ("AA" if nonce[-2:] != "AA" else "BA"), "a", NOW),
        ("", "a", NOW),
        ("%", "a", NOW),
    ]
    for shown, authority, now in cases:
        with pytest.raises(IssuerError):
            check_nonce(shown, authority, use=use, secret=SECRET, now=now)
    check_nonce(nonce, "a", use=use, secret=SECRET, now=NOW + NONCE_LIFE - timedelta(seconds=1))
