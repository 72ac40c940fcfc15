"""The page of who keeps an institution's originals: a reason first, then what was shown."""

from keys.strict_json import loads_object
from tests.issuers.pages.browser import Desks
from tests.verifiers.paying import paid_for
from tests.verifiers.world import NAME, World

ORIGINALS = "/verifiers/originals"


async def test_an_institution_without_originals_is_told_so(desks: Desks) -> None:
    """
    The empty page says what would stand there.
    """
    keeper = await desks.enter("bank-keeper")
    await keeper.get(ORIGINALS)

    assert "보관한 원본이 없습니다" in keeper.words
    assert "아직 아무도 읽지 않았습니다" in keeper.words


async def test_an_original_is_read_with_a_reason_that_stays(desks: Desks, world: World) -> None:
    """
    The list names nobody; what is read is shown for ten minutes, saved as a file, and in the book.
    """
    paid = await paid_for(world)
    keeper = await desks.enter("city-keeper")
    await keeper.get(ORIGINALS)
    for word in ("국세기본법 제85조의3제2항", "2031", paid.transaction_id):
        assert word in keeper.words
    assert NAME not in keeper.words

    without = await keeper.send(ORIGINALS, transaction=paid.transaction_id, reason=" ")
    assert 400 == without.status_code
    await keeper.get(ORIGINALS)
    led = await keeper.send(ORIGINALS, transaction=paid.transaction_id, reason="감사 2026-12")
    reading = led.headers["location"]
    for word in (NAME, "10분", "eyJ"):
        assert word in keeper.words
    saved = loads_object((await keeper.get(f"{reading}/original.json")).encode())
    assert {"transaction_id", "credentials", "presentations"} == set(saved)

    await keeper.get(ORIGINALS)
    assert "감사 2026-12" in keeper.words
    assert "city-keeper" in keeper.words
    world.clock.move(minutes=10)
    keeper = await desks.enter("city-keeper")
    await keeper.get(reading, expected=404)
    assert "이 번호로 보관한 원본을 볼 수 없습니다" in keeper.words


async def test_neither_the_desk_nor_another_keeper_reads_it(desks: Desks, world: World) -> None:
    """
    H90: the institution's own desk has no such page, another institution's keeper no such number.
    """
    paid = await paid_for(world)
    desk = await desks.enter("haneul-city")
    await desk.get(ORIGINALS, expected=403)

    mine = await desks.enter("city-keeper")
    await mine.get(ORIGINALS)
    led = await mine.send(ORIGINALS, transaction=paid.transaction_id, reason="감사")
    other = await desks.enter("bank-keeper")
    await other.get(ORIGINALS)
    assert paid.transaction_id not in other.words
    await other.get(led.headers["location"], expected=404)
    await other.get("/verifiers/owed", expected=403)
