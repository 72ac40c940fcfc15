"""Times, days, sums and labels as a person reads them, in three languages."""

from datetime import UTC, date, datetime

import pytest

from web.language import Language, Words, choose_language, pick, texts
from web.readable import day, day_in, last_day, moment, won

KO, EN, JA = Language.KOREAN, Language.ENGLISH, Language.JAPANESE


@pytest.mark.parametrize(
    ("language", "told"),
    [(KO, "2026. 11. 22. 17:46"), (EN, "22 Nov 2026, 17:46"), (JA, "2026年11月22日 17:46")],
)
def test_times_are_told_by_the_clock_in_korea(language: Language, told: str) -> None:
    """
    Korean as official documents write it; a text and a datetime are told the same.
    """
    assert told == moment("2026-11-22T08:46:33Z", language)
    assert told == moment(datetime(2026, 11, 22, 8, 46, 33, tzinfo=UTC), language)


@pytest.mark.parametrize(
    ("language", "told"), [(KO, "2027. 2. 20."), (EN, "20 Feb 2027"), (JA, "2027年2月20日")]
)
def test_a_day_is_told(language: Language, told: str) -> None:
    """
    From a date, a text or a moment; what ends at midnight is good on the day before.
    """
    assert told == day(date(2027, 2, 20), language) == day("2027-02-20", language)
    assert told == day("2027-02-19T15:00:00Z", language)
    assert told == day(datetime(2027, 2, 20, 14, 59, tzinfo=UTC), language)
    assert told == last_day("2027-02-20T15:00:00Z", language)
    assert "-" == last_day(None, language) == day(None, language) == day("", language)


@pytest.mark.parametrize(
    ("language", "told"), [(KO, "1,234,567원"), (EN, "1,234,567 won"), (JA, "1,234,567ウォン")]
)
def test_a_sum_is_told(language: Language, told: str) -> None:
    """
    Thousands apart, the currency in words.
    """
    assert told == won(1234567, language) == won("1234567", language)


@pytest.mark.parametrize("text", ["2026-11", "20261122", "2026-02-30", "2026-11-22 ", "x"])
def test_what_is_no_day_stays_text(text: str) -> None:
    """
    Only a whole, existing day in the standard form is told as one.
    """
    assert day_in(text) is None


def test_a_language_is_chosen_by_wish_and_korean_otherwise() -> None:
    """
    The first wish that we speak counts.
    """
    assert JA is choose_language(None, "fr", "ja", "en")
    assert KO is choose_language("fr", None)
    assert ["한국어", "English", "日本語"] == [language.own_name for language in Language]


def test_a_label_is_shown_in_the_best_language_there_is() -> None:
    """
    The visitor's, else English, else Korean, else whichever there is; plain text as it is.
    """
    assert "j" == pick({"ko": "k", "en": "e", "ja": "j"}, JA)
    assert "e" == pick({"ko": "k", "en": "e"}, JA)
    assert "k" == pick({"ko": "k"}, JA)
    assert "f" == pick({"fr": "f"}, JA)
    assert "" == pick({}, JA)
    assert "plain" == pick("plain", JA)


def test_an_unknown_text_is_an_error() -> None:
    """
    A page with a hole in it is not shown.
    """
    words = Words(texts(KO))
    assert "예" == words.yes == words["yes"]
    assert "no_such_text" not in words
    with pytest.raises(AttributeError):
        _ = words.no_such_text
