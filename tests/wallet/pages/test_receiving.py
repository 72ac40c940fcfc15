"""Taking a certificate: seen before it is taken, taken once, each failure in its own words."""

import asyncio

import pytest

from tests.issuers.pages.browser import Browser
from tests.wallet.issuer_of_test import ISSUER, IssuerOfTest
from tests.wallet.world import HOLDER, World
from wallet.pages.codes import receive_page
from web.qr import qr_png

TAKE = "/wallet/receive"


async def test_an_offer_is_seen_before_it_is_taken(
    citizen: Browser, issuer: IssuerOfTest, world: World
) -> None:
    """
    Who offers what, and from which address; looking redeems nothing.
    """
    await citizen.get(receive_page(issuer.offer_uri()))

    assert "이 증명서를 받을까요?" in citizen.words
    assert "시험 등록 기관" in citizen.words
    assert "issuer.example" in citizen.words
    assert 0 == issuer.codes_used
    assert 0 == issuer.issued
    assert () == await world.wallets.history(HOLDER)


@pytest.mark.parametrize("by", ["value", "reference"])
async def test_a_pasted_offer_becomes_a_certificate(
    citizen: Browser, issuer: IssuerOfTest, by: str
) -> None:
    """
    Paste, look, take: the result page lists what came.
    """
    await citizen.get("/wallet/receive")
    await citizen.send("/wallet/scan", link=f"  {issuer.offer_uri(by=by)}\n")
    await citizen.send(TAKE)

    assert "지갑에 담았습니다" in citizen.words
    assert "등본" in citizen.words
    assert 1 == issuer.issued


async def test_a_picture_of_an_offer_leads_to_it(citizen: Browser, issuer: IssuerOfTest) -> None:
    """
    The picture of a code does what its address does.
    """
    await citizen.get("/wallet/scan")
    await citizen.upload("/wallet/scan", qr_png(issuer.offer_uri()), link="")

    assert "이 증명서를 받을까요?" in citizen.words


@pytest.mark.parametrize("press", ["twice", "at once", "back button"])
async def test_pressing_again_takes_nothing_twice(
    citizen: Browser, issuer: IssuerOfTest, world: World, press: str
) -> None:
    """
    Double click, the back button and a second tab lead to the one certificate.
    """
    await citizen.get(receive_page(issuer.offer_uri()))
    fields = citizen.fields(TAKE)
    match press:
        case "at once":
            answers = await asyncio.gather(
                *(citizen.client.post(TAKE, data=fields, headers=citizen.own) for _ in range(3))
            )
        case "back button":
            answers = [await citizen.resend(TAKE, fields)]
            await citizen.get(receive_page(issuer.offer_uri()))
            answers.append(await citizen.send(TAKE))
        case _:
            answers = [await citizen.resend(TAKE, fields) for _ in range(2)]

    assert 1 == len({answer.headers["location"] for answer in answers})
    assert 1 == len(await world.wallets.credentials(HOLDER))
    assert 1 == issuer.issued


async def test_a_wrong_number_is_told_and_may_be_typed_again(
    citizen: Browser, issuer: IssuerOfTest
) -> None:
    """
    The same page again, the same offer, nothing to begin anew.
    """
    issuer.tx_code = "493536"
    await citizen.get(receive_page(issuer.offer_uri()))
    fields = citizen.fields(TAKE)
    assert "창구에서 받은 번호" in citizen.words

    missing = await citizen.resend(TAKE, {**fields, "tx_code": " "})
    assert 400 == missing.status_code
    assert "번호가 있어야 받을 수 있습니다" in citizen.words
    wrong = await citizen.resend(TAKE, {**fields, "tx_code": "000000"})
    assert 502 == wrong.status_code
    assert "번호가 다르거나, 이미 쓴 코드거나" in citizen.words
    assert receive_page(issuer.offer_uri()).partition("=")[2] in citizen.page

    await citizen.resend(TAKE, {**fields, "tx_code": "493536"})
    assert "지갑에 담았습니다" in citizen.words


async def test_an_issuer_out_of_reach_keeps_the_offer_good(
    citizen: Browser, issuer: IssuerOfTest, world: World
) -> None:
    """
    The page says whose turn it is, and the same code works a moment later.
    """
    world.network.unreachable.add("issuer.example")
    await citizen.get(receive_page(issuer.offer_uri()), 502)
    assert "잠시 뒤에 같은 코드로 다시" in citizen.words

    world.network.unreachable.clear()
    await citizen.get(receive_page(issuer.offer_uri()))
    await citizen.send(TAKE)
    assert "지갑에 담았습니다" in citizen.words


async def test_an_issuer_without_names_is_shown_by_its_address(
    citizen: Browser, issuer: IssuerOfTest
) -> None:
    """
    No name is invented: the address speaks for itself, the kind by its own id.
    """
    issuer.metadata = {}
    await citizen.get(receive_page(issuer.offer_uri()))

    assert "주는 곳 issuer.example" in citizen.words
    assert "증명서 resident-register" in citizen.words


async def test_a_name_that_turns_the_reading_is_marked(
    citizen: Browser, issuer: IssuerOfTest
) -> None:
    """
    H64, H65: an issuer's own name is text, isolated, its hidden characters visible.
    """
    issuer.metadata = {
        "display": [{"name": "<script>alert(1)</script>\u202egnab \u0430uthority"}],
    }
    await citizen.get(receive_page(issuer.offer_uri()))

    assert "<script>alert" not in citizen.page
    assert "<bdi>&lt;script&gt;alert(1)" in citizen.page
    assert "[U+202E]" in citizen.words
    assert 'mark class="odd"' in citizen.page


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffers%2F1", "receive"),
        ("credential_offer=%7B%7D", "receive"),
        ("request_uri=https%3A%2F%2Fdesk.example%2Frequests%2F1&client_id=x", "ask"),
        ("request_uri=openid4vp%3A%2F%2F%3Frequest_uri%3Dx", "ask"),
        ("other=1", "scan"),
    ],
)
async def test_an_institutions_link_page_leads_here(
    citizen: Browser, query: str, leads_to: str
) -> None:
    """
    ``/wallet/open`` takes the parameters of both protocols, whole or one by one.
    """
    answer = await citizen.client.get(f"/wallet/open?{query}")

    assert 303 == answer.status_code
    assert answer.headers["location"].startswith(f"/wallet/{leads_to}")


async def test_what_came_is_told_also_when_it_is_gone(citizen: Browser) -> None:
    """
    The result page opened later, after the certificate was deleted.
    """
    await citizen.get("/wallet/received?id=gone")

    assert "이미 지웠습니다" in citizen.words
    assert ISSUER not in citizen.page
