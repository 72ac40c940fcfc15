"""Who asks: choose, check, send or refuse; what is sent is what was ticked and shown."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations
from urllib.parse import urlencode

import pytest

from consent.forms.match_number import MatchNumber
from consent.forms.offer import SharingFlow
from consent.forms.statutory import StatutoryView, rule_of
from consent.forms.terms import Retention
from keys.strict_json import JsonObject, JsonValue
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse
from tests.issuers.pages.browser import Browser, Desks
from tests.wallet.issuer_of_test import KIND, VCT, IssuerOfTest
from tests.wallet.page_of_test import PageOfTest
from tests.wallet.stranger_of_test import StrangerOfTest
from tests.wallet.verifier_of_test import BASE, VerifierOfTest, same_text
from tests.wallet.world import HOLDER, World
from wallet.pages.codes import ask_page

SEND, REFUSE = "/wallet/ask/send", "/wallet/ask/refuse"
TICK = re.compile(r'<input type="checkbox" name="with" value="([^"]+)"')
FREE = ("birth_date", "age_over_19")
EVERY_CHOICE = [*chain.from_iterable(combinations(FREE, size) for size in range(3))]


def free_choice() -> JsonObject:
    """A query with two optional claims, each choice of them an option."""
    named: list[JsonObject] = [
        {
            **BASE,
            "id": "_".join(("base", *free)),
            "claims": [{"path": [n]} for n in ("name", *free)],
        }
        for free in EVERY_CHOICE
    ]
    options: list[JsonValue] = [[each["id"]] for each in named]
    return {"credentials": [*named], "credential_sets": [{"options": options}]}


@pytest.fixture
def verifier(verifier_of_citizen: VerifierOfTest) -> VerifierOfTest:
    """A party that needs the name, and takes two more claims if the citizen likes."""
    verifier_of_citizen.dcql = free_choice()
    assert verifier_of_citizen.terms is not None
    verifier_of_citizen.terms = replace(verifier_of_citizen.terms, optional=FREE)
    return verifier_of_citizen


async def ticks(citizen: Browser, verifier: VerifierOfTest) -> dict[str, str]:
    """Open the question, and return what each tick says, by the claim it is bound to."""
    await citizen.get(ask_page(verifier.link))
    return {tick.rpartition(" ")[2]: tick for tick in TICK.findall(citizen.page)}


async def check(
    citizen: Browser, verifier: VerifierOfTest, *ticked: str, status: int = 200
) -> str:
    """Go on to the last summary with these ticks."""
    asked = urlencode([("request_uri", verifier.link), *(("with", tick) for tick in ticked)])
    return await citizen.get(f"/wallet/ask/check?{asked}", status)


def sent(verifier: VerifierOfTest) -> set[str]:
    (vc,) = verifier.verified
    return set(vc.sd.claims) & {"name", "address", "members", *FREE}


async def test_the_question_says_who_what_why_and_how_long(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    P9: everything of the terms stands on the page before anything may be sent.
    """
    await citizen.get(ask_page(verifier.link))

    for words in (
        *("시험 은행", "desk.example", "Test verifier root", "To check your address"),
        *(
            "Thirty days",
            "개인정보 보호법 제15조제1항제1호",
            "https://desk.example/notice",
            "Online",
            "처음 보내는 곳",
        ),
        *("성명", "김카나리아", "꼭 필요한 것", "더 보내도 되는 것", "지금 보내려는 것: 1개"),
    ):
        assert words in citizen.words
    assert "checked" not in citizen.page
    assert [] == verifier.responses


async def test_needed_claims_are_words_with_a_lock_and_free_ones_are_ticks(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    No greyed box: what cannot be dropped is no control at all.
    """
    bound = await ticks(citizen, verifier)

    assert set(FREE) == set(bound)
    assert 1 == citizen.page.count('class="choice locked"')
    assert "disabled" not in citizen.page


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=lambda chosen: "+".join(chosen) or "none")
async def test_what_is_sent_is_what_was_ticked(
    citizen: Browser, verifier: VerifierOfTest, chosen: tuple[str, ...]
) -> None:
    """
    irmamobile#158: for every choice the set that is sent is the set that was ticked and shown.
    """
    bound = await ticks(citizen, verifier)
    await check(citizen, verifier, *(bound[name] for name in reversed(chosen)))
    assert f"{1 + len(chosen)}개 보내기" in citizen.words
    for name, value in zip(FREE, ("1990. 4. 17.", "예"), strict=True):
        assert (value in citizen.words) is (name in chosen)

    await citizen.send(SEND, match=verifier.match)

    assert {"name", *chosen} == sent(verifier)
    assert "보냈습니다" in citizen.words
    assert citizen.words.count("만 19세 이상") == ("age_over_19" in chosen)


@pytest.mark.parametrize("made_up", ["x members.*.name", "members", "address", "0", "name"])
async def test_a_tick_that_is_none_of_the_page_chooses_nothing(
    citizen: Browser, verifier: VerifierOfTest, made_up: str
) -> None:
    """
    Ticks are bound to paths of this question; any other is told, and nothing is sent.
    """
    await check(citizen, verifier, made_up, status=422)

    assert "이렇게 고른 것만으로는 보낼 수 없습니다" in citizen.words
    assert [] == verifier.responses


@pytest.mark.parametrize("press", ["twice", "at once", "two tabs", "back button"])
async def test_sending_again_sends_nothing_twice(
    citizen: Browser, verifier: VerifierOfTest, world: World, press: str
) -> None:
    """
    Double click, back button, two tabs: one answer, one entry, and everybody is told so.
    """
    await check(citizen, verifier)
    fields = citizen.fields(SEND) | {"match": verifier.match}
    match press:
        case "at once":
            await asyncio.gather(
                *(citizen.client.post(SEND, data=fields, headers=citizen.own) for _ in range(3))
            )
        case "two tabs":
            await check(citizen, verifier)
            other = citizen.fields(SEND) | {"match": verifier.match}
            await citizen.resend(SEND, fields)
            answer = await citizen.resend(SEND, other)
            assert 409 == answer.status_code
            assert "이미 답한 코드입니다" in citizen.words
        case "back button":
            await citizen.resend(SEND, fields)
            await check(citizen, verifier)
            answer = await citizen.send(SEND, match=verifier.match)
            assert 409 == answer.status_code
        case _:
            places = {(await citizen.resend(SEND, fields)).headers["location"] for _ in range(2)}
            assert 1 == len(places)

    assert 1 == len(verifier.responses)
    assert 1 == len(world.ledger.submissions)


async def test_a_question_that_changed_after_the_summary_gets_nothing(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    The summary's form answers the question it shows; another under the same link is refused.
    """
    verifier.prefix = "x509_san_dns"
    await check(citizen, verifier)
    assert verifier.terms is not None
    kept = Retention("P10Y", same_text("Ten years"))
    verifier.terms = replace(verifier.terms, retention=kept)
    answer = await citizen.send(SEND, match=verifier.match)

    assert 422 == answer.status_code
    assert "보여 드린 것과 묻는 것이 달라졌습니다" in citizen.words
    assert [] == verifier.responses


async def test_refusing_is_as_easy_as_sending(citizen: Browser, verifier: VerifierOfTest) -> None:
    """
    Both answers stand side by side on both pages; after a no, the page says that nothing went.
    """
    for page in (ask_page(verifier.link), f"/wallet/ask/check?request_uri={verifier.link}"):
        await citizen.get(page.replace("&request_uri=https", "%26request_uri=https"))
        assert f'action="{REFUSE}"' in citizen.page
    await citizen.get(ask_page(verifier.link))
    await citizen.send(REFUSE)

    assert "아무것도 보내지 않았습니다" in citizen.words
    assert isinstance(verifier.responses[0], ErrorResponse)
    assert "영수증" in citizen.words


async def test_the_party_leads_on_by_itself_and_by_a_link(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    OpenID4VP section 8.2: the browser is led on in time to be stopped; a link is there at once.
    """
    page = await sent_page(citizen, verifier)
    led = await citizen.client.get(page)

    assert f"25; url={BACK}" == led.headers["refresh"]
    assert f'href="{BACK}"' in led.text
    assert "25초 뒤에 기관 화면이 저절로 열립니다" in led.text
    assert "response_code" not in page


async def test_nobody_is_led_on_who_wants_to_stay_or_looks_later(
    citizen: Browser, verifier: VerifierOfTest, world: World
) -> None:
    """
    WCAG 2.2.1: a link without a script stops it; a page opened again only has the link.
    """
    page = await sent_page(citizen, verifier)
    await citizen.get(page)
    [stay] = re.findall(r'href="(/wallet/sent/[^"]*stay[^"]*)"', citizen.page)
    stayed = await citizen.client.get(stay)
    world.clock.now += timedelta(minutes=1)
    later = await citizen.client.get(page)

    for answer in (stayed, later):
        assert "refresh" not in answer.headers
        assert f'href="{BACK}"' in answer.text
        assert "저절로" not in answer.text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://a.example/", None])
async def test_nobody_is_led_where_a_browser_should_not_go(
    citizen: Browser, verifier: VerifierOfTest, address: str | None
) -> None:
    """
    Only https, or the very scheme and host that was answered to.
    """
    answer = await citizen.client.get(await sent_page(citizen, verifier, address))

    assert "refresh" not in answer.headers
    assert "저절로" not in answer.text


BACK = "https://desk.example/return?response_code=abc"


async def sent_page(citizen: Browser, verifier: VerifierOfTest, address: str | None = BACK) -> str:
    """Answer a party that returns an address; the page that says what was sent."""
    verifier.redirect_uri = address
    await check(citizen, verifier)
    answer = await citizen.send(SEND, match=verifier.match)
    return str(answer.headers["location"])


async def test_nothing_held_says_what_is_missing_and_where_to_get_it(
    desks: Desks, verifier: VerifierOfTest, world: World
) -> None:
    """
    The type is named as a held one would be; the party learns nothing by it.
    """
    stranger = await desks.enter("second")
    await stranger.get(ask_page(verifier.link))

    assert "보낼 증명서가 없습니다" in stranger.words
    assert VCT in stranger.words
    assert "지갑에 없습니다" in stranger.words
    assert 'href="/issuers"' in stranger.page
    assert [] == verifier.responses
    assert [] == [
        each for each in world.network.asked if VCT == each.url and "second" in str(each)
    ]


async def test_what_the_party_did_not_register_is_marked(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    Asking for more than one's own terms name is told in words, claim by claim.
    """
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, information=("name",), optional=())
    await citizen.get(ask_page(verifier.link))

    assert "스스로 밝힌 것보다 더 묻습니다" in citizen.words
    assert citizen.words.count("생년월일") == 2


async def test_what_goes_beyond_the_terms_takes_a_tick_of_its_own(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    P9: a block right before the sending names the extra claim; without its tick nothing goes out.
    """
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, information=("name",), optional=())
    extra = (await ticks(citizen, verifier))["birth_date"]
    await check(citizen, verifier, extra)

    assert "밝힌 목적에 없는 것입니다" in citizen.words
    assert 'name="surplus" value="yes" required' in citizen.page
    await citizen.send(SEND, match=verifier.match)
    assert "스스로 밝힌 것보다 더 묻습니다" in citizen.words
    assert [] == verifier.responses

    await check(citizen, verifier, extra)
    await citizen.send(SEND, match=verifier.match, surplus="yes")
    assert {"name", "birth_date"} == sent(verifier)
    await citizen.get("/wallet/history")
    assert "지나치게 물음" in citizen.words


async def test_what_is_within_the_terms_takes_none(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    The extra claim left out, the page asks for nothing more than a press.
    """
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, information=("name",), optional=())
    await check(citizen, verifier)

    assert "밝힌 목적에 없는 것입니다" not in citizen.words
    await citizen.send(SEND, match=verifier.match)
    assert {"name"} == sent(verifier)


async def test_a_party_without_terms_is_told_apart(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    Same page, other words: no reason and no period are promised.
    """
    verifier.terms = None
    await citizen.get(ask_page(verifier.link))

    assert "왜 묻는지, 얼마나 두는지 말하지 않았습니다" in citizen.words


async def test_a_party_that_calls_itself_otherwise_is_marked(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    H64: the certified name stands first, the party's own beside it with a warning.
    """
    verifier.name = "Test Bank"
    verifier.certify()
    await citizen.get(ask_page(verifier.link))

    assert "묻는 곳 Test Bank" in citizen.words
    assert "보증된 이름과 다른 이름을 씁니다" in citizen.words


async def test_what_the_law_withholds_is_told_and_not_sent(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    A creditor's request for this kind gets nothing, whoever agrees.
    """
    assert verifier.terms is not None
    basis = rule_of(StatutoryView.CREDITOR).legal_basis
    verifier.terms = replace(verifier.terms, legal_basis=basis)
    await citizen.get(ask_page(verifier.link))

    assert "법에 따라 보낼 수 없습니다" in citizen.words
    assert "성명" in citizen.words
    assert f'action="{SEND}"' not in citizen.page
    assert f'action="{REFUSE}"' in citizen.page


async def test_two_kinds_that_would_do_are_two_ways(
    citizen: Browser, verifier: VerifierOfTest, issuer: IssuerOfTest, world: World
) -> None:
    """
    The citizen may answer with another certificate; each way shows its own claims alone.
    """
    issuer.code, issuer.codes_used, issuer.kinds = "code-2", 0, ("tax-payment",)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    other = VCT.replace(KIND, "tax-payment")
    verifier.dcql = {
        "credentials": [BASE, {**BASE, "id": "tax", "meta": {"vct_values": [other]}}],
        "credential_sets": [{"options": [["base"], ["tax"]]}],
    }
    await citizen.get(ask_page(verifier.link))
    assert "어느 증명서로 답할까요?" in citizen.words
    ways = re.findall(r'name="way" value="([^"]*)"( checked)?', citizen.page)
    assert [" checked", ""] == [is_checked for _, is_checked in ways]

    await citizen.get(f"{ask_page(verifier.link)}&{urlencode({'way': ways[1][0]})}")
    chosen = re.findall(r'name="way" value="([^"]*)" checked', citizen.page)
    assert [ways[1][0]] == chosen
    asked = urlencode({"request_uri": verifier.link, "way": chosen[0]})
    await citizen.get(f"/wallet/ask/check?{asked}")
    await citizen.send(SEND, match=verifier.match)

    (vc,) = verifier.verified
    assert other == vc.vct
    assert isinstance(verifier.responses[0], AuthorizationResponse)


async def test_rows_of_a_table_are_one_thing_to_agree_to(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    A claim asked of every member is one line with all its values.
    """
    verifier.dcql = {
        "credentials": [{**BASE, "claims": [{"path": ["members", None, "name"]}]}],
    }
    await check(citizen, verifier)

    assert "1개 보내기" in citizen.words
    assert "세대원 · 세대원 성명" in citizen.words
    assert "김카나리아" in citizen.words
    assert "이카나리아" in citizen.words


HOSTILE = (
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "{{ 7*7 }}",
    "{% raw %}",
    "=cmd|' /C calc'!A0",
    "</dd></dl><form action=//evil>",
    "[a](javascript:alert(1))",
    "x{background:url(//evil)}",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_text(
    citizen: Browser,
    certificate: str,
    issuer: IssuerOfTest,
    world: World,
    verifier: VerifierOfTest,
    text: str,
) -> None:
    """
    H65: in a value, a party's name and its promise: no markup, no template, no style.
    """
    issuer.claims = {**issuer.claims, "name": text}
    issuer.code, issuer.codes_used = "code-2", 0
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    verifier.name = text
    verifier.certify()
    assert verifier.terms is not None
    purpose = replace(verifier.terms.purpose, text=same_text(text))
    verifier.terms = replace(verifier.terms, purpose=purpose)

    await citizen.get(ask_page(verifier.link))
    # The party's name and its purpose, and the citizen's own name as a value: there, and in the
    # list of the two certificates that would do, where it tells one from the other.
    assert 4 == citizen.words.count(text)
    assert "<" not in text or text not in citizen.page
    await check(citizen, verifier)
    assert 3 == citizen.words.count(text)
    assert "<" not in text or text not in citizen.page


async def test_the_question_without_a_link_leads_to_the_reader(citizen: Browser) -> None:
    """
    An address cut short is no dead end.
    """
    answer = await citizen.client.get("/wallet/ask")

    assert (303, "/wallet/scan") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize("picked", ["another of the three", "none"])
async def test_another_number_than_the_desks_is_a_no(
    citizen: Browser, verifier: VerifierOfTest, picked: str
) -> None:
    """
    T9: whoever scanned a strange code picks a number it has not; the party is told no, once.
    """
    await check(citizen, verifier)
    others = [
        number for number in MatchNumber.of(verifier.nonce).choices if number != verifier.match
    ]
    fields = citizen.fields(SEND)
    assert all(number in citizen.words for number in (*others, verifier.match))

    answer = await citizen.resend(
        SEND, fields | ({"match": others[0]} if "three" in picked else {})
    )

    assert 422 == answer.status_code
    assert "창구 화면의 번호와 다릅니다" in citizen.words
    assert ([], 1) == (verifier.verified, len(verifier.responses))
    assert isinstance(verifier.responses[0], ErrorResponse)
    await check(citizen, verifier)
    assert 409 == (await citizen.send(SEND, match=verifier.match)).status_code
    assert [] == verifier.verified


async def test_on_the_same_device_there_is_no_number(
    citizen: Browser, verifier: VerifierOfTest
) -> None:
    """
    Nobody stands before a second screen: the session that comes back is what counts there.
    """
    verifier.flow = SharingFlow.SAME_DEVICE
    await check(citizen, verifier)
    assert "match" not in citizen.page

    await citizen.send(SEND)

    assert {"name"} == sent(verifier)


async def test_a_party_nobody_vouches_for_is_shown_as_that(
    citizen: Browser, world: World, issuer: IssuerOfTest, certificate: str
) -> None:
    """
    T13: no name of its own stands on the page, and nothing is sent without one more tick.
    """
    stranger = StrangerOfTest(world, issuer, kind="did:key", name="시험 은행")

    await citizen.get(ask_page(stranger.link))
    assert "보증하는 곳이 없어" in citizen.words
    assert stranger.host in citizen.words
    assert "시험 은행" not in citizen.words

    await check(citizen, stranger)
    await citizen.send(SEND)
    assert "보낸 것은 없습니다" in citizen.words
    assert [] == stranger.responses

    await check(citizen, stranger)
    await citizen.send(SEND, unverified="yes")
    assert {"name"} == sent(stranger)


async def test_a_registered_party_says_who_registered_it(
    citizen: Browser, world: World, issuer: IssuerOfTest, certificate: str
) -> None:
    """
    P9: the word for how it is known is not that of a certificate.
    """
    known = StrangerOfTest(world, issuer, kind="registered", terms=None)

    await citizen.get(ask_page(known.link))

    assert "The Shop" in citizen.words
    assert "이 지갑에 등록된 곳" in citizen.words


async def test_what_a_browser_hands_over_is_asked_on_the_same_page(
    citizen: Browser, verifier_of_citizen: VerifierOfTest
) -> None:
    """
    One question, one last summary, one button, whichever way the question came.
    """
    verifier_of_citizen.flow = SharingFlow.SAME_DEVICE
    page = PageOfTest(verifier_of_citizen)
    request_uri = await page.hand_over()
    await citizen.get(ask_page(request_uri))
    assert "시험 은행" in citizen.words
    await citizen.get(f"/wallet/ask/check?{urlencode({'request_uri': request_uri})}")
    await citizen.send(SEND)

    assert isinstance(await page.opened(request_uri), AuthorizationResponse)
