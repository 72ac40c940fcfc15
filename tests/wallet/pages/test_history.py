"""What happened, in words; and the receipts that prove it."""

import html
import re

import pytest

from consent.forms.printed_receipt import PrintedReceipt
from consent.forms.receipt import Receipt, verify_receipt
from keys.strict_json import loads_object
from tests.issuers.pages.browser import Browser, Desks
from tests.wallet.issuer_of_test import VCT, IssuerOfTest
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletError
from wallet.pages.history import PAGE
from wallet.presenting.possible import Wish


async def presented(world: World, verifier: VerifierOfTest) -> str:
    """Send what the verifier asks, and return the receipt's id."""
    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())
    assert outcome.receipt is not None
    return outcome.receipt


async def test_everything_that_happened_is_told_in_words(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, issuer: IssuerOfTest, world: World
) -> None:
    """
    Taken, sent, refused and failed; names of claims, never a value.
    """
    await presented(world, verifier_of_citizen)
    second = VerifierOfTest(world, issuer, host="desk.example")
    second.random = bytes(32)
    await world.wallets.refuse(HOLDER, second.link)
    with pytest.raises(WalletError):
        await world.wallets.accept(HOLDER, issuer.offer_uri().replace("code-1", "code-9"))
    await citizen.get("/wallet/history")

    for words in (
        "받음",
        "보냄",
        "보내지 않음",
        "하지 못함",
        "시험 은행",
        "등본",
        "성명",
        "영수증",
    ):
        assert words in citizen.words
    assert "번호가 다르거나, 이미 쓴 코드거나" in citizen.words
    assert "확인되지 않은 주소" in citizen.words
    assert "카나리아" not in citizen.words


async def test_the_history_shows_one_institution(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, world: World
) -> None:
    """
    The filter is by the party's registration, and says so when nothing fits.
    """
    await presented(world, verifier_of_citizen)
    await citizen.get("/wallet/history?party=KR-110-82-00001")
    assert "보냄" in citizen.words
    assert "↓ 받음" not in citizen.words

    await citizen.get("/wallet/history?party=nobody")
    assert "여기에 맞는 기록이 없습니다" in citizen.words


async def test_a_certificates_own_history_is_what_was_sent_of_its_kind(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, certificate: str, world: World
) -> None:
    """
    Taking it is not in it.
    """
    await presented(world, verifier_of_citizen)
    await citizen.get(f"/wallet/certificates/{certificate}")
    (link,) = re.findall(r'href="(/wallet/history\?kind=[^"]+)"', citizen.page)
    await citizen.get(link)

    assert "보냄" in citizen.words
    assert "↓ 받음" not in citizen.words


async def test_a_long_history_is_read_page_by_page(
    citizen: Browser, issuer: IssuerOfTest, world: World
) -> None:
    """
    No event is on two pages and none is left out.
    """
    for number in range(PAGE + 1):
        with pytest.raises(WalletError):
            await world.wallets.accept(
                HOLDER, issuer.offer_uri().replace("code-1", f"wrong-{number}")
            )
    await citizen.get("/wallet/history")
    assert PAGE == citizen.page.count("card event")
    (earlier,) = re.findall(r'href="(/wallet/history\?after=[^"]+)"', citizen.page)

    await citizen.get(earlier)
    assert 1 == citizen.page.count("card event")
    assert "더 새로운 것 보기" in citizen.words


async def test_a_receipt_is_read_in_words_and_downloaded_whole(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, world: World
) -> None:
    """
    What, to whom, why, how long, and the line of the record, checked at this very look.
    """
    receipt_id = await presented(world, verifier_of_citizen)
    await citizen.get(f"/wallet/receipts/{receipt_id}")
    for words in (
        "시험 은행",
        "성명",
        "To check your address",
        "Thirty days",
        "지금 확인했습니다",
    ):
        assert words in citizen.words
    assert "기관이 받았다고 서명함 예" in citizen.words

    answer = await citizen.client.get(f"/wallet/receipts/{receipt_id}/download")
    kept = Receipt.parse(loads_object(answer.content))
    verify_receipt(kept, log_key=world.ledger.signer.verifier_key)
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" == answer.headers["cache-control"]


async def test_a_receipt_is_printed_with_a_code_that_proves_its_line(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, world: World
) -> None:
    """
    The words below the picture are those in it: the entry, and a proof by the log's key alone.
    """
    receipt_id = await presented(world, verifier_of_citizen)
    await citizen.get(f"/wallet/receipts/{receipt_id}/paper")

    assert "이 화면을 인쇄하세요" in citizen.words
    assert 1 == citizen.page.count('class="qr"')
    found = re.search(r"mydata-receipt-v1\n[^<]*", html.unescape(citizen.page))
    assert found is not None
    printed = PrintedReceipt.parse(found[0])
    assert printed.link.endswith(f"/wallet/receipts/{receipt_id}")
    printed.entry.verify(log_key=world.ledger.signer.verifier_key)
    assert 1 == printed.entry.size
    kept = await world.wallets.receipt(HOLDER, receipt_id)
    assert Receipt.parse(kept).body_sha256() == printed.body_sha256


async def test_paper_carries_the_newest_proof_there_is(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, world: World
) -> None:
    """
    Who has seen the log since the receipt was made stands in the code; a forged answer does not.
    """
    receipt_id = await presented(world, verifier_of_citizen)
    log = LogOfTest(world.ledger)
    log.seal()

    async def printed() -> PrintedReceipt:
        await citizen.get(f"/wallet/receipts/{receipt_id}/paper")
        found = re.search(r"mydata-receipt-v1\n[^<]*", html.unescape(citizen.page))
        assert found is not None
        return PrintedReceipt.parse(found[0])

    first = Receipt.parse(await world.wallets.receipt(HOLDER, receipt_id)).log.size
    assert first < (await printed()).entry.size
    log.change_proof = lambda text: text.replace(b"index 0", b"index 1")
    assert first == (await printed()).entry.size


async def test_a_receipt_whose_proof_does_not_hold_says_so(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, world: World
) -> None:
    """
    A log with another key is not the log it was: amber, never green.
    """
    receipt_id = await presented(world, verifier_of_citizen)
    world.ledger.__post_init__()
    await citizen.get(f"/wallet/receipts/{receipt_id}")

    assert "기록의 증거를 확인하지 못했습니다" in citizen.words
    assert 'class="note good"' not in citizen.page


async def test_a_deleted_certificates_claims_keep_their_names_where_known(
    citizen: Browser, verifier_of_citizen: VerifierOfTest, certificate: str, world: World
) -> None:
    """
    Without a certificate of the kind a stranger's type is not asked for; its own words stay.
    """
    await presented(world, verifier_of_citizen)
    await world.wallets.delete(HOLDER, certificate)
    asked = len(world.network.to(VCT))
    await citizen.get("/wallet/history")

    assert "지움" in citizen.words
    assert "보낸 것 1개 보기 name" in citizen.words
    assert asked == len(world.network.to(VCT))


@pytest.mark.parametrize(
    "path", ["/wallet/receipts/{}", "/wallet/receipts/{}/download", "/wallet/sent/{}"]
)
async def test_another_citizens_record_is_nowhere(
    desks: Desks, citizen: Browser, verifier_of_citizen: VerifierOfTest, world: World, path: str
) -> None:
    """
    H90: a foreign id answers like one that never was.
    """
    outcome = await world.wallets.present(HOLDER, verifier_of_citizen.link, Wish())
    own = outcome.entry if "sent" in path else str(outcome.receipt)
    await citizen.get(path.format(own))
    stranger = await desks.enter("second")

    foreign = await stranger.get(path.format(own), 404)
    absent = await stranger.get(path.format("x" * 22), 404)
    assert foreign.replace(own, "") == absent.replace("x" * 22, "")
