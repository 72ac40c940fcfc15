import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import KeysError, KeysFailure
from keys.sealing import KEY_OCTETS, DataKey
from tests.keys.refusal import refused

KEY = DataKey.generate()


@given(st.binary(), st.binary())
def test_what_is_sealed_opens_in_its_place(plaintext: bytes, context: bytes) -> None:
    """
    Any octets, any context; 29 octets longer.
    """
    sealed = KEY.seal(plaintext, context=context)
    assert len(plaintext) + 29 == len(sealed)
    assert plaintext == KEY.open(sealed, context=context)


def test_it_opens_nowhere_else() -> None:
    """
    One holder's record in another's row, or under another key, does not open.
    """
    sealed = KEY.seal(b"secret", context=b"holder-1")
    with refused(KeysFailure.SEAL_BROKEN):
        KEY.open(sealed, context=b"holder-2")
    with refused(KeysFailure.SEAL_BROKEN):
        DataKey.generate().open(sealed, context=b"holder-1")


def test_every_flipped_bit_and_every_cut_is_refused() -> None:
    """
    R13: version, nonce, ciphertext and tag are all authenticated.
    """
    sealed = KEY.seal(b"secret", context=b"")
    for position in range(len(sealed)):
        with pytest.raises(KeysError):
            KEY.open(sealed[:position], context=b"")
        for bit in range(8):
            changed = bytearray(sealed)
            changed[position] ^= 1 << bit
            with pytest.raises(KeysError):
                KEY.open(bytes(changed), context=b"")


def test_two_seals_of_one_text_differ() -> None:
    """
    A new nonce each time; the same entropy gives the same seal, for tests that repeat.
    """
    assert KEY.seal(b"a", context=b"") != KEY.seal(b"a", context=b"")
    fixed = [KEY.seal(b"a", context=b"", entropy=bytes) for _ in range(2)]
    assert fixed[0] == fixed[1]


def test_a_key_is_wrapped_by_another() -> None:
    """
    A wrapped key is a key again only under its wrapper and in its place.
    """
    wrapped = DataKey.generate().wrap(KEY, context=b"holder-1")
    inner = DataKey.unwrap(wrapped, KEY, context=b"holder-1")
    sealed = inner.seal(b"x", context=b"")
    assert b"x" == DataKey.unwrap(wrapped, KEY, context=b"holder-1").open(sealed, context=b"")
    with refused(KeysFailure.SEAL_BROKEN):
        DataKey.unwrap(wrapped, KEY, context=b"holder-2")
    with refused(KeysFailure.SEAL_BROKEN):
        KEY.open(wrapped, context=b"holder-1")


def test_a_sealed_record_is_no_wrapped_key() -> None:
    """
    Thirty-two octets sealed as a record do not become a key.
    """
    sealed = KEY.seal(bytes(KEY_OCTETS), context=b"holder-1")
    with refused(KeysFailure.SEAL_BROKEN):
        DataKey.unwrap(sealed, KEY, context=b"holder-1")


def test_a_key_has_its_length_and_does_not_show_itself() -> None:
    """
    T1: no text form of a key holds its octets.
    """
    with pytest.raises(ValueError, match="32 octets"):
        DataKey(bytes(31))
    assert "bbbb" not in repr(DataKey(b"b" * KEY_OCTETS))
