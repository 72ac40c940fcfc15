"""Originals that a law has kept: sealed, read by one person with a reason, destroyed in time."""

from datetime import timedelta

import pytest

from keys.errors import KeysError
from keys.sealing import DataKey
from tests.verifiers.paying import paid_for
from tests.verifiers.sharing import books_of
from tests.verifiers.world import NAME, NOW, World
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.originals.keeping import READING_TIME
from verifiers.originals.original import Reader, SealedOriginal
from verifiers.registered.terms import notice_in
from verifiers.transaction import Outcome, Progress

KEEPER = Reader("haneul-city", "haneul-city-keeper")


async def kept(world: World) -> tuple[str, ...]:
    """The numbers of the originals that are kept."""
    return tuple(each.transaction_id for each in await world.verifiers.originals.listed())


async def refused(world: World, asked: Asked, reader: Reader, reason: str = "a file") -> Failure:
    """Why a reading may not begin."""
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.originals.begin_reading(asked.transaction_id, reader, reason)
    return caught.value.failure


async def test_only_what_a_law_has_kept_is_kept(world: World) -> None:
    """
    P13: the presentation itself stays for the city's payment, and of every other nothing does: not
    without a law, nor where a law has the proof kept and says nothing of an original.
    """
    await world.answer(await world.ask())
    loan = await world.ask("lease-loan")
    transaction = await world.store.take(loan.transaction_id, NOW)
    await world.verifiers.originals.keep(transaction, (), ("shown",), now=NOW)
    await world.store.close(transaction.id, Outcome(Progress.VERIFIED))
    assert () == await kept(world)

    paid = await paid_for(world)

    assert (paid.transaction_id,) == await kept(world)


async def test_a_database_opens_none_and_one_institutions_key_opens_no_others(
    world: World,
) -> None:
    """
    P11: neither a name nor a signature stands in the database once the claims are gone.
    """
    paid = await paid_for(world)
    world.clock.move(minutes=10)
    await world.verifiers.forget_claims()
    (sealed,) = await world.verifiers.originals.listed()
    assert NAME.encode() not in sealed.sealed
    assert b"eyJ" not in sealed.sealed

    world.original_keys["haneul-city"] = DataKey.generate()
    reading = await world.verifiers.originals.begin_reading(paid.transaction_id, KEEPER, "a file")
    with pytest.raises(KeysError):
        await world.verifiers.originals.read(reading, KEEPER)


async def test_whoever_may_reads_it_for_ten_minutes_and_is_written_down_before(
    world: World,
) -> None:
    """
    The very text that came, with the certificates beside it; then a new reason is needed.
    """
    paid = await paid_for(world)
    reading = await world.verifiers.originals.begin_reading(
        paid.transaction_id, KEEPER, " audit 2026-12 "
    )
    (noted,) = await world.verifiers.originals.readings("haneul-city")
    assert (reading, KEEPER.person, NOW) == (noted.id, noted.person, noted.read_at)
    assert "audit 2026-12" == world.verifiers.originals.reason_of(noted)
    assert b"audit" not in noted.reason_sealed

    original = await world.verifiers.originals.read(reading, KEEPER)

    assert [True, True] == [NAME in str(each) for each in original.credentials]
    # Five claims, the three frames around them, and what the holder signed.
    assert [5 + 3 + 1] * 2 == [text.count("~") for text in original.presentations]
    world.clock.now += READING_TIME
    for late in (reading, "another"):
        with pytest.raises(VerifierError) as caught:
            await world.verifiers.originals.read(late, KEEPER)
        assert Failure.ORIGINAL_UNKNOWN is caught.value.failure


async def test_nobody_else_reads_and_nobody_without_a_reason(world: World) -> None:
    """
    Another institution's keeper hears what he hears of a number that never was.
    """
    paid = await paid_for(world)
    other = Reader("gaon-bank", "gaon-keeper")

    assert Failure.ORIGINAL_UNKNOWN is await refused(world, paid, other)
    for reason in ("", "  ", "x" * 201):
        assert Failure.REQUEST_INVALID is await refused(world, paid, KEEPER, reason)
    assert () == await world.verifiers.originals.readings()

    reading = await world.verifiers.originals.begin_reading(paid.transaction_id, KEEPER, "a file")
    for reader in (other, Reader("haneul-city", "another-keeper")):
        with pytest.raises(VerifierError):
            await world.verifiers.originals.read(reading, reader)


async def test_when_the_law_has_had_its_time_the_original_is_gone(world: World) -> None:
    """
    국세기본법 §85의3②: five years to the second, and nobody has to ask; the book stays.
    """
    paid = await paid_for(world)
    await world.verifiers.originals.begin_reading(paid.transaction_id, KEEPER, "a file")
    end = NOW.replace(year=2031)

    world.clock.now = end - timedelta(seconds=1)
    await world.verifiers.forget_claims()
    assert (paid.transaction_id,) == await kept(world)
    world.clock.now = end
    assert Failure.ORIGINAL_UNKNOWN is await refused(world, paid, KEEPER)
    await world.verifiers.forget_claims()
    assert () == await kept(world)
    assert 1 == len(await world.verifiers.originals.readings())


async def test_what_erases_the_sharing_destroys_the_original_with_it(world: World) -> None:
    """
    An erasure that is signed and told leaves nothing of the sharing, the original least of all.
    """
    paid = await paid_for(world)
    world.clock.now = NOW.replace(year=2031, month=12)
    (sharing,) = await world.store.acting(world.clock.now, 9)
    assert paid.transaction_id == sharing.transaction_id

    await books_of(world).erasing.work(world.clock.now)

    assert () == await kept(world)
    assert await world.store.original(paid.transaction_id) is None


async def test_what_was_not_released_is_not_listed_and_goes(world: World) -> None:
    """
    A crash between keeping and closing, a result that was discarded, a question nobody ended.
    """
    unclosed, discarded = await world.ask("contract-payment"), await paid_for(world)
    until = NOW + timedelta(days=1)
    await world.store.keep_original(
        SealedOriginal(unclosed.transaction_id, "haneul-city", "x", NOW, until, b"sealed")
    )
    assert (discarded.transaction_id,) == await kept(world)

    await world.store.discard(discarded.transaction_id, Failure.REDEMPTION_REFUSED)
    assert () == await kept(world)
    world.clock.move(hours=3)
    await world.verifiers.forget_claims()
    again = await world.ask("contract-payment")
    await world.store.keep_original(
        SealedOriginal(again.transaction_id, "haneul-city", "x", NOW, until, b"sealed")
    )
    await world.store.keep_original(
        SealedOriginal(again.transaction_id, "haneul-city", "x", NOW, until, b"another")
    )
    await world.store.take(again.transaction_id, world.clock.now)
    await world.store.close(again.transaction_id, Outcome(Progress.VERIFIED))
    (found,) = await world.verifiers.originals.listed("haneul-city")
    assert b"sealed" == found.sealed


def test_the_holder_is_told_before_that_the_original_stays(world: World) -> None:
    """
    The notice that is hashed into the terms names the law, in the holder's language.
    """
    registrations = world.verifiers.catalogue.registrations
    for party, purpose, is_kept in (
        ("haneul-city", "contract-payment", True),
        ("gaon-bank", "lease-loan", False),
    ):
        registered = registrations.party(party)
        for language in ("ko", "en", "ja"):
            notice = notice_in(registered, registered.purpose(purpose), language).decode()
            assert is_kept is ("국세기본법 제85조의3제2항" in notice)
        assert is_kept is registered.keeps_originals
