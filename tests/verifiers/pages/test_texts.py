"""The words of the institution's pages: every failure and verdict has its own, three times."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import verifiers.pages
from keys.strict_json import loads_object
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.onboarding.rules import Rule
from verifiers.owing.duties import DutyState
from verifiers.pages.offline import OWN_REASONS, OWN_WORDS
from verifiers.pages.problems import NothingToReadError, problem_of
from verifiers.pages.steps import TOLD
from verifiers.pages.trust_age import Age, age_of
from verifiers.pages.verdict import Tone, Verdict, Word, verdict_of
from verifiers.presented.policy import PolicyName
from verifiers.presented.steps import Step, StepOutcome
from web.errors import Party
from web.language import Language, texts
from web.qr_reading import PictureError, PictureFailure

ROOM = Path(verifiers.pages.__file__).parent


def own_texts(language: Language) -> dict[str, str]:
    found = loads_object((ROOM / f"texts/{language}.json").read_bytes())
    return {name: str(text) for name, text in found.items()}


@pytest.mark.parametrize("failure", list(Failure), ids=lambda failure: failure.code)
def test_every_failure_has_words_whose_turn_it_is_and_what_next(failure: Failure) -> None:
    """
    The whole closed list against the texts: a new failure without words fails here.
    """
    for language in Language:
        known = own_texts(language)
        for name in (f"problem_{failure.code}", f"problem_{failure.code}_next"):
            assert known[name].strip()
        assert known[f"whose_{failure.party.name.lower()}"]
    problem = problem_of(VerifierError(failure, "query: member"))
    assert problem is not None
    assert (failure.code, failure.party, "") == (problem.code, problem.party, problem.detail)


@pytest.mark.parametrize("reason", list(PictureFailure), ids=str)
def test_every_wrong_picture_has_words_and_a_next_step(reason: PictureFailure) -> None:
    """
    Not a picture, too large, no code, two codes, unreadable: each its own.
    """
    problem = problem_of(PictureError(reason))
    assert problem is not None
    for language in Language:
        assert own_texts(language)[f"problem_{problem.code}"]
        assert own_texts(language)[f"problem_{problem.code}_next"]


def test_no_two_failures_have_the_same_words() -> None:
    """
    What happened is told apart in every language; only what to do next may be the same.
    """
    for language in Language:
        known = own_texts(language)
        told = [known[f"problem_{failure.code}"] for failure in Failure]
        assert len(told) == len(set(told))


@pytest.mark.parametrize("failure", list(Failure), ids=lambda failure: failure.code)
def test_a_failure_is_never_green(failure: Failure) -> None:
    """
    "Could not check" is amber, everything else that failed is red.
    """
    verdict = verdict_of("failed", failure)

    assert verdict.tone is not Tone.YES
    assert verdict.word is not Word.VERIFIED
    assert (verdict.tone is Tone.WAIT) == (verdict.word in {Word.UNKNOWN, Word.TIMED_OUT})


@pytest.mark.parametrize(
    ("state", "failure", "word"),
    [
        ("pending", None, Word.WAITING),
        ("verified", None, Word.VERIFIED),
        ("refused", Failure.HOLDER_REFUSED, Word.REFUSED),
        ("expired", None, Word.TIMED_OUT),
        ("failed", None, Word.INVALID),
        ("failed", Failure.NONCE_WRONG, Word.INVALID),
        ("failed", Failure.CREDENTIAL_EXPIRED, Word.EXPIRED),
        ("failed", Failure.CREDENTIAL_REVOKED, Word.REVOKED),
        ("failed", Failure.CREDENTIAL_OUTDATED, Word.OUTDATED),
        ("failed", Failure.CREDENTIAL_SUSPENDED, Word.INVALID),
        ("failed", Failure.STATUS_UNREACHABLE, Word.UNKNOWN),
        ("failed", Failure.TRUST_LIST_UNUSABLE, Word.UNKNOWN),
    ],
    ids=str,
)
def test_every_state_has_its_word(state: str, failure: Failure | None, word: Word) -> None:
    """
    The six states of UX 1.3, out of date, timed out, and waiting.
    """
    assert Verdict(word) == verdict_of(state, failure)


@pytest.mark.parametrize("word", list(Word), ids=str)
def test_a_word_its_colour_and_its_sign_say_the_same(word: Word) -> None:
    """
    Only "verified" is green and ticked; every word stands in all three languages.
    """
    verdict = Verdict(word)

    assert (word is Word.VERIFIED) == (verdict.tone is Tone.YES) == (verdict.sign == "✓")
    assert (verdict.tone is Tone.NO) == (verdict.sign == "✕")
    for language in Language:
        assert own_texts(language)[verdict.text]


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=-5), Age("age_now", 0)),
        (timedelta(seconds=59), Age("age_now", 0)),
        (timedelta(minutes=12), Age("age_minutes", 12)),
        (timedelta(hours=23, minutes=59), Age("age_hours", 23)),
        (timedelta(days=3), Age("age_days", 3)),
    ],
    ids=str,
)
def test_the_trust_lists_age_is_said_in_its_largest_unit(age: timedelta, said: Age) -> None:
    """
    "신뢰목록 12분 전": freshness is always visible.
    """
    assert said == age_of(age)


def test_other_errors_are_left_to_the_kit() -> None:
    """
    The room answers its own, and a form with nothing in it.
    """
    assert problem_of(ValueError()) is None
    nothing = problem_of(NothingToReadError())
    assert nothing is not None
    assert "/verifiers/scan" == nothing.back


def test_the_three_languages_have_the_same_texts_and_the_templates_use_no_other() -> None:
    """
    A missing text would be a broken page; an unused one is dead weight.
    """
    own = {language: own_texts(language) for language in Language}
    korean = own[Language.KOREAN]
    assert korean.keys() == own[Language.ENGLISH].keys() == own[Language.JAPANESE].keys()
    assert all(all(each.values()) for each in own.values())

    templates = "".join(path.read_text() for path in (ROOM / "templates").rglob("*.html"))
    named = set(re.findall(r"text\.(\w+)", templates))
    made = {
        *(f"word_{word}" for word in Word),
        *(f"whose_{party.name.lower()}" for party in Party),
        *("age_now", "age_minutes", "age_hours", "age_days"),
        *(f"offline_{name}" for name in OWN_WORDS),
        *("open_unknown", "open_answered", "open_expired", "open_desk_unknown"),
        *(f"owed_state_{state}" for state in DutyState),
        *("owed_acknowledged", "owed_erased", "owed_retained"),
        *("owed_used_late", "owed_over_asked", "owed_reused"),
        *(f"step_{step.code}" for step in Step),
        *(f"outcome_{outcome}" for outcome in StepOutcome),
        *(f"used_{name}" for name in TOLD),
        *(f"rule_{name}" for name in PolicyName),
        *(f"{about}_{rule.code}" for about in ("lookup", "mend") for rule in Rule),
    }
    problems = {name for name in korean if name.startswith("problem_")}
    codes = {*(each.code for each in Failure), *PictureFailure, "nothing_given", *OWN_REASONS}

    assert set() == (named | made) - set(texts(Language.KOREAN, ROOM / "texts"))
    assert set() == korean.keys() - named - made - problems
    assert {f"problem_{code}{end}" for code in codes for end in ("", "_next")} == problems
