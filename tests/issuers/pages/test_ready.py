"""What was made ready for many is found by each, taken once, and gone."""

from issuers.issuance.bulk import NewJob
from issuers.store import IssuersStore
from tests.issuers.pages.browser import Desks
from tests.issuers.test_bulk import TAX, in_chunks, work
from tests.issuers.world import NOW, World


async def test_what_was_taken_is_not_shown_again(world: World, desks: Desks) -> None:
    """
    The citizen's page says that it is ready, and where to take it; signed for the wallet's key on
    that day, it is gone from the page.
    """
    store = IssuersStore(world.engine).bulk
    await store.start(NewJob(TAX, 2026), in_chunks(["demo"]), now=NOW)
    citizen = await desks.enter("demo", "en")
    await citizen.get("/issuers")
    assert "for 2026 is ready" not in citizen.words
    await work(store, "tax-payment-2026", world.issuers.bulk)
    await citizen.get("/issuers")
    assert "National Tax Payment Certificate for 2026 is ready for you" in citizen.words
    assert 'href="/issuers/apply/tax-payment"' in citizen.page

    assert 1 == len(await world.issue(kind=TAX))

    await citizen.get("/issuers")
    assert "for 2026 is ready" not in citizen.words
