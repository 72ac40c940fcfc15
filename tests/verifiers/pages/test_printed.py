"""A code an institution printed: started by whoever opens it, told apart by the number."""

import pytest

from tests.issuers.pages.browser import Browser, Desks
from tests.verifiers.world import World
from verifiers.asking.desks import WAITING_PER_DESK
from verifiers.errors import VerifierError
from verifiers.failure import Failure

DESKS = "/verifiers/desks"


@pytest.fixture
async def shop(desks: Desks) -> Browser:
    return await desks.enter("corner-store")


async def opened(shop: Browser, name: str = "3번 창구") -> str:
    """Open a counter, and return the address that is printed."""
    await shop.get(DESKS)
    answer = await shop.resend(
        DESKS, {**shop.fields(DESKS), "profile": "adult-check", "name": name}
    )
    return str(answer.headers["location"]).replace("/desks/", "/desk/")


async def started(person: Browser, printed: str) -> str:
    """Start at a printed code, and return the question's number."""
    await person.get(printed)
    answer = await person.send(printed)
    assert answer.headers["location"].startswith("/verifiers/open/")
    return str(answer.headers["location"]).rpartition("/")[2]


async def test_who_opens_a_printed_code_is_asked_at_that_counter(
    shop: Browser, desks: Desks, world: World
) -> None:
    """
    A fresh signed request, and its number on that counter's screen; looking started nothing.
    """
    printed = await opened(shop)
    person = desks.stranger()
    await person.get(printed)
    assert "모퉁이 편의점" in person.words
    assert () == await world.verifiers.recent("corner-store", 10)

    transaction_id = await started(person, printed)

    look = await world.verifiers.look(transaction_id)
    assert "openid4vp" == (await world.verifiers.link_of(transaction_id)).partition(":")[0]
    await shop.get(printed.replace("/desk/", "/desks/"))
    assert look.transaction.match_number
    assert look.transaction.match_number in shop.words


async def test_a_code_stuck_over_another_shows_its_number_at_no_counter(
    shop: Browser, desks: Desks, world: World
) -> None:
    """
    T9, QR phishing: the next counter's code brings a number this counter's screen has not.
    """
    ours, other = await opened(shop, "1"), await opened(shop, "2")

    await started(desks.stranger(), other)

    assert () == await world.verifiers.counter.desks.waiting(ours.rpartition("/")[2])
    await shop.get(ours.replace("/desk/", "/desks/"))
    assert "기다리는 손님이 없습니다" in shop.words


async def test_a_closed_code_and_another_institutions_are_unknown(
    shop: Browser, desks: Desks, world: World
) -> None:
    """
    H90: what is not yours, what is over and what never was look the same.
    """
    printed = await opened(shop)
    own = printed.replace("/desk/", "/desks/")
    parcel = await desks.enter("parcel-service")
    await parcel.get(own, 404)
    await parcel.get(f"{DESKS}/AAAA", 404)
    person = desks.stranger()
    await person.get(printed)
    fields = person.fields(printed)

    await shop.get(own)
    await shop.send(f"{own}/close")

    await person.get(printed, 404)
    assert 404 == (await person.resend(printed, fields)).status_code
    assert () == await world.verifiers.counter.desks.of("corner-store")


async def test_one_counter_holds_a_line_and_no_flood(shop: Browser, world: World) -> None:
    """
    Whoever plays with a printed code stops that one counter, for five minutes at the most.
    """
    counters = world.verifiers.counter.desks
    ours, other = [(await opened(shop, name)).rpartition("/")[2] for name in "12"]
    for _ in range(WAITING_PER_DESK):
        await counters.ask(ours)

    with pytest.raises(VerifierError) as caught:
        await counters.ask(ours)
    assert Failure.TOO_MANY_OPEN is caught.value.failure
    await counters.ask(other)
    world.clock.move(seconds=302)
    await counters.ask(ours)


@pytest.mark.parametrize(
    ("party", "profile", "name", "failure"),
    [
        ("corner-store", "address-check", "1", Failure.PROFILE_UNKNOWN),
        ("corner-store", "adult-check", "", Failure.REQUEST_INVALID),
        ("corner-store", "adult-check", "x" * 65, Failure.REQUEST_INVALID),
        ("corner-store", "adult-check", "1\n2", Failure.REQUEST_INVALID),
    ],
)
async def test_a_counter_is_one_of_the_institutions_own_checks(
    world: World, party: str, profile: str, name: str, failure: Failure
) -> None:
    """
    Another institution's check, and names no sign could bear, are refused.
    """
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.counter.desks.open(party, profile, name)
    assert failure is caught.value.failure
