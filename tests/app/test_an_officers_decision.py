"""A certificate an officer decides about: the holder's wallet waits, and it comes by itself."""

from issuers.clerks import OPERATOR
from issuers.grounds import Ground
from issuers.offers.offer import Order
from tests.app.life import CITIZEN, Life
from tests.wallet.world import HOLDER
from wallet.errands import moving_on


async def ordered(alive: Life) -> str:
    """Let the wallet take an order that waits; return its number in the officer's queue."""
    order = Order(kind="resident-register", citizen=CITIZEN, needs_decision=True)
    desk = alive.issuers.issuers.desk
    offered = await desk.offer(order, OPERATOR)
    outcome = await alive.wallets.accept(HOLDER, offered.credential_offer_uri)
    assert ((), 1) == (outcome.credential_ids, outcome.preparing)
    (waiting,) = await desk.decisions.queue(OPERATOR)
    return waiting.number


async def later(alive: Life, **by: float) -> int:
    alive.move(**by)
    return await moving_on.run_due(ports=alive.ports, now=alive.issuers.clock.now)


async def test_what_an_officer_approves_arrives_by_itself(alive: Life) -> None:
    """
    VCI-49 to VCI-52: encrypted, bound to the keys of the first request, in as many copies; days
    later with a token that was renewed on the way.
    """
    number = await ordered(alive)
    assert 1 == await later(alive, minutes=2)
    assert not await alive.wallets.credentials(HOLDER)
    assert 1 == await later(alive, days=2)

    await alive.issuers.issuers.desk.decisions.approve(number, OPERATOR)
    assert 1 == await later(alive, hours=7)
    (held,) = await alive.wallets.credentials(HOLDER)
    assert 3 == len(held.copies)
    assert ["valid"] == await alive.states()
    assert ["received"] == [each["event"] for each in await alive.wallets.history(HOLDER)]
    assert 0 == await later(alive, days=1)


async def test_what_an_officer_denies_is_told(alive: Life) -> None:
    """
    Section 9.3: the wallet stops asking, and the history says that the issuer refused.
    """
    number = await ordered(alive)
    decisions = alive.issuers.issuers.desk.decisions
    await decisions.refuse(number, Ground.PAPERS_MISSING, OPERATOR)
    await later(alive, minutes=10)
    (entry,) = await alive.wallets.history(HOLDER)
    assert ("failed", "issuer_refused") == (entry["event"], entry["reason"])
    assert not await alive.wallets.credentials(HOLDER)
    assert 0 == await later(alive, days=1)
