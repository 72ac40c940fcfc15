"""What the institution owes, on its page: in order, with its time, and one button for a person."""

from consent.forms.withdrawal_notice import NoticeKind
from tests.issuers.pages.browser import Desks
from tests.verifiers.sharing import share
from tests.verifiers.test_filing import over_ask
from tests.verifiers.world import NAME, World


async def test_an_institution_that_owes_nothing_is_told_so(desks: Desks) -> None:
    """
    The empty page says what it would be for.
    """
    desk = await desks.enter("corner-store")
    await desk.get("/verifiers/owed")

    assert "지금 할 일이 없습니다" in desk.words


async def test_each_duty_stands_with_its_time_and_those_of_others_do_not(
    desks: Desks, world: World
) -> None:
    """
    H90: open, then done; another institution's duties are not there, and no claim is.
    """
    shared = await share(world)
    await world.verifiers.duties.receive_notice(shared.notice())
    desk = await desks.enter("parcel-service")
    await desk.get("/verifiers/owed")
    for word in ("지우고 알리기", "하는 중", "그만 쓴다고 알리기", "마침", shared.consent_id):
        assert word in desk.words
    assert desk.words.index("하는 중") < desk.words.index("그만 쓴다고 알리기")
    assert NAME not in desk.words

    world.clock.move(days=11)
    desk = await desks.enter("parcel-service")
    await desk.get("/verifiers/owed")
    assert "기한 지남" in desk.words
    await world.verifiers.duties.work()
    await desk.get("/verifiers/owed")
    assert "기한 지남" not in desk.words

    other = await desks.enter("corner-store")
    await other.get("/verifiers/owed")
    assert shared.consent_id not in other.words


async def test_a_person_decides_with_one_button(desks: Desks, world: World) -> None:
    """
    Where a law depends on a contract: the page says what happens when nobody decides.
    """
    shared = await share(world, "lease-loan")
    await world.verifiers.duties.receive_notice(shared.notice(NoticeKind.DELETION_REQUESTED))
    desk = await desks.enter("gaon-bank")
    await desk.get("/verifiers/owed")
    assert "정해 주세요" in desk.words
    assert "계약하지 않았으면 지우세요" in desk.words

    answer = await desk.send("/verifiers/owed")

    assert "/verifiers/owed" == answer.headers["location"]
    assert (False, False) == await shared.sealed()
    await world.verifiers.duties.work()
    await desk.get("/verifiers/owed")
    assert "정해 주세요" not in desk.words


async def test_what_the_record_refused_is_told_to_the_desk_and_to_an_auditor(
    desks: Desks, world: World
) -> None:
    """
    An auditor sees every institution's overdue and refused duties, and nothing about a person.
    """
    auditor = await desks.enter("auditor")
    await auditor.get("/verifiers/unsettled")
    assert "기한이 지난 일이 없습니다" in auditor.words

    world.ledger.status = 409
    await over_ask(world)
    await world.verifiers.duties.work()

    desk = await desks.enter("test-desk")
    await desk.get("/verifiers/owed")
    assert "기록부가 받지 않음" in desk.words
    await auditor.get("/verifiers/unsettled")
    for word in ("상호운용 시험 창구", "등록보다 많이 물은 일 적기", "ledger_busy"):
        assert word in auditor.words
