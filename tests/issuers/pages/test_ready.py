"""What was made ready for many is found by each, taken once, and gone."""

from issuers.issuance.bulk import NewJob
from issuers.store import IssuersStore
from tests.issuers.pages.browser import Desks
from tests.issuers.test_bulk import TAX, in_chunks, work
from tests.issuers.world import NOW, World
from tests.issuers.year_trips import ordered


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


async def test_a_citizen_orders_for_the_year_and_cancels(world: World, desks: Desks) -> None:
    """
    The form asks when; what waits stands on the page with a way out, and is gone after it.
    """
    citizen = await desks.enter("demo", "en")
    await citizen.get("/issuers/apply/tax-payment")
    assert "When the certificates for 2026 are made" in citizen.words
    await ordered(world)
    await citizen.get("/issuers")
    assert "National Tax Payment Certificate for 2026: ordered" in citizen.words
    (order,) = await world.issuers.desk.year_orders("demo")

    await citizen.send(f"/issuers/orders/{order.number}/cancel")

    await citizen.get("/issuers")
    assert "ordered" not in citizen.words
    await citizen.get("/issuers/apply/resident-register")
    assert "When do you want it?" not in citizen.words
