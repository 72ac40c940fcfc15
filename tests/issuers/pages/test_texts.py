"""The words of the issuers' pages: every refusal has its own, in all three languages."""

import re
from pathlib import Path

import pytest

import issuers.pages
from issuers.endpoints.answers import WIRE
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import CertificateState, Delivery
from issuers.issuance.mandates import MandateState
from issuers.issuance.refusals import Stage
from issuers.offers.fees import Channel, Service, Whose
from issuers.pages.problems import problem_of
from issuers.register.accesses import AccessAct
from issuers.status.standing import Action
from keys.strict_json import loads_object
from web.language import Language, texts

ROOM = Path(issuers.pages.__file__).parent
# What wallets alone are told, at addresses that answer JSON.
WIRE_ONLY = {
    IssuerFailure.UNKNOWN_STATUS_LIST,
    IssuerFailure.STATUS_NOT_KEPT,
    IssuerFailure.TOO_MANY_REQUESTS,
    IssuerFailure.CODE_INVALID,
    IssuerFailure.TX_CODE_WRONG,
    IssuerFailure.ACCESS_REFUSED,
    IssuerFailure.ACCESS_SPENT,
    IssuerFailure.CERTIFICATE_REVOKED,
    IssuerFailure.CERTIFICATE_SUSPENDED,
    IssuerFailure.UNKNOWN_CONFIGURATION,
    IssuerFailure.UNKNOWN_IDENTIFIER,
    IssuerFailure.DECISION_REFUSED,
    IssuerFailure.TRANSACTION_INVALID,
    IssuerFailure.NONCE_INVALID,
    # What the operator's command alone is told.
    IssuerFailure.UNKNOWN_JOB,
    IssuerFailure.JOB_EXISTS,
}
# What stops an authority's signatures; the readiness page says what the officer can do.
HINDRANCES = (
    IssuerFailure.SIGNER_UNTRUSTED,
    IssuerFailure.SIGNER_ENDING,
    IssuerFailure.STATUS_UNPUBLISHED,
)


@pytest.mark.parametrize("failure", sorted(set(IssuerFailure) - WIRE_ONLY), ids=str)
def test_every_refusal_has_words_and_a_next_step(failure: IssuerFailure) -> None:
    """
    Never a bare error: what happened, and what to do, in Korean, English and Japanese.
    """
    problem = problem_of(IssuerError(failure, "detail"))

    assert problem is not None
    assert WIRE[failure].status == problem.status
    for language in Language:
        known = texts(language, ROOM / "texts")
        assert known[f"problem_{failure.value}"]
        assert known[f"problem_{failure.value}_next"]


def test_an_error_of_another_room_is_left_to_it() -> None:
    """
    The kit answers its own.
    """
    assert problem_of(ValueError("of somebody else")) is None


def test_the_three_languages_have_the_same_texts_and_the_templates_use_no_other() -> None:
    """
    A missing text would be a broken page; an unused one is dead weight.
    """
    own = {tag: loads_object((ROOM / f"texts/{tag}.json").read_bytes()) for tag in Language}
    assert own[Language.KOREAN].keys() == own[Language.ENGLISH].keys()
    assert own[Language.KOREAN].keys() == own[Language.JAPANESE].keys()
    assert all(all(each.values()) for each in own.values())

    templates = "".join(path.read_text() for path in (ROOM / "templates").rglob("*.html"))
    named = set(re.findall(r"text\.(\w+)", templates))
    made = {
        *(f"state_{state}" for state in CertificateState),
        *(f"delivery_{delivery}" for delivery in Delivery),
        *(f"done_{action}" for action in Action),
        *(f"access_{act}" for act in AccessAct),
        *(f"readiness_{failure}" for failure in HINDRANCES),
        *(f"mandate_{state}" for state in MandateState),
        *(f"stage_{stage}" for stage in Stage),
        *(f"channel_{channel}" for channel in Channel),
        *(f"service_{service}" for service in Service),
        *(f"whose_{whose}" for whose in Whose),
        *(f"{what}_{action}" for action in list(Action)[:3] for what in ("do", "effect")),
    }
    by_kind = {name for name in own[Language.KOREAN] if name.startswith(("plain_", "words_"))}
    problems = {name for name in own[Language.KOREAN] if name.startswith("problem_")}
    known = set(texts(Language.KOREAN, ROOM / "texts"))

    assert set() == (named | made) - known
    assert set() == own[Language.KOREAN].keys() - named - made - by_kind - problems
