"""One word first: every state and failure has one, and doubt is never green."""

import pytest

from app.pages.requests_open import KEPT, OpenRequests
from app.pages.verdict import verdict_of
from keys.strict_json import JsonObject
from verifiers.failure import Failure
from web.language import Language, choose_language, pick, texts
from web.page import last_day, moment

TONES = {"check_wait": "wait", "verdict_unknown": "wait", "verdict_timed_out": "wait"}


def failed(code: str) -> JsonObject:
    return {"state": "failed", "failure": {"code": code}}


@pytest.mark.parametrize("failure", list(Failure), ids=lambda failure: failure.code)
def test_a_failure_is_never_green(failure: Failure) -> None:
    """
    "Could not check" is amber, everything else that failed is red; the word exists everywhere.
    """
    verdict = verdict_of(failed(failure.code))

    assert TONES.get(verdict.text, "no") == verdict.tone
    assert not verdict.verified
    assert not verdict.pending
    for language in Language:
        assert verdict.text in texts(language)


@pytest.mark.parametrize(
    ("result", "word"),
    [
        ({"state": "pending"}, "check_wait"),
        ({"state": "verified"}, "verdict_verified"),
        ({"state": "refused"}, "verdict_refused"),
        ({"state": "expired"}, "verdict_timed_out"),
        ({"state": "failed"}, "verdict_invalid"),
        (failed("credential_expired"), "verdict_expired"),
        (failed("credential_revoked"), "verdict_revoked"),
        (failed("status_unreachable"), "verdict_unknown"),
        (failed("nonce_wrong"), "verdict_invalid"),
    ],
    ids=str,
)
def test_every_state_has_its_word(result: JsonObject, word: str) -> None:
    """
    Six states of a check, and waiting (UX 1.3); only "verified" is green.
    """
    verdict = verdict_of(result)

    assert word == verdict.text
    assert (word == "verdict_verified") == (verdict.tone == "yes")


def test_the_three_languages_say_the_same_things() -> None:
    """
    No text is missing in a translation, and none is empty.
    """
    korean = texts(Language.KOREAN)
    for language in Language:
        assert korean.keys() == texts(language).keys()
        assert all(texts(language).values())
        assert language.own_name


def test_a_language_is_chosen_by_wish_and_korean_otherwise() -> None:
    """
    The first wish that we speak counts.
    """
    assert Language.JAPANESE == choose_language(None, "fr", "ja", "en")
    assert Language.KOREAN == choose_language("fr", None)


def test_a_label_is_shown_in_the_best_language_there_is() -> None:
    """
    The visitor's, else English, else Korean, else whichever there is; plain text as it is.
    """
    assert "j" == pick({"ko": "k", "en": "e", "ja": "j"}, Language.JAPANESE)
    assert "e" == pick({"ko": "k", "en": "e"}, Language.JAPANESE)
    assert "f" == pick({"fr": "f"}, Language.JAPANESE)
    assert "" == pick({}, Language.JAPANESE)
    assert "plain" == pick("plain", Language.JAPANESE)


def test_times_are_told_by_the_clock_in_korea() -> None:
    """
    A certificate that ends at midnight is good on the day before.
    """
    assert "2026-11-22 17:46" == moment("2026-11-22T08:46:33Z")
    assert "2027-02-20" == last_day("2027-02-20T15:00:00Z")
    assert "-" == last_day(None)


def test_open_requests_are_forgotten_oldest_first() -> None:
    """
    A bounded memory: a page that is too old shows its result without the code.
    """
    opened = OpenRequests()
    for number in range(KEPT + 1):
        opened.remember(f"t{number}", f"u{number}")

    assert opened.uri_of("t0") is None
    assert f"u{KEPT}" == opened.uri_of(f"t{KEPT}")
    assert "t1" == opened.transaction_of("u1")
    assert opened.transaction_of("u0") is None
