"""Status lists of every size: named together, opened one after the other, rebuilt in a thread."""

import asyncio
import os
import random
import threading
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.settings import Settings
from issuers.published import status_tokens
from issuers.status.signing_keys import CertifiedSigner
from issuers.status.standing import (
    BITS,
    FILLED,
    LARGEST_LIST,
    LIST_SIZE,
    Action,
    ListState,
    check_size,
    draw_places,
    signed_list,
)
from issuers.store import IssuersStore
from issuers.store.kept_tables import kept_lists
from issuers.store.status_places import take_places
from issuers.store.tables import status_lists
from keys.errors import KeysError, KeysFailure
from keys.strict_json import loads_object
from standards.formats.known import format_of
from standards.profiles import Profile
from standards.status_list.bits import Status, StatusList
from standards.status_list.cwt import MEDIA_TYPE as CWT
from standards.status_list.cwt import parse_status_cwt, verify_status_cwt
from standards.status_list.token import MEDIA_TYPE as JWT
from standards.status_list.token import parse_status_token
from tests.issuers.test_book import change
from tests.issuers.world import BASE, NOW, REGISTRY, FreshKeys, World

REGISTER = "resident-registry"


def lists_in(token: str) -> StatusList:
    return StatusList.parse(loads_object(parse_status_token(token).payload)["status_list"])


async def test_every_list_is_named_and_can_be_fetched(world: World) -> None:
    """
    Token Status List 9: one address names all shards of the authority, and its metadata names it.
    """
    async with world.engine.begin() as connection:
        shard = {"authority": REGISTER, "number": 1, "taken": 0, "version": 0}
        await connection.execute(insert(status_lists), shard)
    server = f"{BASE}/.well-known/oauth-authorization-server/issuers/{REGISTER}"
    metadata = (await world.http.get(server)).json()
    answer = await world.http.get(metadata["status_list_aggregation_endpoint"])

    assert "application/json" == answer.headers["content-type"]
    assert {"status_lists": [f"{REGISTRY}/status/0", f"{REGISTRY}/status/1"]} == answer.json()
    for uri in answer.json()["status_lists"]:
        token = (await world.http.get(uri)).text
        assert uri == loads_object(parse_status_token(token).payload)["sub"]
        assert LIST_SIZE == lists_in(token).size
    assert 404 == (await world.http.get(f"{REGISTRY}x/status")).status_code


async def test_a_full_list_is_followed_by_one_of_the_size_in_force(world: World) -> None:
    """
    A list keeps its size for ever, as certificates point into it; the next one takes the setting.
    Places are drawn from all of it.
    """
    store = IssuersStore(world.engine, LARGEST_LIST).certificates
    half = LIST_SIZE // FILLED
    async with world.engine.begin() as connection:
        await connection.execute(update(status_lists).values(taken=half - 2))

    def draw(count: int) -> tuple[int, ...]:
        return draw_places(os.urandom, count)

    async with world.engine.begin() as connection:
        last = await take_places(connection, REGISTER, 2, draw, LARGEST_LIST)
        first = await take_places(connection, REGISTER, 300, draw, LARGEST_LIST)

    assert {0} == {place.list_number for place in last}
    assert max(place.index for place in last) < LIST_SIZE
    assert {1} == {place.list_number for place in first}
    assert LARGEST_LIST // 2 < max(place.index for place in first) < LARGEST_LIST
    state = await store.list_state(REGISTER, 1, now=NOW)
    old = await store.list_state(REGISTER, 0, now=NOW)
    assert state is not None
    assert old is not None
    assert (LARGEST_LIST, LIST_SIZE) == (state.size, old.size)


@pytest.mark.parametrize("size", [0, LIST_SIZE - 1, LIST_SIZE + 1, LARGEST_LIST * 2])
def test_sizes_are_powers_of_two_within_the_limits(size: int) -> None:
    """
    Fewer than 131,072 places would hide too few, and more than a million take too long to sign.
    """
    with pytest.raises(ValueError, match="power of two"):
        check_size(size)
    with pytest.raises(ValueError, match="power of two"):
        Settings(status_list_size=size)
    assert LARGEST_LIST == Settings(status_list_size=LARGEST_LIST).status_list_size


def test_a_million_statuses_are_packed_as_one_by_one(fresh_keys: FreshKeys) -> None:
    """
    Every place keeps its status, random ones the most incompressible; the token is within what
    verifiers unpack.
    """
    chosen = random.Random(7)
    statuses = tuple((place, chosen.randrange(4)) for place in range(LARGEST_LIST))
    state = ListState(REGISTER, 0, 1, statuses, LARGEST_LIST)

    token = signed_list(state, uri="https://a.example/0", keys=fresh_keys.status("a"), now=NOW)

    found = lists_in(token)
    assert (BITS, LARGEST_LIST) == (found.bits, found.size)
    for place, status in chosen.sample(statuses, 2000):
        assert status == found.value_at(place)


async def test_a_list_is_signed_once_for_all_who_wait(world: World) -> None:
    """
    A hundred verifiers that ask at the same moment get the same token: one was signed.
    """
    tokens = await asyncio.gather(*(world.issuers.status_token(REGISTER, 0) for _ in range(100)))

    assert 1 == len(set(tokens))


async def test_a_list_is_a_jwt_or_a_cwt_at_one_address(world: World) -> None:
    """
    Whoever would rather have a CWT gets one that says the same: every place, time and subject.
    """
    (copy,) = await world.issue(kind="resident-card")
    place = format_of("mso_mdoc").read_issued(copy)
    proven = place.verify(
        world.keys.issuing("mobile-id").signer.public.verification_key(),
        profile=Profile.HAIP,
        now=NOW,
    )
    assert proven.status is not None
    uri, index = proven.status.uri, proven.status.idx
    [kept] = await world.issuers.desk.certificates_of("demo")
    await change(world, kept.certificate.number, Action.REVOKE)
    as_jwt = await world.http.get(uri)
    as_cwt = await world.http.get(uri, headers={"Accept": CWT})
    rather_jwt = await world.http.get(uri, headers={"Accept": f"{CWT};q=0.5, {JWT}"})

    assert (JWT, JWT) == (as_jwt.headers["content-type"], rather_jwt.headers["content-type"])
    assert (CWT, "Accept") == (as_cwt.headers["content-type"], as_cwt.headers["vary"])
    key = world.keys.status("mobile-id").signer.public.verification_key()
    verified = verify_status_cwt(
        parse_status_cwt(as_cwt.content), key, expected_uri=uri, now=NOW
    ).statuses
    assert lists_in(as_jwt.text).octets == verified.octets
    assert Status.INVALID == verified.value_at(index)


async def test_signing_a_list_holds_nobody_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    While one authority's list takes its time to be packed and signed, certificates are issued and
    other lists are served; whoever wants that very list waits for the one signature.
    """
    await world.issuers.status_token("national-tax-service", 0)
    await world.issue()
    slow, begun = threading.Event(), threading.Event()

    def signed_slowly(state: ListState, **more: Any) -> str:
        if state.authority == REGISTER:
            begun.set()
            assert slow.wait(30)
        return signed_list(state, **more)

    monkeypatch.setattr(status_tokens, "signed_list", signed_slowly)
    async with world.engine.begin() as connection:
        await connection.execute(update(status_lists).values(version=status_lists.c.version + 1))
    keeping = asyncio.create_task(world.issuers.keep_status_lists())
    await asyncio.to_thread(begun.wait, 30)

    assert 1 == len(await world.issue())
    assert await world.issuers.status_token("national-tax-service", 0)
    assert not keeping.done()
    slow.set()
    await keeping


async def test_one_list_that_cannot_be_signed_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The others are kept, and the failure is told to whoever called.
    """
    signing = world.keys.status

    def refusing(authority: str) -> CertifiedSigner:
        if authority == "local-tax-office":
            raise KeysError(KeysFailure.KEY_UNKNOWN, "gone")
        return signing(authority)

    monkeypatch.setattr(world.keys, "status", refusing)
    with pytest.raises(KeysError):
        await world.issuers.keep_status_lists()
    async with world.engine.connect() as connection:
        kept = set((await connection.execute(select(kept_lists.c.authority))).scalars())

    assert {REGISTER, "mobile-id", "national-tax-service"} == kept
