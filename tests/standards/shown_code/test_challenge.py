"""A desk's challenge: written in one way, read in that way alone, open for a few minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from standards.shown_code.challenge import Challenge
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure

NOW = datetime(2026, 11, 1, 9, 45, 30, tzinfo=UTC)
TEXT = "MC1:corner-store:AAAAAAAAAAAAAAAAAAAAAA:29892105"


def test_a_challenge_comes_back_as_it_was_shown() -> None:
    """
    The vector of docs/shown-code.md; the audience names the institution.
    """
    made = Challenge.new("corner-store", bytes(16), now=NOW)

    assert (TEXT, made) == (made.text, Challenge.parse(TEXT))
    assert "urn:mydata:offline:corner-store" == made.audience


@pytest.mark.parametrize(
    "text",
    [
        "MC1:",
        "MC1:corner-store:AAAAAAAAAAAAAAAAAAAAAA",
        TEXT + ":1",
        TEXT.replace("AAAA:", "AAA:"),
        TEXT.replace("AAAA:", "AAAB:"),
        TEXT.replace("corner-store", "-"),
        TEXT.replace("corner-store", "urn:mydata"),
        TEXT.replace("corner-store", "x" * 101),
        TEXT.replace("29892105", "029892105"),
        TEXT.replace("29892105", "-1"),
        TEXT.replace("29892105", "9" * 11),
        TEXT + " " * 160,
    ],
)
def test_what_a_desk_does_not_write_is_damaged(text: str) -> None:
    """
    Another nonce's size, another id's letters, a second spelling: none is guessed at.
    """
    with pytest.raises(ShownCodeError) as caught:
        Challenge.parse(text)
    assert ShownCodeFailure.DAMAGED is caught.value.failure


def test_another_programs_text_is_foreign() -> None:
    """
    A later version has another prefix.
    """
    with pytest.raises(ShownCodeError) as caught:
        Challenge.parse(TEXT.replace("MC1", "MC2"))
    assert ShownCodeFailure.FOREIGN is caught.value.failure


@pytest.mark.parametrize(
    ("after", "is_open"), [(-61, False), (-60, True), (0, True), (359, True), (360, False)]
)
def test_a_challenge_is_open_for_five_minutes_and_two_clocks(after: int, *, is_open: bool) -> None:
    """
    A photograph of yesterday's screen is told from the screen.
    """
    made = Challenge.parse(TEXT)
    assert is_open is made.is_open(made.made_at + timedelta(seconds=after))


@pytest.mark.parametrize("party", ["", "a:b", "가게"])
def test_a_challenge_of_a_party_without_such_an_id_is_our_own_mistake(party: str) -> None:
    """
    What could not be read back is not made.
    """
    with pytest.raises(ValueError, match="registration id"):
        Challenge.new(party, bytes(16), now=NOW)
