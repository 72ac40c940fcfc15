"""Getting a certificate by signing in with its issuer, in a browser."""

import re
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest

from tests.issuers.pages.browser import Browser, Desks
from tests.wallet.authorization_server_of_test import AUTHORIZE, AuthorizationServerOfTest
from tests.wallet.issuer_of_test import ISSUER, KIND, IssuerOfTest
from tests.wallet.world import HOLDER, World, json_reply
from wallet.pages.codes import receive_page

SIGN_IN = "/wallet/receive/sign-in"
LEADS_ON = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')


@pytest.fixture
def server(issuer: IssuerOfTest) -> AuthorizationServerOfTest:
    """The issuer as its own authorization server."""
    return AuthorizationServerOfTest(issuer)


async def begin(citizen: Browser, server: AuthorizationServerOfTest) -> str:
    """Look at the offer, begin, and return the address the browser is led to."""
    await citizen.get(receive_page(server.offer()))
    await citizen.send(SIGN_IN)
    found = LEADS_ON.search(citizen.page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def back(address: str) -> str:
    """Return the path on our service that a redirect leads to."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


async def test_who_issues_what_is_seen_before_anything_begins(
    citizen: Browser, server: AuthorizationServerOfTest, world: World
) -> None:
    """
    The offer's page names the issuer, the kind and where one signs in; looking asks for nothing.
    """
    await citizen.get(receive_page(server.offer()))

    assert "시험 등록 기관" in citizen.words
    assert f"증명서 {KIND}" in citizen.words
    assert "본인 확인하는 곳 issuer.example" in citizen.words
    assert [] == server.requests
    assert () == await world.wallets.history(HOLDER)


async def test_the_way_there_and_back_ends_with_the_certificate(
    citizen: Browser, server: AuthorizationServerOfTest
) -> None:
    """
    One press leads on by itself, with a link beside it; the code stays not in the address.
    """
    url = await begin(citizen, server)
    assert url.startswith(f"{AUTHORIZE}?client_id=")
    assert f'href="{url}"' in citizen.page.replace("&amp;", "&")
    answer = await citizen.client.get(back(server.sign_in(url)))

    assert 303 == answer.status_code
    await citizen.get(answer.headers["location"])
    assert "code" not in answer.headers["location"]
    assert "지갑에 담았습니다" in citizen.words


async def test_pressing_twice_begins_once(
    citizen: Browser, server: AuthorizationServerOfTest
) -> None:
    """
    A double click pushes one request, and both lead to the same page.
    """
    await citizen.get(receive_page(server.offer()))
    fields = citizen.fields(SIGN_IN)
    answers = [await citizen.resend(SIGN_IN, fields) for _ in range(2)]

    assert 1 == len({answer.headers["location"] for answer in answers})
    assert 1 == len(server.requests)


async def test_coming_from_the_issuer_takes_one_step_on_our_own_page(
    citizen: Browser, server: AuthorizationServerOfTest, desks: Desks
) -> None:
    """
    SameSite=Strict: without the session nothing is redeemed; our own page comes again with it.
    """
    url = await begin(citizen, server)
    path = back(server.sign_in(url))
    stranger = desks.stranger()
    answer = await stranger.client.get(path, headers={"sec-fetch-site": "cross-site"})

    assert 200 == answer.status_code
    assert f"url={path}".replace("&", "&amp;") in answer.text
    assert 0 == server.tokens
    assert 303 == (await citizen.client.get(path)).status_code


TOLD = {
    "declined": ("거절되어 증명서를 받지 않았습니다", 422),
    "refused": ("본인 확인을 더 진행하지 않았습니다", 502),
    "expired": ("너무 오래 걸렸습니다", 422),
    "mixed up": ("다른 서버가 응답했습니다", 422),
    "nobody's": ("이 응답을 기다리는 본인 확인이 없습니다", 404),
}


@pytest.mark.parametrize("name", TOLD)
async def test_what_did_not_work_is_told_in_its_own_words(
    citizen: Browser, server: AuthorizationServerOfTest, world: World, name: str
) -> None:
    """
    Cancelled, refused, too late, another server, nobody's: each with its next step, and what the
    issuer sent along is in no link of the page.
    """
    words, status = TOLD[name]
    url = await begin(citizen, server)
    match name:
        case "declined":
            path = back(server.decline(url))
        case "refused":
            path = back(server.decline(url, "server_error"))
        case "expired":
            path = back(server.sign_in(url))
            world.clock.now += timedelta(minutes=11)
        case "mixed up":
            path = back(server.sign_in(url)).replace("iss=https%3A%2F%2Fissuer", "iss=https%3A")
        case _:
            path = "/wallet/authorized?code=x&state=y"
    await citizen.get(path, status)

    assert words in citizen.words
    assert "/wallet/receive" in citizen.page
    assert "/wallet/authorized" not in citizen.page
    assert 0 == server.tokens


async def test_the_way_out_is_shown_to_its_holder_only(
    citizen: Browser, server: AuthorizationServerOfTest, desks: Desks
) -> None:
    """
    H90: another citizen finds nothing there, and no name of an issuer.
    """
    await citizen.get(receive_page(server.offer()))
    answer = await citizen.send(SIGN_IN)
    other = await desks.enter("second")
    await other.get(answer.headers["location"], 404)

    assert "issuer.example" not in other.page


async def test_a_certificate_can_be_asked_for_that_nobody_offered(
    citizen: Browser, server: AuthorizationServerOfTest
) -> None:
    """
    Wallet-initiated: an address, the issuer's list, the same page that asks before it begins.
    """
    server.with_scope()
    await citizen.get("/wallet/request")
    await citizen.get(f"/wallet/request?issuer={quote(ISSUER.removeprefix('https://'), safe='')}")
    assert KIND in citizen.words
    found = re.search(r'href="(/wallet/receive\?[^"]*)"', citizen.page)
    assert found is not None
    await citizen.get(found[1].replace("&amp;", "&"))
    await citizen.send(SIGN_IN)

    (request,) = server.requests
    assert request.scope


async def test_an_address_that_is_no_issuer_is_told(citizen: Browser, world: World) -> None:
    """
    A typing error, a site that issues nothing, one out of reach; the field is one step back.
    """
    await citizen.get("/wallet/request?issuer=a%20b", 422)
    assert "/wallet/request" in citizen.page
    await citizen.get("/wallet/request?issuer=elsewhere.example", 422)
    world.network.unreachable.add("elsewhere.example")
    await citizen.get("/wallet/request?issuer=elsewhere.example", 502)


async def test_an_issuer_of_other_things_has_nothing_for_this_wallet(
    citizen: Browser, issuer: IssuerOfTest
) -> None:
    """
    Formats this wallet cannot hold are not offered as a choice.
    """
    issuer.metadata = {"credential_configurations_supported": {"a": {"format": "jwt_vc_json"}}}
    await citizen.get(f"/wallet/request?issuer={quote(ISSUER, safe='')}")

    assert "이 지갑에 담을 수 있는 증명서를 주지 않는 곳입니다" in citizen.words


async def test_what_an_issuer_still_prepares_is_told(
    citizen: Browser, server: AuthorizationServerOfTest
) -> None:
    """
    Section 9: signed in, allowed, not ready: the page and the list say that it comes by itself.
    """
    server.issuer.metadata = {"deferred_credential_endpoint": f"{ISSUER}/deferred"}
    server.issuer.change_response = lambda _: json_reply(
        {"transaction_id": "t-1", "interval": 60}, 202
    )
    url = await begin(citizen, server)
    answer = await citizen.client.get(back(server.sign_in(url)))
    await citizen.get(answer.headers["location"])
    assert "증명서를 준비하고 있습니다" in citizen.words
    assert "이미 지웠습니다" not in citizen.words
    await citizen.get("/wallet")

    assert "준비하는 중" in citizen.words
    assert "issuer.example" in citizen.words
