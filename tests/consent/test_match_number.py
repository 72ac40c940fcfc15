"""The number on both screens: the same from the same nonce, among three."""

import hashlib
from collections import Counter

import pytest

from consent.forms.match_number import MatchNumber

NONCES = [f"nonce-{at}" for at in range(2000)]


def test_both_sides_compute_the_same_from_the_nonce_alone() -> None:
    """
    The vector of docs/shown-code.md, worked out here a second time from its words.
    """
    digest = int.from_bytes(hashlib.sha256(b"mydata-match-v1nonce-0").digest(), "big")
    digits = [f"{digest // 100**at % 100:02}" for at in range(10)]
    first_three = [*dict.fromkeys(digits)][:3]

    made = MatchNumber.of("nonce-0")

    assert (first_three[0], sorted(first_three)) == (made.number, [*made.choices])
    assert ("73", ("47", "73", "88")) == (made.number, made.choices)


def test_three_different_numbers_are_shown_in_an_order_that_says_nothing() -> None:
    """
    The right one stands first, second and last about as often as any other.
    """
    made = [MatchNumber.of(nonce) for nonce in NONCES]
    places = Counter(one.choices.index(one.number) for one in made)

    assert {3} == {len(set(one.choices)) for one in made}
    assert all(one.choices == tuple(sorted(one.choices)) for one in made)
    assert all(550 < places[at] < 800 for at in range(3))
    assert 100 == len({one.number for one in made})


@pytest.mark.parametrize("said", ["", "3", "073", " 73", "\uff17\uff13", "88"])
def test_only_the_two_digits_themselves_are_a_match(said: str) -> None:
    """
    Nothing is trimmed and nothing rounded: another spelling was not read from the screen.
    """
    assert not MatchNumber.of("nonce-0").is_picked(said)
    assert MatchNumber.of("nonce-0").is_picked("73")
