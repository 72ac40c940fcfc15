"""Eight letters read out: what is misheard is found, what is heard alike is understood."""

import itertools

import pytest

from keys.entropy import SYSTEM_ENTROPY
from standards.spoken_code.errors import SpokenCodeError
from standards.spoken_code.letters import ALPHABET, draw, in_groups, looks_spoken, read_spoken

# 0x0000000001 is number 1, whose check is 1.
CODE = "00000011"


def test_a_drawn_code_is_eight_speakable_letters_that_read_back() -> None:
    """
    No sign beyond the alphabet ever stands at the end, and no two of a thousand are alike.
    """
    drawn = [draw(SYSTEM_ENTROPY) for _ in range(1000)]

    assert all(
        set(code) <= set(ALPHABET) and code == read_spoken(in_groups(code)) for code in drawn
    )
    assert 1000 == len(set(drawn))


def test_a_number_whose_check_nobody_can_say_is_drawn_again() -> None:
    """
    36 would be written with a "U": Crockford's five further signs are left out.
    """
    octets = iter([(36).to_bytes(5, "big"), (1).to_bytes(5, "big")])

    assert CODE == draw(lambda _size: next(octets))


@pytest.mark.parametrize("typed", ["0000-0011", "0000 0011", " oooo-ooil ", "OOOO OOLI", CODE])
def test_what_sounds_or_looks_alike_is_the_same_code(typed: str) -> None:
    """
    Crockford's reading: O is 0, I and L are 1, groups and case do not count.
    """
    assert looks_spoken(typed)
    assert CODE == read_spoken(typed)


def test_every_wrong_letter_and_every_exchange_is_found() -> None:
    """
    So a slip of the tongue never costs one of the five tries.
    """
    code = "7K3M9QX" + next(c for c in ALPHABET if _reads("7K3M9QX" + c))
    slips = {code[:at] + other + code[at + 1 :] for at in range(8) for other in ALPHABET} - {code}
    for at in range(7):
        slips.add(code[:at] + code[at + 1] + code[at] + code[at + 2 :])
    slips.discard(code)

    assert 8 * 31 + 7 >= len(slips) >= 8 * 31
    assert not [slip for slip in slips if _reads(slip)]


@pytest.mark.parametrize("text", ["", "0000001", "000000110", "0000-0O1U", "MD2:", "0000_0011"])
def test_what_is_no_code_is_refused_without_being_looked_up(text: str) -> None:
    """
    Too short, too long, or with a letter the alphabet leaves out.
    """
    assert not _reads(text)


@pytest.mark.parametrize(
    "text", ["MD2:ABC.", "https://wallet.example/wallet/desk/x", "0000--0011"]
)
def test_other_codes_do_not_look_spoken(text: str) -> None:
    """
    One field takes everything a desk reads: each kind is told from the others.
    """
    assert not looks_spoken(text)


def test_a_third_of_a_hundred_billion_codes_exist() -> None:
    """
    35 bits, less the five checks of 37 that are drawn again.
    """
    assert 2**35 == len(ALPHABET) ** 7
    assert 32 == len(set(itertools.chain(ALPHABET)))


def _reads(code: str) -> bool:
    try:
        read_spoken(code)
    except SpokenCodeError:
        return False
    return True
