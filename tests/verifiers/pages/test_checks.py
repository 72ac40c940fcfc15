"""A desk asks and reads: the code, the wait, the verdict before any data, and who may see it."""

import re
from datetime import timedelta

import pytest

from standards.openid4vp.response import ErrorResponse, encode_response
from tests.issuers.pages.browser import Browser, Desks
from tests.verifiers.shown import code, publish
from tests.verifiers.world import (
    ADDRESS,
    BASE,
    LEDGER_URL,
    NAME,
    REGISTER_VCT,
    STATUS_URI,
    Held,
    World,
)
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.pages.asked import smallest_first
from verifiers.registered.registration import asked_paths
from web.outbound import Reply
from web.qr import qr_svg


async def begun(desk: Browser, profile: str = "adult-check") -> str:
    """Press the button of a check; return the transaction's number."""
    await desk.get("/verifiers")
    fields = {**desk.fields("/verifiers"), "profile": profile}
    answer = await desk.resend("/verifiers", fields)
    assert 303 == answer.status_code, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def link(world: World, number: str) -> Asked:
    return Asked(number, await world.verifiers.link_of(number))


async def answered(world: World, desk: Browser, held: Held | None = None) -> str:
    """Begin an adult check at the desk, let a wallet answer it, and open its page."""
    number = await begun(desk)
    try:
        await world.answer(await link(world, number), held)
    finally:
        await desk.get(f"/verifiers/checks/{number}")
    return number


async def address_shown(world: World, desk: Browser) -> None:
    """Answer an address check with both optional claims and open its page."""
    number = await begun(desk, "address-check")
    held = world.issuer.issue()
    asked = await link(world, number)
    request = (await world.wallet.open(asked)).request
    paths = ("applicant", "current_address.address", "current_address.moved_in_on")
    shown = world.wallet.bound(held.show(*paths), request, held.key)
    await world.post(asked, world.wallet.body(request, {"base_and_moved_in_on": [shown]}))
    await desk.get(f"/verifiers/checks/{number}")


async def test_a_desk_sees_its_own_checks_in_words_the_law_and_how_long(desks: Desks) -> None:
    """
    Registered questions alone, in the certificate's own words, the smallest first.
    """
    desk = await desks.enter("parcel-service")
    await desk.get("/verifiers")
    for word in ("주소 확인", "주민등록표 등본", "현주소", "개인정보 보호법", "30일 뒤"):
        assert word in desk.words
    assert desk.words.index("꼭 묻는 것") < desk.words.index("손님이 원할 때만")
    assert "성인 확인" not in desk.words


def test_the_smallest_question_stands_first(world: World) -> None:
    """
    A desk with several sees first what asks the least.
    """
    profiles = smallest_first(world.verifiers.catalogue.profiles)
    sizes = [len(asked_paths(profile.query)) for profile in profiles]

    assert sorted(sizes) == sizes
    assert sizes[0] < sizes[-1]


async def test_a_desk_without_registered_checks_is_told_so(desks: Desks) -> None:
    """
    No empty page: neither for asking nor for reading a code; the test desk may try any.
    """
    desk = await desks.enter("new-desk")
    for path in ("/verifiers", "/verifiers/scan"):
        await desk.get(path)
        assert "등록된 확인이 없" in desk.words
    tester = await desks.enter("test-desk")
    await tester.get("/verifiers/scan")
    assert "시험 물음" in tester.words


async def test_the_picture_holds_the_short_link_and_the_page_says_the_rest(
    desks: Desks, world: World
) -> None:
    """
    Our https link in the picture, in words beside it; the wallet's own address for others.
    """
    desk = await desks.enter("corner-store")
    number = await begun(desk)

    assert qr_svg(f"{BASE}/verifiers/open/{number}", "확인을 부탁하는 코드") in desk.page
    assert f"{BASE}/verifiers/open/{number}" in desk.words
    assert await world.verifiers.link_of(number) in desk.words
    assert "기다리는 중" in desk.words
    assert 'aria-live="polite"' in desk.page


async def test_one_press_asks_once(desks: Desks) -> None:
    """
    Double click and back button lead to the same check; a new page is a new question.
    """
    desk = await desks.enter("corner-store")
    await desk.get("/verifiers")
    fields = {**desk.fields("/verifiers"), "profile": "adult-check"}
    first, second = [await desk.resend("/verifiers", fields) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]
    assert await begun(desk) not in first.headers["location"]


async def test_the_verdict_stands_before_the_data_in_the_forms_order(
    desks: Desks, world: World
) -> None:
    """
    Verified first, then the claims under the form's labels, then what it rests on.
    """
    desk = await desks.enter("parcel-service")
    await address_shown(world, desk)
    order = ("✓ 확인됨", "신청인", NAME, "현주소", ADDRESS, "전입일", "1일 전", "기록 번호")
    places = [desk.words.index(each) for each in order]

    assert sorted(places) == places
    assert "1분 뒤에 지워집니다" in desk.words
    assert "age_over_19" not in desk.page


async def test_without_the_issuers_names_a_result_is_still_told(
    desks: Desks, world: World
) -> None:
    """
    Labels never hold up a verdict: an issuer that does not answer leaves the claim's own name.
    """
    world.network.answering.pop(REGISTER_VCT)
    desk = await desks.enter("corner-store")
    await answered(world, desk)
    assert "✓ 확인됨" in desk.words
    assert "age_over_19 예" in desk.words

    bad = Reply(200, "application/json", b'{"vct":"https://another.example/type"}')
    world.network.answering[REGISTER_VCT] = lambda _body: bad
    world.clock.move(seconds=31)
    await answered(world, desk)
    assert "age_over_19 예" in desk.words


async def test_claims_are_gone_after_a_minute_and_the_page_says_so(
    desks: Desks, world: World
) -> None:
    """
    SECURITY P13: the result stays, the content does not; looking again does not bring it back.
    """
    desk = await desks.enter("corner-store")
    number = await answered(world, desk)
    assert "만 19세 이상(신청인) 예" in desk.words

    world.clock.move(seconds=61)
    await desk.get(f"/verifiers/checks/{number}")
    assert "✓ 확인됨" in desk.words
    assert "만 19세" not in desk.words
    assert "확인한 내용은 지웠습니다" in desk.words


@pytest.mark.parametrize(
    ("change", "word", "whose"),
    [
        ({"expires_at": timedelta(hours=-1)}, "✕ 기간 지남", "발급기관"),
        ({"status": 1}, "✕ 철회됨", "발급기관"),
        ({"status": 2}, "✕ 유효하지 않음", "발급기관"),
        ({"status": 3}, "✕ 내용 바뀜", "발급기관"),
        ({"unreachable": True}, "? 확인 불가", "통신"),
        ({"untrusted": True}, "✕ 유효하지 않음", "신뢰목록"),
    ],
    ids=["expired", "revoked", "suspended", "outdated", "unknown", "untrusted"],
)
async def test_every_failure_says_what_happened_what_next_and_whose_turn_it_is(
    desks: Desks, world: World, change: dict[str, object], word: str, whose: str
) -> None:
    """
    H88 and the six states (UX 1.3): the word first, no claim at all, the next step in words.
    """
    desk = await desks.enter("corner-store")
    held = world.issuer.issue()
    match change:
        case {"expires_at": timedelta() as late}:
            held = world.issuer.issue(expires_at=world.clock.now + late)
        case {"status": int(status)}:
            world.status.statuses[7] = status
        case {"unreachable": True}:
            world.network.failing[STATUS_URI] = 1
        case _:
            world.roots.trusted = {role for role in world.roots.trusted if role.value != "issuer"}
    with pytest.raises(VerifierError):
        await answered(world, desk, held)

    assert desk.words.startswith(word)
    assert "이렇게 하세요" in desk.words
    assert whose in desk.words
    assert "만 19세" not in desk.words
    await desk.get("/verifiers/checks")
    assert word in desk.words


async def test_a_refusal_and_a_time_out_have_their_own_words(desks: Desks, world: World) -> None:
    """
    Who declined sent nothing; who did not answer in time is no refusal.
    """
    desk = await desks.enter("corner-store")
    number = await begun(desk)
    asked = await link(world, number)
    request = (await world.wallet.open(asked)).request
    refused = encode_response(ErrorResponse("access_denied", None, request.state), request)
    with pytest.raises(VerifierError, match="holder_refused"):
        await world.post(asked, refused)
    await desk.get(f"/verifiers/checks/{number}")
    assert desk.words.startswith("✕ 거절함")
    assert "받은 정보는 없습니다" in desk.words

    number = await begun(desk)
    world.clock.move(minutes=5)
    await desk.get(f"/verifiers/checks/{number}")
    assert desk.words.startswith("… 시간 지남")
    assert "새 코드로 다시 시작하세요" in desk.words


async def test_waiting_is_asked_for_without_delivering_anything(
    desks: Desks, world: World
) -> None:
    """
    The page's script asks for the state; the minute of the claims begins when a person reads.
    """
    desk = await desks.enter("corner-store")
    number = await begun(desk)
    state = f"/verifiers/checks/{number}/state"
    assert {"state": "pending"} == (await desk.client.get(state)).json()
    await world.answer(await link(world, number))
    assert {"state": "verified"} == (await desk.client.get(state)).json()
    world.clock.move(seconds=61)

    await desk.get(f"/verifiers/checks/{number}")
    assert "만 19세 이상(신청인) 예" in desk.words


async def test_another_institutions_checks_are_as_absent(desks: Desks, world: World) -> None:
    """
    H90: transaction, state and profile answer like what does not exist, byte for byte.
    """
    desk, stranger = await desks.enter("corner-store"), await desks.enter("parcel-service")
    number = await answered(world, desk)
    for path in ("/verifiers/checks/{}", "/verifiers/checks/{}/state"):
        mine = await stranger.get(path.format(number), 404)
        absent = await stranger.get(path.format("A" * len(number)), 404)
        assert _plain(absent, "A" * len(number)) == _plain(mine, number)
    await stranger.get("/verifiers/checks")
    assert number not in stranger.page

    await stranger.get("/verifiers")
    fields = stranger.fields("/verifiers")
    for profile in ("adult-check", "no-such-check"):
        answer = await stranger.resend("/verifiers", {**fields, "profile": profile})
        assert (400, True) == (answer.status_code, "등록되지 않은 확인" in stranger.words)


def _plain(page: str, number: str) -> str:
    return re.sub(r'name="(form_token|once)" value="[^"]*"', "", page.replace(number, ""))


async def test_the_list_holds_no_claim_and_the_latest_first(desks: Desks, world: World) -> None:
    """
    State, check and time: a desk remembers nothing about people.
    """
    desk = await desks.enter("corner-store")
    await desk.get("/verifiers/checks")
    assert "아직 확인한 것이 없습니다" in desk.words

    first = await answered(world, desk)
    world.clock.move(seconds=5)
    second = await begun(desk)
    await desk.get("/verifiers/checks")
    assert desk.page.index(second) < desk.page.index(first)
    assert "만 19세" not in desk.words


@pytest.mark.parametrize("path", ["/verifiers", "/verifiers/scan", "/verifiers/checks"])
async def test_the_desk_is_for_institutions(desks: Desks, path: str) -> None:
    """
    Others are told whose page it is; nobody is led to sign-in.
    """
    for name in ("demo", "officer"):
        await (await desks.enter(name)).get(path, 403)
    assert 303 == (await desks.stranger().client.get(path)).status_code


async def test_a_late_use_is_amber_until_it_is_recorded(desks: Desks, world: World) -> None:
    """
    The claims are shown, with the word that nobody has counted them yet; never green before.
    """
    publish(world)
    desk = await desks.enter("corner-store")
    world.network.failing[f"{LEDGER_URL}/consent/entries"] = 2
    number = await world.verifiers.scan(code(world), "adult-check")
    await desk.get(f"/verifiers/checks/{number}")
    for word in ("확인됨 · 기록은 나중에", "이 이용을 적어 두었습니다"):
        assert word in desk.words
    assert "verdict wait" in desk.page

    world.ledger.status = 403
    await world.verifiers.duties.work()
    await desk.get(f"/verifiers/checks/{number}")
    assert "이 이용을 받지 않았습니다" in desk.words

    world.ledger.status = 200
    world.clock.move(minutes=1)
    await world.verifiers.duties.work()
    await desk.get(f"/verifiers/checks/{number}")
    assert "verdict yes" in desk.page
    assert "기록은 나중에" not in desk.words
