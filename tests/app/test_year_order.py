"""Ordered for the year: the wallet waits for months, and the certificate comes by itself."""

from app.clock import utc_now
from issuers.clerks import ONLINE
from issuers.issuance.bulk import NewJob
from issuers.offers.offer import Order
from issuers.store import IssuersStore
from tests.app.conftest import Commands
from tests.app.life import CITIZEN, Life
from tests.issuers.test_bulk import TAX, in_chunks
from tests.wallet.world import HOLDER
from wallet.errands import moving_on


async def later(alive: Life, **by: float) -> int:
    alive.move(**by)
    return await moving_on.run_due(ports=alive.ports, now=alive.issuers.clock.now)


async def test_what_a_year_brings_arrives_by_itself(alive: Life) -> None:
    """
    The wallet asks once a day at last, and keeps what the job has signed for its keys.
    """
    desk = alive.issuers.issuers.desk
    offered = await desk.offer(Order(TAX, CITIZEN, year=2026), ONLINE)
    outcome = await alive.wallets.accept(HOLDER, offered.credential_offer_uri)
    assert ((), 1) == (outcome.credential_ids, outcome.preparing)
    assert 0 == await later(alive, minutes=4)
    assert 1 == await later(alive, days=90)
    assert 0 == await later(alive, hours=23)

    clock, worker = alive.issuers.clock, alive.issuers.issuers.bulk
    store = IssuersStore(alive.issuers.engine).bulk
    begun = await store.start(NewJob(TAX, 2026), in_chunks([CITIZEN]), now=clock.now)
    while await store.work(begun.name, worker, now=clock.now):
        pass
    assert 1 == await later(alive, hours=2)

    (held,) = await alive.wallets.credentials(HOLDER)
    assert 3 == len(held.copies)
    assert ["valid"] == await alive.states()
    assert 0 == await later(alive, days=1)


def test_a_year_is_ordered_from_the_shell(mydata: Commands) -> None:
    """
    The wallet keeps waiting for it; a year nobody can order for yet is refused in words.
    """
    before = len(mydata.json("wallet", "list").get("preparing", []))
    ordered = ("issuers", "offer", "tax-payment", "--year")
    offered = mydata.json(*ordered, str(utc_now().year + 1))
    mydata.json("wallet", "accept", offered["credential_offer_uri"])
    refused = mydata(*ordered, "2001", "--json")

    assert before + 1 == len(mydata.json("wallet", "list")["preparing"])
    assert (1, "malformed") == (refused.code, refused.answer["error"])
    assert "this year or the next" in refused.answer["detail"]
