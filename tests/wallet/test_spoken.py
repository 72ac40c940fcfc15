"""A code read out at a counter: registered desks alone, five tries, one request, nothing else."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from keys.signer import SoftwareSigner
from keys.x509 import Role
from standards.spoken_code.entry import SpokenEntry, sign_entry
from standards.spoken_code.letters import ALPHABET, draw, read_spoken
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER, WALLET_URL, World, entropy_of
from wallet.errors import WalletError, WalletFailure

REQUEST = "openid4vp://?client_id=x509_hash:abc&request_uri=https://desk.example/r/1"
CLOSED, LOCKED = WalletFailure.SPOKEN_CODE_CLOSED, WalletFailure.SPOKEN_DESK_LOCKED
INVALID = WalletFailure.SPOKEN_ENTRY_INVALID


class Desk:
    """A relying party with a key, which types codes."""

    def __init__(self, world: World, organization: str | None = "corner-store") -> None:
        self.world = world
        self.signer = SoftwareSigner.generate()
        self.chain = world.authorities.certify(
            Role.VERIFIER,
            self.signer,
            "Shop",
            organization_id=organization,
            dns_names=("a.example",),
        )

    def entry(
        self, code: str, *, desk: str = "1", audience: str = WALLET_URL, late: int = 0
    ) -> str:
        now = self.world.clock.now - timedelta(seconds=late)
        return sign_entry(
            SpokenEntry(desk, code, REQUEST),
            audience=audience,
            signer=self.signer,
            chain=self.chain,
            now=now,
        )

    async def enter(self, code: str, desk: str = "1") -> None:
        await self.world.wallets.enter_spoken(self.entry(code, desk=desk))


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Everything sent to the database, in its order."""
    seen: list[str] = []

    def note(*cursor_and_statement: object) -> None:
        seen.append(str(cursor_and_statement[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def others(code: str, count: int) -> list[str]:
    """Return codes that nobody has drawn."""
    take = entropy_of("others")
    return [made for made in (draw(take) for _ in range(count)) if made != code]


async def test_a_desk_that_was_told_brings_its_request_and_nothing_goes_out(
    world: World, desk: Desk
) -> None:
    """
    W9: eight letters, one request on the holder's screen; until then there is nothing to see.
    """
    spoken = await world.wallets.open_spoken(HOLDER)
    assert spoken.code == read_spoken(spoken.code)
    assert spoken.code not in repr(spoken)
    assert await world.wallets.spoken_request(HOLDER) is None
    asked = len(world.network.asked)

    await desk.enter(spoken.code)

    assert REQUEST == await world.wallets.spoken_request(HOLDER, spoken.name)
    assert asked == len(world.network.asked)
    assert [] == world.ledger.submissions


async def test_a_code_is_good_once_for_two_minutes_and_the_next_closes_it(
    world: World, desk: Desk
) -> None:
    """
    Used, over, closed, never drawn: the desk is told the same of all.
    """
    used = await world.wallets.open_spoken(HOLDER)
    await desk.enter(used.code)
    with refused(CLOSED):
        await desk.enter(used.code, "2")
    replaced = await world.wallets.open_spoken(HOLDER)
    late = await world.wallets.open_spoken(HOLDER)
    with refused(CLOSED):
        await desk.enter(replaced.code, "2")
    with refused(CLOSED):
        await desk.enter(others(late.code, 1)[0], "2")
    world.clock.now += timedelta(seconds=121)
    with refused(CLOSED):
        await desk.enter(late.code, "2")
    with refused(WalletFailure.DESK_LINK_CLOSED):
        await world.wallets.spoken_request(HOLDER, late.name)
    with refused(WalletFailure.DESK_LINK_CLOSED):
        await world.wallets.spoken_code(HOLDER, used.name)


async def test_unknown_expired_and_used_cost_the_same_and_say_the_same(
    world: World, desk: Desk, statements: list[str]
) -> None:
    """
    P7's rule for codes: failure, words and every statement sent to the database are alike.
    """
    used, late = await world.wallets.open_spoken(HOLDER), await world.wallets.open_spoken("jun")
    await desk.enter(used.code)
    told: list[tuple[str, tuple[str, ...]]] = []
    for at, code in enumerate((others("", 1)[0], used.code, late.code)):
        if code == late.code:
            world.clock.now += timedelta(seconds=121)
        statements.clear()
        with pytest.raises(WalletError) as caught:
            await desk.enter(code, f"fresh-{at}")
        told.append((str(caught.value), tuple(statements)))

    assert 1 == len(set(told))
    assert len(told[0][1]) < 12


async def test_five_wrong_codes_lock_the_counter_and_not_its_neighbour(
    world: World, desk: Desk
) -> None:
    """
    The right code is not looked at either; ten minutes later, or next door, it is.
    """
    spoken = await world.wallets.open_spoken(HOLDER)
    for wrong in others(spoken.code, 5):
        with refused(CLOSED):
            await desk.enter(wrong)

    with refused(LOCKED):
        await desk.enter(spoken.code)
    await desk.enter(spoken.code, "next-door")
    world.clock.now += timedelta(minutes=10, seconds=1)
    spoken = await world.wallets.open_spoken(HOLDER)
    await desk.enter(spoken.code)


async def test_fifty_tries_at_once_are_five(world: World, desk: Desk) -> None:
    """
    Each is counted before it is looked up.
    """
    outcomes = await asyncio.gather(
        *(desk.enter(code) for code in others("", 50)), return_exceptions=True
    )

    failures = [one.failure for one in outcomes if isinstance(one, WalletError)]
    assert (5, 45) == (failures.count(CLOSED), failures.count(LOCKED))


async def test_a_party_that_names_new_counters_is_stopped_too(world: World, desk: Desk) -> None:
    """
    A hundred in vain, whatever the counters are called; another party goes on.
    """
    for at, wrong in enumerate(others("", 100)):
        with refused(CLOSED):
            await desk.enter(wrong, f"counter-{at}")

    spoken = await world.wallets.open_spoken(HOLDER)
    with refused(LOCKED):
        await desk.enter(spoken.code, "one-more")
    await Desk(world, "parcel-service").enter(spoken.code)


async def test_right_codes_are_never_counted(world: World, desk: Desk) -> None:
    """
    A busy counter is not locked by its work.
    """
    for _ in range(7):
        await desk.enter((await world.wallets.open_spoken(HOLDER)).code)
        assert REQUEST == await world.wallets.spoken_request(HOLDER)


@pytest.mark.parametrize(
    "bend",
    [
        lambda world, code: Desk(world, None).entry(code),
        lambda world, code: Desk(world).entry(code, audience="https://other.example"),
        lambda world, code: Desk(world).entry(code, late=61),
        lambda world, code: Desk(world).entry(code, late=-61),
        lambda world, code: Desk(world).entry(code, desk="a b"),
        lambda world, code: Desk(world).entry(code)[:-4] + "AAAA",
        lambda world, code: Desk(world).entry(code[:7] + _other_check(code)),
        lambda world, code: "x" * 9,
    ],
    ids=["no-number", "elsewhere", "old", "future", "desk", "signature", "check", "no-token"],
)
async def test_what_no_registered_desk_signed_for_us_now_is_not_looked_up(
    world: World, bend: Callable[[World, str], str]
) -> None:
    """
    The letters alone are no right: nothing is counted, and the code stays open.
    """
    spoken = await world.wallets.open_spoken(HOLDER)

    with refused(INVALID):
        await world.wallets.enter_spoken(bend(world, spoken.code))
    assert await world.wallets.spoken_request(HOLDER) is None


async def test_a_party_nobody_trusts_any_more_is_no_desk(world: World, desk: Desk) -> None:
    """
    H87: the root left the trust list.
    """
    spoken = await world.wallets.open_spoken(HOLDER)
    world.authorities.trusted.discard(Role.VERIFIER)

    with refused(INVALID):
        await desk.enter(spoken.code)


async def test_the_database_alone_tells_no_code(world: World) -> None:
    """
    T23: 35 bits behind a plain hash would be found in a moment; this hash needs the store's key.
    """
    spoken = await world.wallets.open_spoken(HOLDER)
    other = World.around(world.store, world.outbox)

    assert world.store_key.mac(b"x", context=b"a") != other.store_key.mac(b"x", context=b"a")
    assert world.store_key.mac(b"x", context=b"a") != world.store_key.mac(b"x", context=b"b")
    with refused(CLOSED):
        await other.wallets.enter_spoken(_at(other, spoken.code))


def _at(world: World, code: str) -> str:
    return Desk(world).entry(code)


def _other_check(code: str) -> str:
    return next(letter for letter in ALPHABET if letter != code[7])
