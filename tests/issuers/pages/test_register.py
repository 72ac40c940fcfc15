"""The book, a move and a protection at the registry's desk; issue to others by law."""

import pytest

from issuers.store import SqlSourceOfRecord
from tests.issuers.pages.browser import Browser, Desks
from tests.issuers.world import World

CITIZEN = "/issuers/desk/citizens/demo"
BOOK = "/issuers/desk/book"


async def test_the_book_is_filtered_and_read_page_after_page(desks: Desks, world: World) -> None:
    """
    발급대장: twenty to a page, the latest first; filters stay when the page is turned.
    """
    for _ in range(21):
        await world.issue()
        world.clock.move(seconds=1)
    officer = await desks.enter("officer")
    await officer.get(f"{BOOK}?kind=resident-register&status=valid&since=2026-11-22")
    first = officer.page.count("쓸 수 있음</span>")
    earlier = officer.page.partition('<nav class="actions"')[2].partition('href="')[2]
    await officer.get(earlier.partition('"')[0].replace("&amp;", "&"))

    assert (20, 1) == (first, officer.page.count("쓸 수 있음</span>"))
    assert "가장 새로운 것부터" in officer.words


@pytest.mark.parametrize(
    "query",
    [
        "status=revoked",
        "kind=resident-abstract",
        "since=2026-11-23",
        "until=2026-11-21",
        "number=9",
    ],
)
async def test_a_filter_that_fits_nothing_says_so(desks: Desks, world: World, query: str) -> None:
    """
    An empty book is a sentence, and the filters can be cleared.
    """
    await world.issue()
    officer = await desks.enter("officer")
    await officer.get(f"{BOOK}?{query}")

    assert "맞는 발급이 없습니다" in officer.words


async def test_what_is_no_filter_is_left_out(desks: Desks, world: World) -> None:
    """
    A mistyped address still shows the book; a cursor nobody gave is refused.
    """
    await world.issue()
    officer = await desks.enter("officer")
    await officer.get(f"{BOOK}?status=odd&since=yesterday&until=9999-12-31&number=%3Cscript%3E")
    assert "쓸 수 있음" in officer.words

    await officer.get(f"{BOOK}?before=odd", 400)
    assert "잘못 적은 곳" in officer.words


async def test_a_move_says_its_effect_before_and_counts_what_grew_old(
    desks: Desks, world: World
) -> None:
    """
    전입신고: the household moves, and earlier copies are out of date; sent twice, moved once.
    """
    await world.issue()
    officer = await desks.enter("officer")
    await officer.get(f"{CITIZEN}/move")
    assert "내용 바뀜" in officer.words
    new = {"address": "서울특별시 마포구 새길 1", "on": "2026-11-20", "reason": "전입"}
    fields = {**officer.fields(f"{CITIZEN}/move"), **new}
    for _ in range(2):
        await officer.resend(f"{CITIZEN}/move", fields)
        assert "앞서 내준 증명서 1건이" in officer.words
    assert "서울특별시 마포구 새길 1" in officer.words
    assert "! 내용 바뀜" in officer.words

    for wrong in ({"on": ""}, {"address": ""}, {"on": "2026-11-30"}):
        await officer.get(f"{CITIZEN}/move")
        assert 400 == (await officer.send(f"{CITIZEN}/move", **{**new, **wrong})).status_code


async def household(world: World) -> tuple[str, str]:
    """Return the handle of another member of the demo citizen's household, and a stranger's."""
    record = await SqlSourceOfRecord(world.engine).household_of("demo")
    members = [member.person.citizen for member in record.members]
    return next(each for each in members if each != "demo"), "c0000050-0"


async def preview(officer: Browser, kind: str, **fields: str) -> int:
    issue = f"{CITIZEN}/issue/{kind}"
    await officer.get(issue)
    answer = await officer.send(f"{issue}/preview", purpose="본인 확인용", **fields)
    return answer.status_code


async def test_a_certificate_about_somebody_else_needs_a_household_or_a_law(
    desks: Desks, world: World
) -> None:
    """
    A member's is issued, a stranger's by a statutory view only, and then with less in it.
    """
    member, stranger = await household(world)
    officer = await desks.enter("officer")
    assert 303 == await preview(officer, "resident-register", about=member)
    assert 409 == await preview(officer, "resident-abstract", about=stranger)
    assert "같은 세대" in officer.words
    assert f'href="{CITIZEN}/issue/resident-abstract"' in officer.page

    assert 303 == await preview(officer, "resident-abstract", about=stranger, view="creditor")
    assert "법이 정한 내용만" in officer.words
    assert "주민등록번호 뒷자리" not in officer.words
    assert 400 == await preview(officer, "resident-abstract", about=stranger, view="neighbour")


async def test_a_protection_cannot_be_told_from_a_stranger_or_nobody(
    desks: Desks, world: World
) -> None:
    """
    시행규칙 §13의2: protected, stranger, unknown and ambiguous get one and the same page.
    """
    member, stranger = await household(world)
    officer = await desks.enter("officer")
    await officer.get(f"/issuers/desk/citizens/{member}/protection")
    assert "상대는 알 수 없습니다" in officer.words
    action = f"/issuers/desk/citizens/{member}/protection"
    await officer.send(action, against="demo", do="set")
    assert "주소 보호를 정했습니다" in officer.words

    told = set()
    for about in (member, stranger, "없는사람", "김민준 1900-01-01"):
        assert 409 == await preview(officer, "resident-abstract", about=about)
        told.add(officer.words)
    assert 1 == len(told)

    await officer.get(action)
    await officer.send(action, against="demo", do="lift")
    assert "주소 보호를 풀었습니다" in officer.words
    assert 303 == await preview(officer, "resident-abstract", about=member)


async def test_a_protection_needs_one_person_to_keep_away(desks: Desks) -> None:
    """
    Nobody found, several found, the person alone: told, and nothing is set.
    """
    officer = await desks.enter("officer")
    action = f"{CITIZEN}/protection"
    await officer.get(action)
    assert 404 == (await officer.send(action, against="없는사람", do="set")).status_code
    await officer.get(action)
    assert 400 == (await officer.send(action, against="demo", do="set")).status_code


async def test_a_day_tells_papers_and_fees_and_the_book_is_downloaded(
    desks: Desks, world: World
) -> None:
    """
    시행규칙 제17조제4항, §13⑧: the sum of the day, the table of fees with its article, the book as
    CSV; another authority sees none of it (H90).
    """
    await world.issue(purpose="전세 계약")
    officer, taxes = await desks.enter("officer"), await desks.enter("tax-officer")
    await officer.get("/issuers/desk/day")
    for words in ("1통", "400원", "제17조제4항", "무인발급기"):
        assert words in officer.words
    await officer.get("/issuers/desk/day?on=2026-11-21")
    assert "그날 내준 증명서가 없습니다" in officer.words
    await officer.get("/issuers/desk/day?on=tomorrow")
    await taxes.get("/issuers/desk/day")
    assert "그날 내준 증명서가 없습니다" in taxes.words

    await officer.get("/issuers/desk/book")
    assert 'href="/issuers/desk/book.csv?' in officer.page
    mine = await officer.client.get("/issuers/desk/book.csv")
    theirs = await taxes.client.get("/issuers/desk/book.csv")
    assert "전세 계약" in mine.text
    assert 1 == len(theirs.text.splitlines())
    assert mine.headers["content-disposition"].startswith("attachment")
