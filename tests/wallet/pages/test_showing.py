"""Showing a picture: a one-time link a desk asks through, and a code that says all by itself."""

import re
from datetime import timedelta

import pytest

from standards.shown_code.code import PREFIX
from tests.issuers.pages.browser import Browser, Desks
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, WALLET_URL, World
from wallet.pages.codes import ask_page

LINK = "/wallet/show/desk"
TICK = re.compile(r'<input type="checkbox" name="show" value="([^"]+)"')


async def opened(citizen: Browser) -> str:
    """Open a link for a desk, and return the code in it."""
    await citizen.get("/wallet/show")
    answer = await citizen.send(LINK)
    return str(answer.headers["location"]).partition("?")[0].rpartition("/")[2]


async def test_a_picture_for_a_desk_says_how_long_it_lives(
    citizen: Browser, certificate: str
) -> None:
    """
    The code is a short address, written out beside it; nothing personal is in it.
    """
    code = await opened(citizen)

    assert f"{WALLET_URL}/wallet/desk/{code}" in citizen.words
    assert "<svg" in citizen.page
    assert re.search(r"1(19|20)초 동안", citizen.words)
    assert "김카나리아" not in citizen.words


async def test_the_desks_question_appears_when_it_has_asked(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, world: World
) -> None:
    """
    The button looks by itself, the script asks the same; neither sends anything.
    """
    code = await opened(citizen)
    waiting = f"{LINK}/{code}/waiting"
    assert {"state": "waiting"} == (await citizen.client.get(waiting)).json()

    await world.wallets.hand_over(code, verifier_of_citizen.link)
    assert {"state": "asked"} == (await citizen.client.get(waiting)).json()
    answer = await citizen.client.get(f"{LINK}/{code}")

    assert (303, ask_page(verifier_of_citizen.link)) == (
        answer.status_code,
        answer.headers["location"],
    )
    assert [] == verifier_of_citizen.responses


async def test_a_link_that_is_over_leads_to_a_new_one(
    citizen: Browser, certificate: str, world: World
) -> None:
    """
    Every limit can be had again: two minutes are over, one press opens another picture.
    """
    code = await opened(citizen)
    world.clock.now += timedelta(minutes=3)
    await citizen.get(f"{LINK}/{code}", 404)

    assert "시간이 지났거나 이미 쓴 그림입니다" in citizen.words
    assert 'href="/wallet/show"' in citizen.page
    assert {"state": "closed"} == (await citizen.client.get(f"{LINK}/{code}/waiting")).json()
    assert code != await opened(citizen)


async def test_another_citizens_link_is_nowhere(
    desks: Desks, citizen: Browser, certificate: str
) -> None:
    """
    H90: its waiting page answers like that of a code that never was.
    """
    code = await opened(citizen)
    stranger = await desks.enter("second")

    foreign = await stranger.get(f"{LINK}/{code}", 404)
    absent = await stranger.get(f"{LINK}/nothing", 404)
    assert foreign.replace(code, "") == absent.replace("nothing", "")


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 40, "²"])
async def test_a_made_up_end_is_no_end(citizen: Browser, certificate: str, until: str) -> None:
    """
    H63: what stands in the address only fills a sentence, and cannot break it.
    """
    code = await opened(citizen)
    await citizen.get(f"{LINK}/{code}?until={until}")

    assert "0초 동안" in citizen.words


async def test_an_ordinary_camera_finds_an_explanation(desks: Desks) -> None:
    """
    irmamobile#458: no dead end; the page is the same for every code and needs nobody signed in.
    """
    stranger = desks.stranger()
    pages = [await stranger.get(f"/wallet/desk/{code}") for code in ("abc", "d" * 24)]

    assert "한 번 쓰는 창구 주소입니다" in stranger.words
    assert "/verifiers/scan" in stranger.page
    assert 1 == len({re.sub("/wallet/desk/[a-z]+", "", page) for page in pages})


async def made(citizen: Browser, certificate: str, *names: str) -> str:
    """Make a code with these claims, and return the address of its page."""
    action = f"/wallet/show/code/{certificate}"
    await citizen.get(action)
    ticks = [tick for tick in TICK.findall(citizen.page) if tick.partition(" ")[2] in names]
    fields = {**citizen.fields(action), "show": ticks}
    answer = await citizen.resend(action, fields)  # type: ignore[arg-type]  # several ticks
    return str(answer.headers.get("location", ""))


async def test_a_code_holds_what_was_ticked(
    citizen: Browser, certificate: str, world: World
) -> None:
    """
    Recorded first, then drawn: the text stands beside the picture and in no address.
    """
    address = await made(citizen, certificate, "name", "age_over_19")

    assert PREFIX in citizen.words
    assert re.search(r"(29|30)초 뒤", citizen.words)
    assert "그림에 담긴 것 등본 성명 만 19세 이상" in citizen.words
    assert re.fullmatch(r"/wallet/show/now/[\w-]{22}", address)
    assert 1 == len(world.ledger.submissions)
    (entry, *_) = await world.wallets.history(HOLDER)
    assert {"name", "age_over_19"} == set(entry["claims"])  # type: ignore[arg-type]  # a list


async def test_a_code_that_is_over_is_made_again_by_one_press(
    citizen: Browser, certificate: str, world: World
) -> None:
    """
    The old picture is gone from the page; the new one is recorded like the first.
    """
    address = await made(citizen, certificate, "name")
    world.clock.now += timedelta(seconds=31)
    await citizen.get(address)
    assert "시간이 지났습니다" in citizen.words
    assert "<svg xmlns" not in citizen.page

    action = f"/wallet/show/code/{certificate}"
    fields = {**citizen.fields(action)}
    again = await citizen.resend(action, fields)
    assert again.headers["location"] != address
    assert "<svg xmlns" in citizen.page
    assert 2 == len(world.ledger.submissions)

    answer = await citizen.client.get(address)
    assert (303, "/wallet/show") == (answer.status_code, answer.headers["location"])


async def test_looking_again_records_nothing(
    citizen: Browser, certificate: str, world: World
) -> None:
    """
    Reload and the back button show the same picture, made once.
    """
    address = await made(citizen, certificate, "name")
    first = re.search(r"MD2:\S+", citizen.page)
    await citizen.get(address)

    assert first is not None
    assert first[0] in citizen.page
    assert 1 == len(world.ledger.submissions)


@pytest.mark.parametrize("names", [(), ("nothing",)], ids=["no tick", "a tick of no claim"])
async def test_a_code_needs_something_to_show(
    citizen: Browser, certificate: str, world: World, names: tuple[str, ...]
) -> None:
    """
    Nothing ticked makes no code and no entry; the page says what to do.
    """
    action = f"/wallet/show/code/{certificate}"
    await citizen.get(action)
    fields = {**citizen.fields(action), "show": [f"{certificate} {name}" for name in names]}
    answer = await citizen.resend(action, fields)  # type: ignore[arg-type]  # several ticks

    assert 422 == answer.status_code
    assert f'href="{action}"' in citizen.page
    assert [] == world.ledger.submissions


async def test_more_than_fits_is_told_and_nothing_is_recorded(
    citizen: Browser, certificate: str, issuer: IssuerOfTest, world: World
) -> None:
    """
    So much does not fit: fewer things, or the counter's way.
    """
    issuer.claims = {**issuer.claims, "name": "".join(map(chr, range(0xAC00, 0xAC00 + 4000)))}
    issuer.code, issuer.codes_used = "code-2", 0
    large = (await world.wallets.accept(HOLDER, issuer.offer_uri())).credential_ids[0]
    await made(citizen, large, "name")

    assert "그림 하나에 담기지 않습니다" in citizen.words
    assert [] == world.ledger.submissions


async def test_another_citizens_code_is_nowhere(
    desks: Desks, citizen: Browser, certificate: str
) -> None:
    """
    H90: the page of a code is its holder's alone.
    """
    address = await made(citizen, certificate, "name")
    stranger = await desks.enter("second")
    answer = await stranger.client.get(address)

    assert (303, "/wallet/show") == (answer.status_code, answer.headers["location"])


async def test_a_table_is_ticked_by_its_columns_under_its_heading(
    citizen: Browser, certificate: str
) -> None:
    """
    What can be shown stands under the headings of the form.
    """
    await citizen.get(f"/wallet/show/code/{certificate}")

    assert {"name", "birth_date", "address.region", "members.*.name"} <= {
        tick.partition(" ")[2] for tick in TICK.findall(citizen.page)
    }
    assert "<legend><bdi>세대원</bdi></legend>" in citizen.page
