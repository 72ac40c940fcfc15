"""What two agree on with their keys, and the name of a key to encrypt to."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from keys.encryption_key import DecryptionKey, EncryptionJwk
from keys.errors import KeysFailure
from tests.keys.refusal import refused

OURS, THEIRS = DecryptionKey.generate("1"), DecryptionKey.generate("2")


def test_both_agree_on_one_key() -> None:
    """
    Whoever has the other half comes to the same octets; another salt or purpose to others.
    """
    x, y = THEIRS.public.x, THEIRS.public.y
    agreed = OURS.mac_key(x, y, salt=b"salt", info=b"info")

    assert agreed == THEIRS.mac_key(OURS.public.x, OURS.public.y, salt=b"salt", info=b"info")
    assert agreed != OURS.mac_key(x, y, salt=b"other", info=b"info")
    assert agreed != OURS.mac_key(x, y, salt=b"salt", info=b"other")
    assert 32 == len(agreed)


def test_the_key_is_derived_as_rfc_5869_says() -> None:
    """
    Extract and expand, one block: RFC 5869 written out by hand over what the curve gives.
    """
    key = DecryptionKey.from_der(OURS.private_octets(), kid="1")
    private, other = key.joserfc_key(), THEIRS.public.joserfc_key()
    secret = private.exchange_derive_key(other)

    extracted = hmac.digest(b"salt", secret, hashlib.sha256)
    expanded = hmac.digest(extracted, b"info" + b"\1", hashlib.sha256)

    assert expanded == key.mac_key(THEIRS.public.x, THEIRS.public.y, salt=b"salt", info=b"info")


def test_nothing_is_agreed_with_a_point_off_the_curve() -> None:
    """
    H14: it would tell of our key.
    """
    with refused(KeysFailure.KEY_REFUSED):
        OURS.mac_key(bytes(32), bytes(32), salt=b"", info=b"")


def test_a_key_has_the_thumbprint_of_the_example(vectors: Path) -> None:
    """
    RFC 7638, over the required members alone: the key of OpenID4VP appendix B.2.6.1.
    """
    example = json.loads((vectors / "openid4vp/session_transcript/redirect.json").read_text())

    assert example["jwk_thumbprint_hex"] == EncryptionJwk.parse(example["jwk"]).thumbprint().hex()


@pytest.mark.parametrize("kid", [None, "another"])
def test_a_thumbprint_does_not_depend_on_the_name(kid: str | None) -> None:
    """
    RFC 7638: `kid` is no part of the key.
    """
    named = EncryptionJwk(OURS.public.x, OURS.public.y, kid)

    assert OURS.public.thumbprint() == named.thumbprint()
