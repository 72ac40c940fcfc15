"""Reading what a person holds up: each wrong picture and each wrong code has its own words."""

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from keys.strict_json import dumps
from tests.issuers.pages.browser import Desks
from tests.verifiers.world import BASE, World
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from web.outbound import Reply
from web.qr import qr_png

SCAN = "/verifiers/scan"
CODE = f"{BASE}/wallet/desk/AAAAAAAAAAAAAAAAAAAAAA"


def beside(*pictures: bytes) -> bytes:
    """Return pictures side by side in one."""
    shown = [Image.open(io.BytesIO(each)).convert("L") for each in pictures]
    width, height = sum(each.width for each in shown), max(each.height for each in shown)
    whole = Image.new("L", (width, height), 255)
    at = 0
    for each in shown:
        whole.paste(each, (at, 0))
        at += each.width
    return saved(whole)


def saved(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (b"no picture at all", "올린 파일이 그림이 아닙니다"),
        (saved(Image.new("L", (300, 300), 255)), "코드를 찾지 못했습니다"),
        (beside(qr_png("one"), qr_png("two")), "코드가 두 개 이상"),
        (qr_png("https://example.com/menu"), "지갑의 코드가 아닙니다"),
        (qr_png("openid4vp://?client_id=x&request_uri=https%3A%2F%2Fx"), "지갑이 여는 주소"),
    ],
    ids=["not a picture", "no code", "two codes", "foreign", "for wallets"],
)
async def test_each_wrong_picture_has_its_own_words_and_next_step(
    desks: Desks, picture: bytes, words: str
) -> None:
    """
    Never a bare error: what it is, what to do, and the way back to reading.
    """
    desk = await desks.enter("corner-store")
    await desk.get(SCAN)
    answer = await desk.upload(SCAN, picture, profile="adult-check")

    assert 400 == answer.status_code
    assert words in desk.words
    assert f'href="{SCAN}"' in desk.page


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure.CODE_EXPIRED, "시간이 지났거나"),
        (Failure.CODE_USED, "이미 한 번 읽은 코드"),
        (Failure.CODE_DAMAGED, "빠졌거나 바뀌었습니다"),
        (Failure.CODE_UNREACHABLE, "답하지 않습니다"),
        (Failure.CODE_NOT_REGISTERED, "등록되지 않았습니다"),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
async def test_each_wrong_code_has_its_own_words_and_can_be_read_again(
    desks: Desks, world: World, monkeypatch: pytest.MonkeyPatch, failure: Failure, words: str
) -> None:
    """
    A form whose code was refused may be sent again: nothing was done.
    """

    async def scan(text: str, profile: str | None = None, *, party: str | None = None) -> str:
        raise VerifierError(failure)

    monkeypatch.setattr(world.verifiers, "scan", scan)
    desk = await desks.enter("corner-store")
    await desk.get(SCAN)
    fields = {**desk.fields(SCAN), "profile": "adult-check", "code": CODE}
    for _ in range(2):
        assert 400 <= (await desk.resend(SCAN, fields)).status_code
        assert words in desk.words


async def test_nothing_given_and_another_desks_check_are_refused(desks: Desks) -> None:
    """
    Without picture and text there is nothing to read; another's profile is as unknown as none.
    """
    desk = await desks.enter("corner-store")
    await desk.get(SCAN)
    await desk.send(SCAN, profile="adult-check", code=" ")
    assert "그림을 올리거나 글자를 붙여 넣어 주세요" in desk.words

    for profile in ("address-check", "no-such-check", ""):
        await desk.get(SCAN)
        answer = await desk.send(SCAN, profile=profile, code=CODE)
        assert (400, True) == (answer.status_code, "등록되지 않은 확인" in desk.words)


async def test_the_test_desk_reads_for_its_own_purpose(desks: Desks, world: World) -> None:
    """
    It has no profile to choose: whatever is held up is tried.
    """
    world.network.answering[CODE] = lambda _body: Reply(200, "application/json", dumps({}))
    desk = await desks.enter("test-desk")
    await desk.get(SCAN)
    answer = await desk.send(SCAN, profile="", code=CODE)

    assert 303 == answer.status_code, desk.words
    assert "시험 물음" in desk.words


@pytest.mark.parametrize("given", ["picture", "text"])
async def test_a_persons_link_gets_our_question_and_the_page_waits(
    desks: Desks, world: World, given: str
) -> None:
    """
    The question is on the person's screen now: no code is shown, and the result comes here.
    """
    posted: list[bytes] = []

    def take(body: bytes) -> Reply:
        posted.append(body)
        return Reply(200, "application/json", dumps({}))

    world.network.answering[CODE] = take
    desk = await desks.enter("corner-store")
    await desk.get(SCAN)
    if given == "picture":
        answer = await desk.upload(SCAN, qr_png(CODE), profile="adult-check")
    else:
        answer = await desk.send(SCAN, profile="adult-check", code=f"  {CODE}\n")

    assert 303 == answer.status_code, desk.words
    assert "손님 지갑으로 물음을 보냈습니다" in desk.words
    assert "<svg" not in desk.page.partition("<main")[2]
    (body,) = posted
    number = urlsplit(answer.headers["location"]).path.rpartition("/")[2]
    assert number in str(parse_qs(body.decode()) or body)
