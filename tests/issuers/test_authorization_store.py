"""What the authorization server remembers, on both databases: as it was, once, and for a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from issuers.authorization.authorizing import CODE_LIFE
from issuers.authorization.pushing import REQUEST_LIFE
from issuers.numbers.replays import REPLAY_WINDOW, ReplayedError, Signed, replay_key
from issuers.store import IssuersStore, metadata
from issuers.store.authorization_tables import (
    authorization_codes,
    pushed_requests,
    refresh_tokens,
    replays,
)
from issuers.store.tables import access_tokens, offers
from tests.conftest import EngineOf
from tests.issuers.test_authorizing import NAMED, NOW, ORDER, REQUEST, URI, code, decider, redeemer


async def test_a_request_comes_back_as_it_went(engine_of: EngineOf) -> None:
    """
    Every field, those that may be missing too; one that never was is none.
    """
    store = IssuersStore(await engine_of(metadata)).authorizations
    bare = replace(NAMED, uri_hash=b"u" * 32, state=None, instance_jkt=None)
    for request in (REQUEST, bare):
        await store.push(request, now=NOW)
        assert request == await store.pushed(request.uri_hash)

    assert await store.pushed(b"x" * 32) is None


async def test_decision_code_and_tokens_are_written_together(engine_of: EngineOf) -> None:
    """
    From push to token: each step finds what the one before has written.
    """
    store = IssuersStore(await engine_of(metadata))
    await store.authorizations.push(REQUEST, now=NOW)
    decided = await store.authorizations.decide(decider())
    redeemed = await store.authorizations.redeem_code(redeemer())

    assert decided.code == code()
    assert redeemed.grant is not None
    assert redeemed.grant == await store.offers.grant(redeemed.grant.token_hash)
    order = await store.authorizations.order(ORDER.id_hash)
    assert ORDER.redeemed() == order
    assert order == await store.authorizations.order_of(ORDER.code_hash)


async def test_what_has_ended_is_forgotten(engine_of: EngineOf) -> None:
    """
    H51: requests with their next push, proofs with the next proof; an order stays as long as a
    refresh token of it does, and ends with all that belongs to it.
    """
    engine = await engine_of(metadata)
    store = IssuersStore(engine)
    await store.authorizations.push(REQUEST, now=NOW)
    await store.authorizations.decide(decider())
    await store.authorizations.redeem_code(redeemer())
    proof = replay_key(Signed.DPOP, "key", "jti")
    await store.replays.remember(proof, until=NOW + REPLAY_WINDOW, now=NOW)

    async def rows() -> list[int]:
        tables = (
            pushed_requests,
            replays,
            offers,
            authorization_codes,
            access_tokens,
            refresh_tokens,
        )
        async with engine.connect() as connection:
            counts = [select(func.count()).select_from(table) for table in tables]
            return [(await connection.execute(count)).scalar_one() for count in counts]

    assert [1, 1, 1, 1, 1, 1] == await rows()
    later = NOW + REQUEST_LIFE + REPLAY_WINDOW + CODE_LIFE
    other = replace(REQUEST, uri_hash=b"u" * 32)
    await store.authorizations.push(other, now=later)
    await store.replays.remember(b"p" * 32, until=later, now=later)
    new = replace(ORDER, id_hash=b"n" * 32, code_hash=b"m" * 32)
    await store.offers.add(new, now=later + timedelta(days=300))
    assert [1, 1, 2, 1, 1, 1] == await rows()
    newer = replace(ORDER, id_hash=b"l" * 32, code_hash=b"k" * 32)
    await store.offers.add(newer, now=later + timedelta(days=365))
    assert [1, 1, 1, 0, 0, 0] == await rows()


async def test_of_many_with_one_proof_one_is_remembered(engine_of: EngineOf) -> None:
    """
    R15: twenty processes that bring one proof: one is first; later it may come again.
    """
    store = IssuersStore(await engine_of(metadata)).replays
    until = NOW + REPLAY_WINDOW
    proofs = (store.remember(b"p" * 32, until=until, now=NOW) for _ in range(20))
    outcomes = await asyncio.gather(*proofs, return_exceptions=True)

    assert 1 == outcomes.count(None)
    assert 19 == len([each for each in outcomes if isinstance(each, ReplayedError)])
    with pytest.raises(ReplayedError):
        await store.remember(b"p" * 32, until=until, now=until)
    await store.remember(b"p" * 32, until=until, now=until + timedelta(seconds=1))


def test_a_proof_is_remembered_for_its_kind_and_key() -> None:
    """
    Two wallets may draw one number; a client's assertion is no DPoP proof.
    """
    keys = {replay_key(kind, key, "1") for kind in Signed for key in ("a", "b")}

    assert 2 * len(Signed) == len(keys)


async def test_nothing_stored_opens_anything(engine_of: EngineOf) -> None:
    """
    No request_uri, code or token is in the database, nor what a verifier hashes to but the hash.
    """
    engine = await engine_of(metadata)
    store = IssuersStore(engine).authorizations
    await store.push(REQUEST, now=NOW)
    await store.decide(decider())
    answer = (await store.redeem_code(redeemer())).outcome()
    secrets = (URI, decider().code, answer.access_token, str(answer.refresh_token), "v" * 43)

    async with engine.connect() as connection:
        stored = [
            str(row)
            for table in metadata.sorted_tables
            for row in await connection.execute(select(table))
        ]
    assert REQUEST.client_id in "".join(stored)
    assert [] == [row for row in stored if any(secret in row for secret in secrets)]
