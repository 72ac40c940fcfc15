"""Of several like certificates the citizen picks; what is sent is what was picked and shown."""

import html
import re
from urllib.parse import urlencode

import pytest

from keys.strict_json import JsonObject
from tests.issuers.pages.browser import Browser
from tests.wallet.issuer_of_test import KIND, VCT, IssuerOfTest
from tests.wallet.verifier_of_test import BASE, VerifierOfTest, query
from tests.wallet.world import HOLDER, World
from wallet.pages.codes import ask_page

SEND = "/wallet/ask/send"
FIELD = re.compile(
    r'<input type="(radio|checkbox|hidden)" name="([^"]+)" value="([^"]*)"( checked)?'
)
FORM = re.compile(r'<form method="get" action="/wallet/ask/check".*?</form>', re.DOTALL)
Fields = list[tuple[str, str]]


@pytest.fixture
def verifier(verifier_of_citizen: VerifierOfTest) -> VerifierOfTest:
    return verifier_of_citizen


@pytest.fixture
async def three(
    world: World, issuer: IssuerOfTest, citizen: Browser, verifier: VerifierOfTest
) -> Browser:
    """A citizen who was asked, with three certificates of a kind, of three names."""
    for name in ("이둘째", "박셋째"):
        issuer.claims = {**issuer.claims, "name": name}
        await world.wallets.accept(HOLDER, issuer.again())
    return citizen


def form_of(page: str) -> Fields:
    """Return what the browser would send of the question's form, untouched."""
    (form,) = FORM.findall(page)
    return [
        (name, html.unescape(value))
        for kind, name, value, checked in FIELD.findall(form)
        if kind == "hidden" or checked
    ]


def listed(page: str, query_id: str = "base") -> list[str]:
    """Return the keys of what may be picked for a credential query."""
    return [value for _, name, value, _ in FIELD.findall(page) if name == f"pick-{query_id}"]


def picking(fields: Fields, *keys: str, query_id: str = "base") -> Fields:
    """Return the form with these picked instead."""
    name = f"pick-{query_id}"
    return [*(pair for pair in fields if pair[0] != name), *((name, key) for key in keys)]


async def follow(browser: Browser, fields: Fields) -> None:
    """Press "next", and go where the page leads."""
    answer = await browser.client.get(f"/wallet/ask/check?{urlencode(fields)}")
    browser.page = answer.text
    if answer.status_code == 303:
        await browser.get(answer.headers["location"])


def names_sent(verifier: VerifierOfTest) -> list[object]:
    return [vc.sd.claims.get("name") for vc in verifier.verified]


async def test_the_newest_answers_until_another_is_picked(
    three: Browser, verifier: VerifierOfTest
) -> None:
    """
    P9: all that would do are listed, one is chosen, and its values are on the page.
    """
    await three.get(ask_page(verifier.link))

    assert 3 == len(listed(three.page))
    assert "비슷한 증명서가 3개 있습니다" in three.words
    assert 1 == three.page.count(" checked")
    await follow(three, form_of(three.page))
    await three.send(SEND, match=verifier.match)
    assert ["박셋째"] == names_sent(verifier)


@pytest.mark.parametrize(("place", "name"), [(1, "이둘째"), (2, "김카나리아")])
async def test_what_is_picked_is_shown_before_it_can_be_sent(
    three: Browser, verifier: VerifierOfTest, place: int, name: str
) -> None:
    """
    irmamobile#158: another was picked than the page shows, so the page comes again with it.
    """
    await three.get(ask_page(verifier.link))
    key = listed(three.page)[place]
    await follow(three, picking(form_of(three.page), key))

    assert "다른 증명서를 골랐습니다" in three.words
    assert name in three.words
    await follow(three, form_of(three.page))
    assert f'action="{SEND}"' in three.page
    assert name in three.words
    await three.send(SEND, match=verifier.match)
    assert [name] == names_sent(verifier)


async def test_several_are_sent_where_several_were_picked(
    three: Browser, verifier: VerifierOfTest
) -> None:
    """
    VP-43, ``multiple``: boxes instead of buttons; one by default, each that is ticked is sent.
    """
    verifier.dcql = {"credentials": [{**BASE, "multiple": True}]}
    await three.get(ask_page(verifier.link))
    assert "여러 개를 보낼 수 있습니다" in three.words
    keys = listed(three.page)

    await follow(three, picking(form_of(three.page), keys[2], keys[0]))
    await follow(three, form_of(three.page))
    assert "2개 보내기" in three.words
    await three.send(SEND, match=verifier.match)

    assert {"박셋째", "김카나리아"} == set(names_sent(verifier))
    assert 2 == len(names_sent(verifier))


async def test_nothing_picked_sends_nothing(three: Browser, verifier: VerifierOfTest) -> None:
    """
    All boxes unticked is no answer: nothing is picked in the citizen's place.
    """
    verifier.dcql = {"credentials": [{**BASE, "multiple": True}]}
    await three.get(ask_page(verifier.link))
    await follow(three, picking(form_of(three.page)))

    assert "이렇게 고른 것만으로는 보낼 수 없습니다" in three.words
    assert [] == verifier.responses


@pytest.mark.parametrize("made_up", ["", "0", "1", "base", "x" * 22])
async def test_a_pick_that_is_none_of_the_page_picks_nothing(
    three: Browser, verifier: VerifierOfTest, made_up: str
) -> None:
    """
    A pick names what it discloses; a place in the list is no name.
    """
    await three.get(ask_page(verifier.link))
    await follow(three, picking(form_of(three.page), made_up))

    assert "이렇게 고른 것만으로는 보낼 수 없습니다" in three.words
    assert [] == verifier.responses


async def test_optional_claims_are_those_of_the_certificate_picked(
    three: Browser, verifier: VerifierOfTest
) -> None:
    """
    The ticks on the page are bound to what it shows; what was ticked of another is not carried.
    """
    verifier.dcql = query("birth_date")
    await three.get(ask_page(verifier.link))
    (tick,) = re.findall(r'name="with" value="([^"]+)"', three.page)
    ticked = [*picking(form_of(three.page), listed(three.page)[2]), ("with", tick)]
    await follow(three, ticked)

    (other,) = re.findall(r'name="with" value="([^"]+)"', three.page)
    assert tick != other
    assert [] == re.findall(r'name="with" value="[^"]+" checked', three.page)
    await follow(three, [*form_of(three.page), ("with", other)])
    await three.send(SEND, match=verifier.match)
    (vc,) = verifier.verified
    assert {"name": "김카나리아", "birth_date": "1990-04-17"}.items() <= vc.sd.claims.items()


async def test_other_evidence_of_one_certificate_can_be_picked(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    Section 6.4.1: the verifier's first claim set is the default, the holder may give another.
    """
    paths: list[JsonObject] = [
        {"id": name, "path": [name]} for name in ("birth_date", "age_over_19")
    ]
    sets: JsonObject = {"claims": [*paths], "claim_sets": [["birth_date"], ["age_over_19"]]}
    verifier.dcql = {"credentials": [{**BASE, **sets}]}
    await citizen.get(ask_page(verifier.link))
    assert "만 19세 이상" in citizen.words
    assert 1 == citizen.words.count("1990. 4. 17.")

    await follow(citizen, picking(form_of(citizen.page), listed(citizen.page)[1]))
    assert "1990. 4. 17." not in citizen.words
    await follow(citizen, form_of(citizen.page))
    await citizen.send(SEND, match=verifier.match, surplus="yes")

    (vc,) = verifier.verified
    assert vc.sd.claims.get("age_over_19") is True
    assert "birth_date" not in vc.sd.claims


async def test_an_optional_certificate_is_a_way_of_its_own(
    citizen: Browser, verifier: VerifierOfTest, issuer: IssuerOfTest, world: World
) -> None:
    """
    VP-43: it is not sent unless the citizen says so, and then both go out.
    """
    issuer.kinds = ("tax-payment",)
    await world.wallets.accept(HOLDER, issuer.again())
    other = VCT.replace(KIND, "tax-payment")
    verifier.dcql = {
        "credentials": [BASE, {**BASE, "id": "tax", "meta": {"vct_values": [other]}}],
        "credential_sets": [
            {"options": [["base"]]},
            {"options": [["tax"]], "required": False},
        ],
    }
    await citizen.get(ask_page(verifier.link))
    ways = [value for _, name, value, _ in FIELD.findall(citizen.page) if name == "way"]
    assert 2 == len(ways)
    fields = [pair for pair in form_of(citizen.page) if pair[0] != "way"]

    await follow(citizen, [*fields, ("way", ways[1])])
    await follow(citizen, form_of(citizen.page))
    await citizen.send(SEND, match=verifier.match)

    assert {VCT, other} == {vc.vct for vc in verifier.verified}


async def test_one_that_was_revoked_is_marked_and_comes_last(
    three: Browser, verifier: VerifierOfTest, issuer: IssuerOfTest, world: World
) -> None:
    """
    H88: how each stands is beside it; picked all the same, the page warns of what to expect.
    """
    issuer.index, issuer.claims = 9, {**issuer.claims, "name": "최넷째"}
    await world.wallets.accept(HOLDER, issuer.again())
    issuer.statuses[9] = 1
    world.clock.now += issuer.ttl
    await three.get(ask_page(verifier.link))
    assert 1 == three.words.count("최넷째") == three.words.count("발급한 곳에서 거두었습니다")

    await follow(three, picking(form_of(three.page), listed(three.page)[-1]))
    assert 2 == three.words.count("최넷째")
    assert "이제 쓸 수 없습니다" in three.words
