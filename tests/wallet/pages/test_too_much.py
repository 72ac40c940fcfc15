"""Who asks for more than may be asked: in words on every page before anything is sent."""

from urllib.parse import urlencode

import pytest

from keys.strict_json import JsonObject
from tests.issuers.pages.browser import Browser
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.registration_of_test import registered, show_registration
from tests.wallet.test_statute import NUMBER, STATUTE, asking, by_law, on_basis
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.pages.codes import ask_page

SEND = "/wallet/ask/send"


def check_page(verifier: VerifierOfTest) -> str:
    return f"/wallet/ask/check?{urlencode({'request_uri': verifier.link})}"


@pytest.fixture
async def office(
    world: World, issuer: IssuerOfTest, verifier_of_citizen: VerifierOfTest
) -> VerifierOfTest:
    """A party that asks for the resident number a new certificate of the citizen's has."""
    person: JsonObject = {"name": "김카나리아", "resident_number_back": "2345678"}
    issuer.claims = {**issuer.claims, "person": person}
    await world.wallets.accept(HOLDER, issuer.again())
    verifier_of_citizen.dcql = asking("name", NUMBER)
    on_basis(verifier_of_citizen)
    return verifier_of_citizen


async def test_beyond_the_registration_is_marked_and_takes_a_tick(
    citizen: Browser, verifier_of_citizen: VerifierOfTest
) -> None:
    """
    P9, T30: on both pages, apart from what the terms lack; without the tick nothing goes out.
    """
    verifier = verifier_of_citizen
    verifier.terms = None
    verifier.dcql = asking("name", "birth_date")
    show_registration(verifier, registered())

    await citizen.get(ask_page(verifier.link))
    assert "등록된 것보다 더 묻습니다" in citizen.words
    assert "스스로 밝힌 것보다" not in citizen.words
    await citizen.get(check_page(verifier))
    assert "물을 수 있게 등록된 것이 아닙니다" in citizen.words
    assert "밝힌 목적에 없는" not in citizen.words
    await citizen.send(SEND)
    assert "등록된 것보다 더 묻습니다" in citizen.words
    assert [] == verifier.responses

    await citizen.get(ask_page(verifier.link))
    await citizen.get(check_page(verifier))
    await citizen.send(SEND, surplus="yes")
    assert 1 == len(verifier.responses)


async def test_a_number_asked_for_without_a_law_is_refused_with_the_reason(
    citizen: Browser, office: VerifierOfTest
) -> None:
    """
    개인정보 보호법 제24조의2: the page says which article, and that agreeing changes nothing.
    """
    await citizen.get(ask_page(office.link))

    assert "물을 수 있다는 법을 보이지 않았습니다" in citizen.words
    assert "개인정보 보호법 제24조의2" in citizen.words
    assert SEND not in citizen.page


async def test_the_smaller_question_says_what_is_kept_back(
    citizen: Browser, office: VerifierOfTest
) -> None:
    """
    Where they would do without the number, it is told as kept back and the rest is offered.
    """
    less, more = (asking(*paths)["credentials"] for paths in (("name",), ("name", NUMBER)))
    assert isinstance(less, list)
    assert isinstance(more, list)
    assert isinstance(more[0], dict)
    larger: JsonObject = {**more[0], "id": "more"}
    office.dcql = {
        "credentials": [*less, larger],
        "credential_sets": [{"options": [["more"], ["base"]]}],
    }

    await citizen.get(ask_page(office.link))

    assert "그런 법을 보이지 않았습니다" in citizen.words
    assert "/wallet/ask/check" in citizen.page


async def test_the_statute_stands_on_both_pages(citizen: Browser, office: VerifierOfTest) -> None:
    """
    Which law a registrar signed is read before choosing and before sending.
    """
    show_registration(office, by_law("name", NUMBER))

    await citizen.get(ask_page(office.link))
    assert STATUTE in citizen.words
    await citizen.get(check_page(office))
    assert STATUTE in citizen.words
