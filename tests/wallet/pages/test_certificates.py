"""The list, a certificate read like its form, and taking one out."""

from datetime import timedelta

import pytest

from keys import base64url
from tests.issuers.pages.browser import Browser, Desks
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.mobile_of_test import DOCTYPE, MobileIssuerOfTest
from tests.wallet.world import HOLDER, World
from wallet.pages.standing import standing_of
from wallet.status.states import CredentialState

JPEG = b"\xff\xd8\xff\xe0 drawn"


async def test_an_empty_wallet_says_what_to_do_next(citizen: Browser) -> None:
    """
    Nothing held is no dead end: the button that begins stands on the page.
    """
    await citizen.get("/wallet")

    assert "아직 받은 증명서가 없습니다" in citizen.words
    assert 'href="/wallet/receive"' in citizen.page


@pytest.mark.parametrize(
    ("status", "words", "tone"),
    [
        (0, "쓸 수 있습니다", "yes"),
        (1, "발급한 곳에서 거두었습니다", "no"),
        (2, "잠시 멈춰 있습니다", "wait"),
        (3, "예전 내용입니다", "wait"),
    ],
    ids=["valid", "revoked", "suspended", "outdated"],
)
async def test_a_card_says_how_the_certificate_stands(
    citizen: Browser,
    certificate: str,
    issuer: IssuerOfTest,
    world: World,
    status: int,
    words: str,
    tone: str,
) -> None:
    """
    H88: what the issuer says today stands on the card, in a word and not by colour alone.
    """
    issuer.status = status
    world.clock.now += timedelta(minutes=6)  # past the list's ttl
    await citizen.get("/wallet")

    assert words in citizen.words
    assert f'class="state {tone}"' in citizen.page
    assert "등본" in citizen.words


async def test_what_could_not_be_checked_is_never_green(
    citizen: Browser, certificate: str, world: World
) -> None:
    """
    An issuer out of reach leaves a question mark, not a tick.
    """
    world.network.unreachable.add("issuer.example")
    await citizen.get("/wallet")

    assert "지금 확인하지 못했습니다" in citizen.words
    assert 'class="state yes"' not in citizen.page


@pytest.mark.parametrize("state", CredentialState, ids=str)
def test_only_a_valid_state_is_green(world: World, state: CredentialState) -> None:
    """
    Every state of the closed list has a tone, and one of them alone is yes.
    """
    now = world.clock.now
    far = standing_of(state, now + timedelta(days=30), now)

    assert ("yes" == far.tone) is (state is CredentialState.VALID)


@pytest.mark.parametrize(
    ("left", "text", "days"),
    [
        (timedelta(days=7, seconds=1), "state_valid", 0),
        (timedelta(days=7), "state_ends_soon", 7),
        (timedelta(days=1), "state_ends_soon", 1),
        (timedelta(hours=23), "state_ends_today", 0),
        (timedelta(seconds=-1), "state_ends_today", 0),
    ],
    ids=["more than a week", "a week", "a day", "hours", "over just now"],
)
def test_a_week_before_its_end_a_card_reminds(
    world: World, left: timedelta, text: str, days: int
) -> None:
    """
    The reminder counts whole days and never below none.
    """
    now = world.clock.now
    standing = standing_of(CredentialState.VALID, now + left, now)

    assert (text, days) == (standing.text, standing.days)
    assert "state_valid" == standing_of(CredentialState.VALID, None, now).text


async def test_a_certificate_is_read_in_the_order_of_its_form(
    citizen: Browser, certificate: str
) -> None:
    """
    Lines, blocks and tables under their own headings, as the issuer published them.
    """
    await citizen.get(f"/wallet/certificates/{certificate}")
    words = citizen.words

    order = [
        "성명",
        "김카나리아",
        "생년월일",
        "1990. 4. 17.",
        "주소",
        "시도",
        "서울특별시",
        "도로명",
    ]
    order += ["세대원", "세대원 성명", "김카나리아", "이카나리아", "만 19세 이상", "예"]
    places = []
    start = words.index("그림으로 보여 주기")
    for word in order:
        start = words.index(word, start)
        places.append(start)
    assert sorted(places) == places
    assert 1 == citizen.page.count("<table")


async def test_a_certificate_leads_to_whom_it_was_sent(citizen: Browser, certificate: str) -> None:
    """
    The link filters the history by this kind.
    """
    await citizen.get(f"/wallet/certificates/{certificate}")

    assert "/wallet/history?kind=" in citizen.page


async def test_deleting_asks_first_and_happens_once(
    citizen: Browser, certificate: str, world: World
) -> None:
    """
    A double click deletes one certificate, and both presses lead to the same page.
    """
    address = f"/wallet/certificates/{certificate}/delete"
    await citizen.get(address)
    assert "되돌릴 수 없습니다" in citizen.words
    assert 1 == len(await world.wallets.credentials(HOLDER))

    fields = citizen.fields(address)
    for _press in range(2):
        answer = await citizen.resend(address, fields)
        assert "/wallet?done=deleted" == answer.headers["location"]

    assert "증명서를 지웠습니다" in citizen.words
    assert () == await world.wallets.credentials(HOLDER)


@pytest.mark.parametrize(
    "path",
    [
        "/wallet/certificates/{}",
        "/wallet/certificates/{}/delete",
        "/wallet/show/code/{}",
    ],
)
async def test_another_citizens_certificate_is_nowhere(
    desks: Desks, citizen: Browser, certificate: str, path: str
) -> None:
    """
    H90: a foreign id answers like one that never was, letter for letter.
    """
    stranger = await desks.enter("second")

    foreign = await stranger.get(path.format(certificate), 404)
    absent = await stranger.get(path.format("A" * 22), 404)

    assert foreign.replace(certificate, "") == absent.replace("A" * 22, "")
    assert "그런 증명서가 지갑에 없습니다" in stranger.words


async def test_another_citizens_certificate_cannot_be_deleted(
    desks: Desks, citizen: Browser, certificate: str, world: World
) -> None:
    """
    H90: a form made by hand with a foreign id changes nothing.
    """
    stranger = await desks.enter("second")
    await stranger.get("/wallet/show/desk/x", 404)
    await stranger.get("/wallet/scan")
    fields = stranger.fields("/wallet/scan")

    answer = await stranger.resend(f"/wallet/certificates/{certificate}/delete", fields)

    assert 404 == answer.status_code
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_a_card_shows_its_portrait_to_its_holder_alone(
    citizen: Browser, desks: Desks, world: World
) -> None:
    """
    The picture has an address of its own below the card; nobody reads octets as text, nor does a
    namespace head anything. No other element is a picture, and to anybody else there is no card.
    """
    issuer = MobileIssuerOfTest(world)
    issuer.claims = {DOCTYPE: {"name": "김예원", "portrait": base64url.encode(JPEG)}}
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    (held,) = await world.wallets.credentials(HOLDER)
    page = f"/wallet/certificates/{held.id}"
    address = f"{page}/pictures/{DOCTYPE}"

    await citizen.get(page)
    assert f'<img src="{address}/portrait" alt="portrait"' in citizen.page
    assert base64url.encode(JPEG) not in citizen.page
    assert f"<h2>{DOCTYPE}" not in citizen.page
    got = await citizen.client.get(f"{address}/portrait")
    assert (JPEG, "image/jpeg") == (got.content, got.headers["content-type"])
    assert "no-store" == got.headers["cache-control"]
    assert 404 == (await citizen.client.get(f"{address}/name")).status_code
    other = await desks.enter("second")
    assert 404 == (await other.client.get(f"{address}/portrait")).status_code
