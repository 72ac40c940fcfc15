"""What became of what was sent, taking it back, and whether the history is all there is."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from consent.complete.evidence import ConsentEvidence
from consent.forms.entry import EntryType, Leaf
from consent.forms.reason import Reason
from consent.forms.record import EventState
from consent.forms.terms import Party
from keys.strict_json import loads_object
from tests.issuers.pages.browser import Browser, Desks
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.recipient_of_test import RecipientOfTest
from tests.wallet.test_proving import share
from tests.wallet.test_sharing import paths
from tests.wallet.verifier_of_test import VerifierOfTest, terms
from tests.wallet.world import HOLDER, World


@pytest.fixture
def log(world: World) -> LogOfTest:
    return LogOfTest(world.ledger)


@pytest.fixture
def recipient(verifier_of_citizen: VerifierOfTest, log: LogOfTest) -> RecipientOfTest:
    return RecipientOfTest(verifier_of_citizen)


@pytest.fixture
async def given(
    world: World, verifier_of_citizen: VerifierOfTest, recipient: RecipientOfTest
) -> str:
    return await share(world, verifier_of_citizen)


def withdrawals(world: World) -> int:
    types = [Leaf.parse(entry).type for entry in world.ledger.entries]
    return types.count(EntryType.WITHDRAWN)


async def test_a_sharing_is_taken_back_in_three_presses_from_the_history(
    citizen: Browser, world: World, given: str
) -> None:
    """
    History, the sharing, one button, one confirming press: as many as it took to send it.
    """
    await citizen.get("/wallet/history")
    assert "약속한 만큼 다 씀" in citizen.words
    (link,) = re.findall(r'href="(/wallet/sharings/[^"]+)"', citizen.page)
    await citizen.get(link)
    (ask,) = re.findall(r'href="(/wallet/sharings/[^"]+/withdraw)"', citizen.page)
    await citizen.get(ask)
    assert "10일 안에 지워야 합니다" in citizen.words
    await citizen.send(ask)

    assert "동의를 거두었습니다" in citizen.words
    assert "거둠 · 기관이 멈춤" in citizen.words
    assert "하나하나 기록과 맞추어 보았습니다" in citizen.words
    assert 1 == withdrawals(world)
    assert "동의 거두기" not in citizen.words


async def test_a_withdrawal_pressed_twice_is_one(
    citizen: Browser, world: World, given: str
) -> None:
    """
    Two tabs with the same question: one entry, and both say it is done.
    """
    ask = f"/wallet/sharings/{given}/withdraw"
    await citizen.get(ask)
    fields = citizen.fields(ask)
    await citizen.resend(ask, fields)
    await citizen.resend(ask, fields)

    assert "동의를 거두었습니다" in citizen.words
    assert 1 == withdrawals(world)


async def test_erasure_alone_leaves_the_consent(
    citizen: Browser, world: World, given: str
) -> None:
    """
    Asking for erasure is its own button; taking back is still offered.
    """
    ask = f"/wallet/sharings/{given}/erase"
    await citizen.get(ask)
    assert "동의는 그대로 두고" in citizen.words
    await citizen.send(ask)

    assert "지워 달라고 했습니다" in citizen.words
    assert f'href="/wallet/sharings/{given}/withdraw"' in citizen.page
    assert f'href="{ask}"' not in citizen.page
    assert 0 == withdrawals(world)


async def test_what_is_overdue_is_told_with_what_to_do(
    citizen: Browser, world: World, given: str
) -> None:
    """
    Past its time: in plain words, first of all, with the evidence and whom to give it to.
    """
    await world.consents.withdraw(HOLDER, given)
    world.clock.now += timedelta(days=11)
    citizen = await renewed(citizen)
    await citizen.get(f"/wallet/sharings/{given}")

    assert "기관이 기한을 넘김" in citizen.words
    assert "118" in citizen.words
    assert "아직 하지 않음" in citizen.words
    await citizen.get("/wallet/history")
    assert "기관이 기한을 넘김" in citizen.words


async def test_a_code_that_was_used_twice_is_told_with_both_names(
    citizen: Browser, world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    The ledger's word about one shown code: who used it, and what to do.
    """
    label = (await world.consents.sharing(HOLDER, given)).given.record.label
    for name in ("미리내은행", "모퉁이 편의점"):
        party = Party(name, name)
        recipient.change = partial(replace, controller=party, reason=Reason.USED_ELSEWHERE)
        recipient.file(EventState.REUSED, label, given)
    await citizen.get(f"/wallet/sharings/{given}")

    assert "두 곳 이상에서 쓰임" in citizen.words
    assert "미리내은행" in citizen.words
    assert "모퉁이 편의점" in citizen.words
    told = (await world.consents.sharing(HOLDER, given)).as_dict()["reused_by"]
    assert 2 == len(told)  # type: ignore[arg-type]  # a list, as the form says


async def renewed(browser: Browser) -> Browser:
    """Sign in again where time has ended the session."""
    await browser.get("/sign-in")
    await browser.send("/sign-in/demo", name="min")
    return browser


async def test_what_a_law_keeps_is_told_with_its_last_day(
    citizen: Browser, world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    Kept by law until: the day, and that it is the law.
    """
    recipient.change = lambda record: (
        replace(record, kept_until=world.clock.now.replace(year=2031), reason=Reason.TAX_BOOKS)
        if record.event_state is EventState.RETAINED
        else record
    )
    await world.consents.withdraw(HOLDER, given)
    label = Leaf.parse(world.ledger.entries[0]).label
    recipient.file(EventState.RETAINED, label, given)
    await citizen.get(f"/wallet/sharings/{given}")

    assert "법에 따라 남아 있음" in citizen.words
    assert "2031. 11. 22." in citizen.words


async def test_a_party_that_does_not_answer_is_told(
    citizen: Browser, world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    How often it was told, and that it will be again.
    """
    recipient.status = 503
    await world.consents.withdraw(HOLDER, given)
    await citizen.get(f"/wallet/sharings/{given}")

    assert "거둠 · 답을 기다림" in citizen.words
    assert "1번 알렸고" in citizen.words


async def test_a_wish_the_record_did_not_hear_yet_is_told(
    citizen: Browser, world: World, given: str
) -> None:
    """
    The ledger is away: kept, not lost; what is shown is what the wallet has.
    """
    world.network.unreachable.add("ledger.example")
    ask = f"/wallet/sharings/{given}/withdraw"
    await citizen.get(ask)
    await citizen.send(ask)

    assert "거두는 중" in citizen.words
    assert "받아 두었습니다" in citizen.words
    assert "지갑에 있는 것만 알려 드립니다" in citizen.words


async def test_a_wish_the_record_refused_can_be_pressed_again(
    citizen: Browser, world: World, given: str
) -> None:
    """
    The failure leads back to the sharing, which offers it again.
    """
    world.ledger.status = 403
    ask = f"/wallet/sharings/{given}/withdraw"
    await citizen.get(ask)
    await citizen.send(ask)
    assert f'href="/wallet/sharings/{given}"' in citizen.page

    await citizen.get(f"/wallet/sharings/{given}")
    assert "기록하지 못함" in citizen.words
    assert f'href="{ask}"' in citizen.page


async def test_a_shown_code_has_nobody_to_tell(
    citizen: Browser, world: World, certificate: str, log: LogOfTest
) -> None:
    """
    Whoever read the code gave no address; the record stands all the same, and that is said.
    """
    await world.wallets.show_code(HOLDER, certificate, paths("name"))
    shown, *_ = await world.wallets.history(HOLDER)
    ask = f"/wallet/sharings/{shown['receipt']}/withdraw"
    await citizen.get(ask)
    await citizen.send(ask)

    assert "알릴 곳을 밝히지 않은 상대입니다" in citizen.words


async def test_the_history_is_proven_to_be_all(citizen: Browser, world: World, given: str) -> None:
    """
    Not checked, checked, and what was found: the sentence stays on the history.
    """
    await citizen.get("/wallet/history")
    assert "아직 확인하지 않았습니다" in citizen.words
    await citizen.send("/wallet/history/proof")
    assert "빠진 것 없음" in citizen.words
    assert "기록 2건이 전부입니다" in citizen.words
    assert "시험 은행 : 2건" in citizen.words

    await citizen.get("/wallet/history")
    assert "기록 2건이 전부입니다" in citizen.words


async def test_what_is_missing_is_named_on_the_page(
    citizen: Browser, world: World, log: LogOfTest, given: str
) -> None:
    """
    Hidden from the answer: red, with the party and the number; never green.
    """
    log.hides = {1}
    await citizen.get("/wallet/history")
    await citizen.send("/wallet/history/proof")

    assert "맞지 않는 것이 있음" in citizen.words
    assert "entry number 2 is missing" in citizen.words
    assert 'class="verdict yes"' not in citizen.page


async def test_a_log_that_shows_another_history_is_told_with_its_signatures(
    citizen: Browser, world: World, given: str
) -> None:
    """
    Both signed checkpoints are on the page, for the authority.
    """
    del world.ledger.entries[1:]
    await citizen.get("/wallet/history")
    await citizen.send("/wallet/history/proof")

    assert "전과 다른 기록" in citizen.words
    assert 'class="verdict no"' in citizen.page
    assert 2 == citizen.page.count("<pre>ledger.example/2026\n2\n")


async def test_a_log_that_became_shorter_is_told(
    citizen: Browser, world: World, verifier_of_citizen: VerifierOfTest, given: str
) -> None:
    """
    Lines that were there are gone: red, and the wallet has the signature that they were there.
    """
    await share(world, verifier_of_citizen)
    del world.ledger.entries[1:]
    await citizen.get("/wallet/history")
    await citizen.send("/wallet/history/proof")

    assert "기록이 짧아짐" in citizen.words


async def test_the_evidence_is_downloaded_whole(
    citizen: Browser, world: World, given: str
) -> None:
    """
    One file, to be kept and given to an authority.
    """
    answer = await citizen.client.get(f"/wallet/receipts/{given}/evidence")

    found = ConsentEvidence.parse(loads_object(answer.content, limit=4_000_000))
    assert given == found.receipt.record.record_id
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" == answer.headers["cache-control"]


async def test_news_is_told_as_news(
    citizen: Browser, world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    What the party filed unasked is listed, and nothing is red.
    """
    label = Leaf.parse(world.ledger.entries[0]).label
    recipient.file(EventState.USED, label, given)
    await citizen.get("/wallet/history")
    await citizen.send("/wallet/history/proof")

    assert "기관이나 기록하는 곳이 적은 것" in citizen.words
    assert "시험 은행 : 기관이 썼음" in citizen.words
    assert 'class="verdict yes"' in citizen.page


async def test_without_the_record_nothing_is_green(
    citizen: Browser, world: World, given: str
) -> None:
    """
    Unreachable is amber, and said to be that.
    """
    world.network.unreachable.add("ledger.example")
    await citizen.get("/wallet/history")
    assert "지갑에 있는 것만 알려 드립니다" in citizen.words
    await citizen.send("/wallet/history/proof")

    assert "지금은 확인할 수 없음" in citizen.words
    assert 'class="verdict wait"' in citizen.page


async def test_a_citizen_without_a_history_has_nothing_to_prove(
    desks: Desks, citizen: Browser
) -> None:
    """
    The empty state is no failure.
    """
    stranger = await desks.enter("second")
    await stranger.get("/wallet/history/proof", 303)
    await stranger.get("/wallet/history")
    assert "아직 확인하지 않았습니다" in stranger.words
    await stranger.send("/wallet/history/proof")

    assert "기록 없음" in stranger.words


@pytest.mark.parametrize("path", ["", "/withdraw", "/erase"])
async def test_another_citizens_sharing_is_nowhere(
    desks: Desks, citizen: Browser, given: str, path: str
) -> None:
    """
    H90: a foreign id answers like one that never was.
    """
    stranger = await desks.enter("second")

    foreign = await stranger.get(f"/wallet/sharings/{given}{path}", 404)
    absent = await stranger.get(f"/wallet/sharings/{'x' * 22}{path}", 404)
    assert foreign.replace(given, "") == absent.replace("x" * 22, "")


async def test_a_standing_consent_says_until_when_it_is_answered(
    citizen: Browser, world: World, verifier_of_citizen: VerifierOfTest, log: LogOfTest
) -> None:
    """
    The wallet answers for the person until that day, so often; stopping is one button.
    """
    until = world.clock.now.replace(microsecond=0, year=2027)
    verifier_of_citizen.terms = replace(terms(), uses=3, until=until)
    given = await share(world, verifier_of_citizen)
    await citizen.get("/wallet/history")
    assert "지금 쓸 수 있음" in citizen.words
    await citizen.get(f"/wallet/sharings/{given}")

    assert "2027. 11. 22.까지 이 지갑이 대신 보냅니다. 남은 횟수는 2번" in citizen.words
    assert "대신 보내기 그만두기" in citizen.words


async def test_the_history_is_downloaded_in_three_forms(
    citizen: Browser, world: World, given: str
) -> None:
    """
    The links are on the page; another form is nowhere.
    """
    await citizen.get("/wallet/history")
    for form in re.findall(r'href="/wallet/history/export/(\w+)"', citizen.page):
        answer = await citizen.client.get(f"/wallet/history/export/{form}")
        assert f'attachment; filename="history.{form}"' == answer.headers["content-disposition"]
    assert 3 == citizen.page.count("/wallet/history/export/")
    await citizen.get("/wallet/history/export/pdf", 400)
