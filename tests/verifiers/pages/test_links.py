"""The page behind the desk's picture, open to everybody who scans it."""

from tests.issuers.pages.browser import Desks
from tests.verifiers.pages.test_checks import begun, link
from tests.verifiers.world import World


async def test_whoever_scans_the_code_learns_who_asks_what_and_where_to_answer(
    desks: Desks, world: World
) -> None:
    """
    Useful without an app and without signing in: nothing has been sent yet.
    """
    desk, anybody = await desks.enter("parcel-service"), desks.stranger()
    number = await begun(desk, "address-check")
    await anybody.get(f"/verifiers/open/{number}")

    for word in (
        "한걸음 택배에서 확인을 부탁합니다",
        "현주소",
        "30일 뒤",
        "제15조",
        "아직 아무것도",
    ):
        assert word in anybody.words
    assert 'href="/wallet/ask?request_uri=openid4vp%3A//' in anybody.page
    assert 'href="openid4vp://' in anybody.page


async def test_a_code_that_is_over_says_why_and_what_next(desks: Desks, world: World) -> None:
    """
    Answered, expired and unknown have their own words, and nobody learns the result.
    """
    desk, anybody = await desks.enter("corner-store"), desks.stranger()
    answered, expired = await begun(desk), await begun(desk)
    await world.answer(await link(world, answered))
    await anybody.get(f"/verifiers/open/{answered}")
    assert "이미 답한 코드" in anybody.words
    assert "확인됨" not in anybody.words

    world.clock.move(minutes=5)
    await anybody.get(f"/verifiers/open/{expired}")
    assert "시간이 지났습니다" in anybody.words
    await anybody.get("/verifiers/open/AAAAAAAAAAAAAAAAAAAAAA", 404)
    assert "이런 코드는 없습니다" in anybody.words
    assert "새 코드를 보여 달라고" in anybody.words


async def test_who_comes_back_from_the_wallet_is_sent_to_the_desk(
    desks: Desks, world: World
) -> None:
    """
    A browser gets a page and no verdict; a program still redeems its code.
    """
    desk, anybody = await desks.enter("corner-store"), desks.stranger()
    number = await begun(desk)
    answer = await world.answer(await link(world, number))
    address = f"/verifiers/return/{number}?response_code=x"
    led = await anybody.client.get(address, headers={"accept": "text/html,*/*"})
    assert (303, f"/verifiers/back/{number}") == (led.status_code, led.headers["location"])

    await anybody.get(led.headers["location"])
    assert "기관이 답을 받았습니다" in anybody.words
    assert "모퉁이 편의점" in anybody.words
    assert "확인됨" not in anybody.words
    await anybody.get("/verifiers/back/unknown", 404)
    assert answer is not None
