"""What the stores promise, on SQLite and on PostgreSQL."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.authorization.grants import REQUESTS_PER_TOKEN, TOKEN_LIFE, Grant
from issuers.authorization.redeeming import Redeemer
from issuers.certificate.kind import Purpose
from issuers.certificate.tripwire import Identity
from issuers.clerks import OPERATOR
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.issuing import Certificate, Issuance
from issuers.numbers.codes import IssuerSecret, at_rest
from issuers.numbers.nonces import UsedNonce
from issuers.offers.offer import Entitlement, NewOffer, OfferState, code_of, new_offer
from issuers.population.census import offices, population
from issuers.ports import Change
from issuers.status import standing
from issuers.status.standing import FILLED, FORGET_AFTER, LIST_SIZE, Action, Place
from issuers.store import IssuersStore, metadata
from issuers.store.population import load
from issuers.store.reading import reader_of
from issuers.store.tables import (
    access_tokens,
    certificates,
    notices,
    offers,
    places,
    restrictions,
    status_events,
    status_lists,
    used_nonces,
)
from standards.openid4vci.token import PreAuthorizedCodeRequest
from standards.status_list.bits import Status
from tests.conftest import EngineOf
from tests.issuers.world import AS_OF, NOW

SUBJECT = Identity("김예원", "900101-*******", "2000001")
SECRET = IssuerSecret(b"s" * 32)
AUTHORITY = "resident-registry"
ENTITLEMENT = Entitlement(
    AUTHORITY, "resident-register", "demo", Purpose("용도", "내용", "지급자")
)
NUMBERS = count(1)


def draw(wanted: int) -> Sequence[int]:
    return standing.draw_places(os.urandom, wanted)


async def store_of(engine_of: EngineOf) -> tuple[IssuersStore, AsyncEngine]:
    engine = await engine_of(metadata)
    store = IssuersStore(engine)
    await store.certificates.prepare([AUTHORITY, "national-tax-service"])
    return store, engine


async def added(store: IssuersStore, *, at: datetime = NOW) -> NewOffer:
    new = new_offer(
        ENTITLEMENT, SUBJECT, with_tx_code=True, secret=SECRET, now=at, entropy=os.urandom
    )
    await store.offers.add(new.offer, now=at)
    return new


def redeemer(new: NewOffer, tx_code: str | None = None) -> Redeemer:
    code = code_of(new.offer_id, SECRET)
    request = PreAuthorizedCodeRequest(code, new.tx_code if tx_code is None else tx_code)
    return Redeemer(request, AUTHORITY, SECRET, NOW, os.urandom)


async def token_of(store: IssuersStore) -> bytes:
    """Return the hash of a token that is good."""
    decided = await store.offers.redeem(redeemer(await added(store)))
    return at_rest(decided.outcome().access_token)


def issuance(token_hash: bytes, *, copies: int = 3, nonce: bytes | None = None) -> Issuance:
    number = f"{next(NUMBERS):019d}"
    certificate = Certificate(number, ENTITLEMENT, NOW, NOW + timedelta(days=30))
    used = UsedNonce(nonce or os.urandom(32), NOW + timedelta(minutes=5))
    return Issuance(certificate, copies, token_hash, (used,), ("demo", "spouse"))


async def warm(engine: AsyncEngine, connections: int = 10) -> None:
    """Open the pool's connections, so that a race is run by all of them and not by the first."""
    async with AsyncExitStack() as opened:
        await asyncio.gather(
            *(opened.enter_async_context(reader_of(engine).connect()) for _ in range(connections))
        )


async def rows(engine: AsyncEngine, table: object) -> int:
    async with engine.connect() as connection:
        found = await connection.execute(select(func.count()).select_from(table))  # type: ignore[arg-type]  # a table
        return int(found.scalar_one())


# Offers


async def test_an_offer_comes_back_as_it_was_stored(engine_of: EngineOf) -> None:
    """
    Every field survives the round trip; an unknown id finds nothing.
    """
    store, _engine = await store_of(engine_of)
    new = await added(store)
    kept = await store.offers.find(at_rest(new.offer_id))

    assert replace(new.offer, expires_at=new.offer.expires_at.replace(microsecond=0)) == kept
    assert await store.offers.find(b"?" * 32) is None


async def test_nothing_stored_opens_anything(engine_of: EngineOf) -> None:
    """
    T10: neither id nor code, nor transaction code, nor access token is in the database.
    """
    store, engine = await store_of(engine_of)
    new = await added(store)
    decided = await store.offers.redeem(redeemer(new))
    opening = [
        new.offer_id,
        code_of(new.offer_id, SECRET),
        str(new.tx_code),
        decided.outcome().access_token,
    ]

    async with engine.connect() as connection:
        stored = [
            value
            for table in (offers, access_tokens)
            for row in await connection.execute(select(table))
            for value in row
        ]
    texts = [value if isinstance(value, bytes) else str(value).encode() for value in stored]
    assert not any(secret.encode() in text for secret in opening for text in texts)


async def test_a_redemption_is_written_before_it_is_answered(engine_of: EngineOf) -> None:
    """
    The offer is spent and the token there when the answer leaves; a grant keeps its purpose.
    """
    store, _engine = await store_of(engine_of)
    new = await added(store)
    decided = await store.offers.redeem(redeemer(new))
    token_hash = at_rest(decided.outcome().access_token)

    kept = await store.offers.find(new.offer.id_hash)
    assert kept is not None
    assert OfferState.REDEEMED is kept.state
    ends = (NOW + TOKEN_LIFE).replace(microsecond=0)
    expected = Grant(
        token_hash, new.offer.id_hash, ENTITLEMENT, ends, subject_mac=new.offer.subject_mac
    )
    assert expected == await store.offers.grant(token_hash)
    assert await store.offers.grant(b"?" * 32) is None


async def test_a_second_redemption_revokes_the_token(engine_of: EngineOf) -> None:
    """
    H57: two have the code, one of them stole it.
    """
    store, _engine = await store_of(engine_of)
    new = await added(store)
    first = await store.offers.redeem(redeemer(new))
    second = await store.offers.redeem(redeemer(new))

    with pytest.raises(IssuerError) as caught:
        second.outcome()
    assert IssuerFailure.CODE_INVALID == caught.value.failure
    assert await store.offers.grant(at_rest(first.outcome().access_token)) is None


async def test_of_a_hundred_redemptions_exactly_one_wins(engine_of: EngineOf) -> None:
    """
    H57: a code is redeemed once, however many try at the same moment.
    """
    store, engine = await store_of(engine_of)
    await warm(engine)
    for _ in range(3):
        new = await added(store)
        decided = await asyncio.gather(*(store.offers.redeem(redeemer(new)) for _ in range(100)))

        assert 1 == sum(one.grant is not None for one in decided)


async def test_wrong_tries_are_counted_even_in_a_crowd(engine_of: EngineOf) -> None:
    """
    T10: twenty guesses at once are counted one by one, and burn the offer at the fifth.
    """
    store, _engine = await store_of(engine_of)
    new = await added(store)
    wrong = "000000" if new.tx_code != "000000" else "111111"
    await asyncio.gather(*(store.offers.redeem(redeemer(new, wrong)) for _ in range(20)))

    kept = await store.offers.find(new.offer.id_hash)
    assert kept is not None
    assert (OfferState.BURNED, 5) == (kept.state, kept.wrong_tries)


async def test_ended_offers_tokens_and_nonces_are_forgotten(engine_of: EngineOf) -> None:
    """
    H51: after their time abandoned offers leave no row; those still good stay.
    """
    store, engine = await store_of(engine_of)
    token = await token_of(store)
    await store.certificates.issue(issuance(token), draw, now=NOW)
    for _ in range(20):
        await added(store)

    late = NOW + timedelta(minutes=15, seconds=1)
    fresh = await added(store, at=late)

    assert 1 == await rows(engine, offers)
    assert 0 == await rows(engine, access_tokens)
    assert 0 == await rows(engine, used_nonces)
    assert await store.offers.find(fresh.offer.id_hash) is not None


# Certificates


async def test_copies_get_places_of_their_own(engine_of: EngineOf) -> None:
    """
    P3: different indices, on the list that is being filled.
    """
    store, engine = await store_of(engine_of)
    taken = await store.certificates.issue(issuance(await token_of(store)), draw, now=NOW)

    assert 3 == len(set(taken))
    assert {0} == {place.list_number for place in taken}
    assert 3 == await rows(engine, places)


async def test_a_place_is_given_once_however_often_it_is_drawn(engine_of: EngineOf) -> None:
    """
    A draw that hits taken places is repeated until enough are free.
    """
    store, _engine = await store_of(engine_of)
    drawn = iter([[5, 5, 6, 7], [5, 6, 7, 5], [7, 8, 8, 9], [9, 10, 11, 12]])
    token = await token_of(store)
    first = await store.certificates.issue(issuance(token), lambda _: next(drawn), now=NOW)
    second = await store.certificates.issue(issuance(token), lambda _: next(drawn), now=NOW)

    assert (Place(0, 5), Place(0, 6), Place(0, 7)) == first
    assert (Place(0, 9), Place(0, 10), Place(0, 11)) == second


async def test_places_stay_unique_in_a_race(engine_of: EngineOf) -> None:
    """
    H57, P3: forty issuances at once on a list with few free places share none.
    """
    store, engine = await store_of(engine_of)
    tokens = [await token_of(store) for _ in range(8)]
    await warm(engine)

    def few(wanted: int) -> Sequence[int]:
        return [place % 200 for place in draw(wanted)]

    taken = await asyncio.gather(
        *(
            store.certificates.issue(issuance(token), few, now=NOW)
            for token in tokens
            for _ in range(5)
        )
    )

    everywhere = [place for one in taken for place in one]
    assert 120 == len(everywhere) == len(set(everywhere))
    async with engine.connect() as connection:
        found = await connection.execute(
            select(status_lists.c.taken).where(status_lists.c.authority == AUTHORITY)
        )
        assert 120 == found.scalar_one()


async def test_a_full_list_is_followed_by_a_new_one(engine_of: EngineOf) -> None:
    """
    Half of a list stays empty; then the next one is opened once, however many find it full.
    """
    store, engine = await store_of(engine_of)
    tokens = [await token_of(store) for _ in range(9)]
    async with engine.begin() as connection:
        nearly = update(status_lists).where(status_lists.c.authority == AUTHORITY)
        await connection.execute(nearly.values(taken=LIST_SIZE // FILLED - 3))

    fits = await store.certificates.issue(issuance(tokens.pop()), draw, now=NOW)
    await warm(engine)
    overflow = await asyncio.gather(
        *(store.certificates.issue(issuance(token), draw, now=NOW) for token in tokens)
    )

    assert {0} == {place.list_number for place in fits}
    assert {1} == {place.list_number for one in overflow for place in one}
    assert 3 == await rows(engine, status_lists)
    assert 0 == await store.certificates.list_version(AUTHORITY, 1)


async def test_the_table_itself_refuses_a_second_taker(engine_of: EngineOf) -> None:
    """
    The primary key holds what the lock promises.
    """
    store, engine = await store_of(engine_of)
    await store.certificates.issue(
        issuance(await token_of(store), copies=1), lambda _: [9], now=NOW
    )
    async with engine.connect() as connection:
        row = (await connection.execute(select(places))).one()._asdict()

    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(insert(places), row)


async def test_a_used_nonce_is_refused_and_nothing_is_written(engine_of: EngineOf) -> None:
    """
    H73: the whole issuance is undone, the use of the token too.
    """
    store, engine = await store_of(engine_of)
    token = await token_of(store)
    await store.certificates.issue(issuance(token, nonce=b"n" * 32), draw, now=NOW)

    with pytest.raises(IssuerError) as caught:
        await store.certificates.issue(issuance(token, nonce=b"n" * 32), draw, now=NOW)

    assert IssuerFailure.NONCE_INVALID == caught.value.failure
    assert 3 == await rows(engine, places)
    grant = await store.offers.grant(token)
    assert grant is not None
    assert 1 == grant.uses


async def test_one_nonce_is_won_by_one_of_many(engine_of: EngineOf) -> None:
    """
    R15: the same nonce in thirty requests at once issues one certificate.
    """
    store, engine = await store_of(engine_of)
    tokens = [await token_of(store) for _ in range(3)]
    answers = await asyncio.gather(
        *(
            store.certificates.issue(issuance(token, nonce=b"n" * 32), draw, now=NOW)
            for token in tokens * 10
        ),
        return_exceptions=True,
    )

    assert 1 == sum(isinstance(answer, tuple) for answer in answers)
    assert all(isinstance(answer, tuple | IssuerError) for answer in answers)
    assert 3 == await rows(engine, places)


async def test_a_token_is_counted_even_in_a_crowd(engine_of: EngineOf) -> None:
    """
    Ten uses are ten uses, also when thirty come at once; a revoked or late token has none.
    """
    store, engine = await store_of(engine_of)
    token = await token_of(store)
    answers = await asyncio.gather(
        *(store.certificates.issue(issuance(token, copies=1), draw, now=NOW) for _ in range(30)),
        return_exceptions=True,
    )

    assert REQUESTS_PER_TOKEN == sum(isinstance(answer, tuple) for answer in answers)
    assert REQUESTS_PER_TOKEN == await rows(engine, places)
    for late, at in ((b"?" * 32, NOW), (await token_of(store), NOW + TOKEN_LIFE)):
        with pytest.raises(IssuerError) as caught:
            await store.certificates.issue(issuance(late), draw, now=at)
        assert IssuerFailure.ACCESS_REFUSED == caught.value.failure


async def test_a_change_reaches_every_list_a_copy_is_on(engine_of: EngineOf) -> None:
    """
    The version grows with each change, the state names the places that are not valid.
    """
    store, _engine = await store_of(engine_of)
    one = issuance(await token_of(store))
    taken = await store.certificates.issue(one, draw, now=NOW)
    number = one.certificate.number
    suspended = await store.certificates.change(
        Change(number, Action.SUSPEND, "분실", OPERATOR), now=NOW
    )
    state = await store.certificates.list_state(AUTHORITY, 0, now=NOW)

    assert (Status.SUSPENDED, "분실") == (suspended.status, suspended.reason)
    assert state is not None
    assert 1 == state.version
    assert {(place.index, Status.SUSPENDED) for place in taken} == set(state.statuses)
    await store.certificates.change(Change(number, Action.REINSTATE, "찾음", OPERATOR), now=NOW)
    state = await store.certificates.list_state(AUTHORITY, 0, now=NOW)
    assert state is not None
    assert (2, ()) == (state.version, state.statuses)
    assert 0 == await store.certificates.list_version("national-tax-service", 0)


async def test_what_is_revoked_stays_revoked(engine_of: EngineOf) -> None:
    """
    Of ten revocations at once one is the revocation; nothing brings the certificate back.
    """
    store, engine = await store_of(engine_of)
    one = issuance(await token_of(store))
    await store.certificates.issue(one, draw, now=NOW)
    await warm(engine)
    revoke = Change(one.certificate.number, Action.REVOKE, "사망", OPERATOR)
    answers = await asyncio.gather(
        *(store.certificates.change(revoke, now=NOW) for _ in range(10)), return_exceptions=True
    )

    assert 9 == sum(isinstance(answer, IssuerError) for answer in answers)
    with pytest.raises(IssuerError) as caught:
        await store.certificates.change(replace(revoke, action=Action.REINSTATE), now=NOW)
    assert IssuerFailure.STATUS_FINAL == caught.value.failure
    assert 1 == await store.certificates.list_version(AUTHORITY, 0)


async def test_certificates_are_found_by_citizen_the_latest_first(engine_of: EngineOf) -> None:
    """
    The desk sees what a citizen was issued; of the certificate no claim is kept.
    """
    store, _engine = await store_of(engine_of)
    token = await token_of(store)
    older, newer = issuance(token), issuance(token)
    newer = replace(
        newer, certificate=replace(newer.certificate, issued_at=NOW + timedelta(seconds=5))
    )
    await store.certificates.issue(older, draw, now=NOW)
    await store.certificates.issue(newer, draw, now=NOW)
    found = await store.book.of("demo", now=NOW)

    assert [newer.certificate.number, older.certificate.number] == [
        kept.certificate.number for kept in found
    ]
    assert [Status.VALID] * 2 == [kept.status for kept in found]
    assert () == await store.book.of("nobody", now=NOW)


async def test_unknown_numbers_and_lists_are_told_so(engine_of: EngineOf) -> None:
    """
    A certificate or a list that is not there is an answer, not a crash.
    """
    store, _engine = await store_of(engine_of)

    with pytest.raises(IssuerError) as caught:
        await store.certificates.change(Change("0", Action.REVOKE, "x", OPERATOR), now=NOW)
    assert IssuerFailure.UNKNOWN_CERTIFICATE == caught.value.failure
    assert await store.certificates.list_version(AUTHORITY, 7) is None
    assert await store.certificates.list_state(AUTHORITY, 7, now=NOW) is None


async def test_preparing_again_changes_nothing(engine_of: EngineOf) -> None:
    """
    Every start prepares; the lists that are there stay.
    """
    store, engine = await store_of(engine_of)
    await store.certificates.issue(issuance(await token_of(store)), draw, now=NOW)
    await store.certificates.prepare([AUTHORITY, "another"])

    assert 3 == await rows(engine, status_lists)


async def test_what_has_long_ended_leaves_the_list(engine_of: EngineOf) -> None:
    """
    A certificate past its end is refused for that; a day later its status is not carried on.
    """
    store, _engine = await store_of(engine_of)
    one = issuance(await token_of(store))
    await store.certificates.issue(one, draw, now=NOW)
    revoke = Change(one.certificate.number, Action.REVOKE, "사망", OPERATOR)
    await store.certificates.change(revoke, now=NOW)
    end = one.certificate.expires_at

    for now, places_told in ((end, 3), (end + FORGET_AFTER - timedelta(seconds=1), 3)):
        state = await store.certificates.list_state(AUTHORITY, 0, now=now)
        assert state is not None
        assert places_told == len(state.statuses)
    state = await store.certificates.list_state(AUTHORITY, 0, now=end + FORGET_AFTER)
    assert state is not None
    assert () == state.statuses


async def test_one_number_is_entered_once_however_many_ask(engine_of: EngineOf) -> None:
    """
    H56: ten requests at once with one token are one entry, one notice to each, and copies of it.
    """
    store, engine = await store_of(engine_of)
    token = await token_of(store)
    one = issuance(token, copies=1)
    await warm(engine)
    nonces = [UsedNonce(os.urandom(32), NOW + timedelta(minutes=5)) for _ in range(10)]
    await asyncio.gather(
        *(
            store.certificates.issue(replace(one, nonces=(nonce,)), draw, now=NOW)
            for nonce in nonces
        )
    )

    assert [1, 2, 10] == [await rows(engine, table) for table in (certificates, notices, places)]


async def test_changes_are_numbered_without_a_gap(engine_of: EngineOf) -> None:
    """
    Ten clerks suspend and reinstate at once: the history is one line, each change after another.
    """
    store, engine = await store_of(engine_of)
    one = issuance(await token_of(store))
    await store.certificates.issue(one, draw, now=NOW)
    await warm(engine)
    number = one.certificate.number
    await asyncio.gather(
        *(
            store.certificates.change(Change(number, action, "분실", OPERATOR), now=NOW)
            for action in (Action.SUSPEND, Action.REINSTATE) * 5
        ),
        return_exceptions=True,
    )
    kept = await store.book.find(number, AUTHORITY, now=NOW)

    assert kept is not None
    actions = [event.action for event in kept.history]
    turns = [Action.SUSPEND, Action.REINSTATE] * 5
    assert turns[: len(actions)] == actions
    async with engine.connect() as connection:
        found = await connection.execute(select(status_events.c.number).order_by("number"))
        assert [*range(1, len(actions) + 1)] == [*found.scalars()]


async def test_a_restriction_made_twice_at_once_stands_once(engine_of: EngineOf) -> None:
    """
    §13의2: five clerks at once make one restriction.
    """
    engine = await engine_of(metadata)
    await load(engine, offices(), population(households=2, as_of=AS_OF))
    register = IssuersStore(engine).register
    await warm(engine)
    await asyncio.gather(
        *(register.restrict("c0000001-0", "demo", by=OPERATOR, now=NOW) for _ in range(5))
    )

    assert 1 == await rows(engine, restrictions)
    assert (await register.relation("demo", "c0000001-0")).is_kept_away
    await register.lift("c0000001-0", "demo")
    assert not (await register.relation("demo", "c0000001-0")).is_kept_away
