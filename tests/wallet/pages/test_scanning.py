"""Any code held up to the wallet: led on, or told by its own kind what to do with it."""

import io

import pytest
from PIL import Image

from standards.shown_code.code import PREFIX
from tests.issuers.pages.browser import Browser
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import WALLET_URL
from wallet.pages.codes import LINK_LIMIT, CodeError, CodeFailure, page_for
from web.qr import qr_png

REFUSED = [
    ("", CodeFailure.NOTHING),
    ("   ", CodeFailure.NOTHING),
    ("안녕하세요", CodeFailure.FOREIGN),
    ("WIFI:T:WPA;S:카페;;", CodeFailure.FOREIGN),
    ("javascript:alert(1)", CodeFailure.FOREIGN),
    ("https://[", CodeFailure.FOREIGN),
    ("https://evil.example/wallet/ask", CodeFailure.FOREIGN_LINK),
    (f"{WALLET_URL}.evil.example/verifiers/1", CodeFailure.FOREIGN_LINK),
    (f"{WALLET_URL}/sign-out", CodeFailure.FOREIGN_LINK),
    (f"{WALLET_URL}/wallet/desk/abc", CodeFailure.OWN_DESK_LINK),
    (f"{PREFIX}ABC", CodeFailure.SHOWN_CODE),
    ("openid4vp://?" + "x" * LINK_LIMIT, CodeFailure.TOO_LONG),
]
LED_ON = [
    ("openid-credential-offer://?credential_offer_uri=x", "/wallet/receive?"),
    ("OPENID4VP://?request_uri=x", "/wallet/ask?"),
    ("haip-vp://?request_uri=x", "/wallet/ask?"),
    ("https://elsewhere.example/open?credential_offer_uri=x", "/wallet/receive?"),
    ("https://elsewhere.example/open?request_uri=x&client_id=y", "/wallet/ask?"),
    (f"{WALLET_URL}/verifiers/link/1?x=2", "/verifiers/link/1?x=2"),
    (f"{WALLET_URL}/issuers/link/1", "/issuers/link/1"),
]


def path_for(text: str) -> str:
    return page_for(text, base=WALLET_URL, shown_code_prefix=PREFIX)


@pytest.mark.parametrize(("text", "failure"), REFUSED, ids=lambda value: str(value)[:30])
def test_a_code_that_is_not_for_a_wallet_says_which_kind_it_is(
    text: str, failure: CodeFailure
) -> None:
    """
    bc-wallet#2399: no bare "error"; nothing of another site is opened (H59).
    """
    with pytest.raises(CodeError) as caught:
        path_for(text)

    assert failure is caught.value.failure


@pytest.mark.parametrize(("text", "begins"), LED_ON, ids=lambda value: value[:30])
def test_a_code_for_a_wallet_leads_to_its_page(text: str, begins: str) -> None:
    """
    Every form of link our protocols and pages use; the way never leaves this site.
    """
    assert path_for(text).startswith(begins)


def png(picture: Image.Image) -> bytes:
    octets = io.BytesIO()
    picture.save(octets, "PNG")
    return octets.getvalue()


def two_codes() -> bytes:
    codes = [Image.open(io.BytesIO(qr_png(text))).convert("L") for text in ("one", "two")]
    sheet = Image.new("L", (sum(each.width for each in codes), codes[0].height), 255)
    sheet.paste(codes[0], (0, 0))
    sheet.paste(codes[1], (codes[0].width, 0))
    return png(sheet)


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (b"%PDF-1.7", "사진이 아닌 파일입니다"),
        (png(Image.new("L", (60, 60), 255)), "코드를 찾지 못했습니다"),
        (two_codes(), "코드가 둘 이상 있습니다"),
        (qr_png("https://evil.example/"), "다른 곳의 인터넷 주소입니다"),
        (qr_png("안녕하세요"), "지갑에서 쓰는 코드가 아닙니다"),
        (qr_png(f"{WALLET_URL}/wallet/desk/abc"), "창구 직원에게 보여 주세요"),
    ],
    ids=["no picture", "no code", "two codes", "foreign link", "foreign code", "desk link"],
)
async def test_a_picture_that_leads_nowhere_has_words_of_its_own(
    citizen: Browser, picture: bytes, words: str
) -> None:
    """
    What it is, and what to do next; the way back is one press.
    """
    await citizen.get("/wallet/scan")
    answer = await citizen.upload("/wallet/scan", picture)

    assert 422 == answer.status_code
    assert words in citizen.words
    assert 'href="/wallet/scan"' in citizen.page


async def test_the_same_form_reads_another_code(
    citizen: Browser, certificate: str, verifier_of_citizen: VerifierOfTest
) -> None:
    """
    The back button after a wrong code: the form still reads the right one.
    """
    await citizen.get("/wallet/scan")
    fields = citizen.fields("/wallet/scan")
    await citizen.resend("/wallet/scan", {**fields, "link": "https://evil.example"})
    await citizen.resend("/wallet/scan", {**fields, "link": verifier_of_citizen.link})

    assert "이것을 보내 달라고 합니다" in citizen.words


async def test_two_codes_in_a_row_lead_each_to_their_own(
    citizen: Browser, certificate: str, verifier_of_citizen: VerifierOfTest
) -> None:
    """
    What was read first does not stick to the form.
    """
    await citizen.get("/wallet/scan")
    fields = citizen.fields("/wallet/scan")
    first = await citizen.resend("/wallet/scan", {**fields, "link": verifier_of_citizen.link})
    offer = f"{WALLET_URL}/issuers/link/1"
    second = await citizen.client.post(
        "/wallet/scan", data={**fields, "link": offer}, headers=citizen.own
    )

    assert first.headers["location"].startswith("/wallet/ask?")
    assert "/issuers/link/1" == second.headers["location"]
