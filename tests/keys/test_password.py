"""Passwords are kept as slow hashes, and compared without telling how much was right."""

import pytest

from keys.entropy import SYSTEM_ENTROPY
from keys.password import WrongPasswordError, check_password, hash_password


@pytest.mark.parametrize("password", ["demo", "", "비밀번호 🔑", "x" * 1000, "\ud800"])
def test_the_right_password_passes_and_others_do_not(password: str) -> None:
    """
    Any text may be one, and a longer or shorter one is another.
    """
    kept = hash_password(password, SYSTEM_ENTROPY)

    check_password(kept, password)
    for wrong in (password + "x", password[:-1] + "y", password.upper() + "Z"):
        with pytest.raises(WrongPasswordError):
            check_password(kept, wrong)


def test_equal_passwords_are_kept_differently() -> None:
    """
    Each hash has a salt of its own, and says neither the password nor its length.
    """
    one, other = (hash_password("demo", SYSTEM_ENTROPY) for _ in range(2))

    assert one != other
    assert "demo" not in one
    assert len(one) == len(hash_password("longer than demo", SYSTEM_ENTROPY))


def test_the_hash_is_scrypt() -> None:
    """
    RFC 7914, N = 2^14, r = 8, p = 1: written down as a vector of our own.
    """
    kept = hash_password("demo", bytes)

    assert "scrypt$AAAAAAAAAAAAAAAAAAAAAA$4LuG7pAVGEC8F9DZqwYZvVxMZl-wFzbOoKTAKw7OIZk" == kept


def test_a_hash_of_another_form_is_a_fault_of_ours() -> None:
    """
    What we did not write is not compared with.
    """
    with pytest.raises(ValueError, match="another form"):
        check_password("md5$AAAA$AAAA", "demo")
