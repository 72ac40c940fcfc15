"""Events: every end is told, in order, at least once, to nobody else, and never a claim."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from app.institution.receiving import Receiver
from keys.jws import parse
from keys.strict_json import loads_object
from keys.x509 import Role
from tests.verifiers.world import BASE, NAME, NOW, World
from verifiers.client import EventClient
from verifiers.errors import VerifierError
from verifiers.events.event import Event, EventError, EventKind, read_event, sign_event
from verifiers.events.ports import Undelivered
from verifiers.events.telling import LEASE, Events, wait_after
from verifiers.failure import Failure
from verifiers.store import EventsStore
from web.outbound import Reply

SHOP = "corner-store"
ADDRESS = "https://shop.example/events"


@dataclass
class Shop:
    """An institution's system: it takes what it is sent, unless it is told otherwise."""

    world: World
    status: int = 204
    tokens: list[str] = field(default_factory=list)
    acted: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.network.answering[ADDRESS] = self.answer
        anchors = self.world.roots.trust().anchors(Role.VERIFIER, NOW)
        self.receiver = Receiver(ADDRESS, SHOP, anchors)

    def answer(self, body: bytes) -> Reply:
        self.tokens.append(body.decode())
        return Reply(self.status, "application/json", b"")

    async def act(self, event: Event) -> None:
        self.acted.append(event)

    async def read(self) -> list[tuple[int, EventKind]]:
        """Act on everything received, in the order it came."""
        for token in self.tokens:
            await self.receiver.receive(
                token, self.act, institution=None, now=self.world.clock.now
            )
        return [(event.sequence, event.kind) for event in self.acted]


def started(world: World) -> Events:
    """Return the events of a process that has just started on the world's database."""
    return Events(
        EventsStore(world.store._engine),  # one database, as in the service
        EventClient(world.network),
        registrations=lambda: world.verifiers.catalogue.registrations,
        party_keys=world.keys,
        issuer=BASE,
        clock=world.clock,
    )


@pytest.fixture
async def events(world: World) -> Events:
    """The shop is told at its address."""
    made = started(world)
    await made.register(SHOP, ADDRESS)
    return made


@pytest.fixture
def shop(world: World) -> Shop:
    """The shop's own system."""
    return Shop(world)


async def verified(world: World) -> str:
    asked = await world.ask()
    await world.answer(asked)
    return asked.transaction_id


async def test_every_end_is_told_with_its_number(world: World, events: Events, shop: Shop) -> None:
    """
    Verified, failed, expired: numbered from one in the order they happened, and no claim in any.
    """
    first = await verified(world)
    world.clock.move(seconds=1)
    lost = await world.ask()
    with pytest.raises(VerifierError):
        await world.post(lost, b"nonsense")
    await world.ask()
    await events.work()
    world.clock.move(minutes=6)
    await events.work()

    ends = [EventKind.VERIFIED, EventKind.FAILED, EventKind.EXPIRED]
    told = [parse(token).payload for token in shop.tokens]
    assert first == loads_object(told[0])["transaction_id"]
    assert [1, 2, 3] == [loads_object(each)["sequence"] for each in told]
    assert [each.value for each in ends] == [loads_object(each)["event"] for each in told]
    members = {"iss", "aud", "party", "sequence", "event", "transaction_id", "at", "iat"}
    assert all(members == loads_object(each).keys() for each in told)
    assert not any(NAME.encode() in each for each in told)


async def test_what_was_told_is_not_told_again(world: World, events: Events, shop: Shop) -> None:
    """
    A turn without news sends nothing, in this process or another.
    """
    await verified(world)
    for process in (events, events, started(world)):
        await process.work()
    assert [(1, EventKind.VERIFIED)] == await shop.read()
    assert 1 == len(shop.tokens)


async def test_a_receiver_that_is_down_gets_everything_later(
    world: World, events: Events, shop: Shop
) -> None:
    """
    Nothing is lost and nothing overtakes; the waits grow, and the trouble is told.
    """
    world.network.failing[ADDRESS] = 2
    await verified(world)
    await events.work()
    await verified(world)
    assert Undelivered.UNREACHABLE is (await events.webhook(SHOP)).trouble
    await events.work()
    assert 1 == world.network.to(ADDRESS)
    world.clock.move(seconds=6)
    await events.work()
    world.clock.move(seconds=11)
    await events.work()

    assert [(1, EventKind.VERIFIED), (2, EventKind.VERIFIED)] == await shop.read()
    assert (await events.webhook(SHOP)).trouble is None


async def test_a_receiver_that_refuses_is_asked_again(
    world: World, events: Events, shop: Shop
) -> None:
    """
    Only 2xx means taken: a redirect or an error of its own is no answer.
    """
    await verified(world)
    for status in (302, 400, 500):
        shop.status = status
        await events.work()
        world.clock.move(hours=1)
    assert Undelivered.REFUSED is (await events.webhook(SHOP)).trouble
    assert 0 == (await events.webhook(SHOP)).delivered
    shop.status = 200
    await events.work()
    assert 1 == (await events.webhook(SHOP)).delivered


async def test_an_answer_that_was_lost_means_a_repeat_that_changes_nothing(
    world: World, events: Events, shop: Shop
) -> None:
    """
    At least once: the receiver knows it by its number and acts once.
    """
    world.network.lost[ADDRESS] = 1
    await verified(world)
    await events.work()
    world.clock.move(seconds=6)
    await events.work()

    assert 2 == len(shop.tokens)
    assert [(1, EventKind.VERIFIED)] == await shop.read()


async def test_a_process_that_ends_while_it_tells_gives_its_turn_back(
    world: World, shop: Shop
) -> None:
    """
    Killed in between, the event is told again once the lease is over, by whoever is there.
    """
    store = EventsStore(world.store._engine)  # one database, as in the service
    events = started(world)
    await events.register(SHOP, ADDRESS)
    await verified(world)
    await store.gather(SHOP, world.clock.now)
    assert await store.claim(SHOP, world.clock.now, world.clock.now + LEASE)
    assert not await store.claim(SHOP, world.clock.now, world.clock.now + LEASE)
    await events.work()
    assert [] == shop.tokens
    world.clock.move(seconds=LEASE.total_seconds())
    await events.work()
    assert [(1, EventKind.VERIFIED)] == await shop.read()


async def test_many_processes_number_each_event_once(world: World, shop: Shop) -> None:
    """
    However many look at once, numbers have no gap and nothing is there twice.
    """
    await started(world).register(SHOP, ADDRESS)
    for _ in range(4):
        await verified(world)
    await asyncio.gather(*(started(world).after(SHOP, 0) for _ in range(5)))
    assert [1, 2, 3, 4] == [event.sequence for event in await started(world).after(SHOP, 0)]
    assert [3, 4] == [event.sequence for event in await started(world).after(SHOP, 2)]


async def test_what_comes_out_of_order_waits_and_replays_change_nothing(
    world: World, events: Events, shop: Shop
) -> None:
    """
    A receiver acts on the next number alone: neither early, nor twice, nor backwards.
    """
    await verified(world)
    await events.work()
    await verified(world)
    await events.work()
    one, two = shop.tokens
    shop.tokens = [two, one, one, two, one, two]
    assert [(1, EventKind.VERIFIED), (2, EventKind.VERIFIED)] == await shop.read()


async def test_only_the_partys_own_word_is_believed(
    world: World, events: Events, shop: Shop
) -> None:
    """
    Another receiver, another party, a changed event, a foreign root, an old token: each refused.
    """
    await verified(world)
    await events.work()
    (token,) = shop.tokens
    anchors = world.roots.trust().anchors(Role.VERIFIER, NOW)
    rogue = (world.roots.rogue[Role.VERIFIER].anchor,)
    head, payload, signature = token.split(".")
    for wrong in (
        {"expected_audience": "https://other.example/events"},
        {"expected_party": "gaon-bank"},
        {"anchors": rogue},
        {"now": NOW + timedelta(minutes=7)},
        {"token": f"{head}.{payload}A.{signature}"},
        {"token": "nonsense"},
    ):
        given = {
            "token": token,
            "expected_audience": ADDRESS,
            "expected_party": SHOP,
            "anchors": anchors,
            "now": NOW,
        } | wrong
        with pytest.raises(EventError):
            read_event(given.pop("token"), **given)  # type: ignore[arg-type]  # a table of cases


async def test_a_party_cannot_speak_for_another(world: World) -> None:
    """
    A bank that signs an event of the shop is not believed: the certificate names who speaks.
    """
    event = Event(SHOP, 1, EventKind.VERIFIED, "transaction", NOW)
    bank = world.keys.current("gaon-bank")
    token = sign_event(event, issuer=BASE, audience=ADDRESS, key=bank, now=NOW)
    with pytest.raises(EventError):
        read_event(
            token,
            expected_audience=ADDRESS,
            expected_party=SHOP,
            anchors=world.roots.trust().anchors(Role.VERIFIER, NOW),
            now=NOW,
        )


async def test_a_party_without_a_webhook_has_no_events(world: World, events: Events) -> None:
    """
    Nothing is gathered for a party that did not ask, and removing forgets what was.
    """
    await verified(world)
    await events.work()
    await events.remove(SHOP)
    for party in (SHOP, "gaon-bank"):
        with pytest.raises(VerifierError) as caught:
            await events.after(party, 0)
        assert Failure.PROFILE_UNKNOWN is caught.value.failure


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "shop.example", "https://a:b@shop.example/", f"https://a/{'a' * 999}"],
)
async def test_an_address_that_is_none_is_refused(events: Events, address: str) -> None:
    """
    A webhook is a web address without secrets; whether it may be reached, the network guard says.
    """
    with pytest.raises(VerifierError) as caught:
        await events.register(SHOP, address)
    assert Failure.REQUEST_INVALID is caught.value.failure


def test_the_waits_double_up_to_an_hour() -> None:
    """
    Five seconds, ten, twenty … an hour, however often it failed.
    """
    waits = [wait_after(tries).total_seconds() for tries in (0, 1, 2, 10, 10_000)]
    assert [5, 10, 20, 3600, 3600] == waits


async def test_what_is_older_than_a_month_is_forgotten(
    world: World, events: Events, shop: Shop
) -> None:
    """
    The cursor goes back thirty days; the numbers go on.
    """
    await verified(world)
    await events.work()
    world.clock.move(days=31)
    await events.work()
    assert () == await events.after(SHOP, 0)
    assert 1 == (await events.webhook(SHOP)).numbered
