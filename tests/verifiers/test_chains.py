"""The chains a desk knows: asked for once by all who need them, and bounded in memory."""

import asyncio
from dataclasses import replace

import pytest

from keys import jws
from keys.strict_json import JsonObject
from standards.shown_code.code import ShownCode
from tests.verifiers.shown import KEYS_URL, code, publish
from tests.verifiers.world import LEDGER_URL, NOW, REGISTRY, World
from verifiers.client import VerifiersClient
from verifiers.presented import chains
from verifiers.presented.chains import Chains


@pytest.fixture
def known(world: World) -> Chains:
    """What a desk that has just started knows."""
    return Chains(world.store, VerifiersClient(world.network, ledger_url=LEDGER_URL))


async def test_many_scans_at_once_ask_the_authority_once(world: World, known: Chains) -> None:
    """
    The first of a morning's queue asks; those behind it wait for the same answer.
    """
    publish(world)
    name = ShownCode.parse(code(world)).chain_name

    found = await asyncio.gather(*(known.octets(name, [REGISTRY], now=NOW) for _ in range(20)))

    assert 1 == len(set(found))
    assert 1 == world.network.to(KEYS_URL)


async def test_memory_holds_so_many_and_the_store_the_rest(
    world: World, known: Chains, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The least lately used goes first, and is found again in the store.
    """
    monkeypatch.setattr(chains, "MAX_KEPT", 1)
    for number in range(3):
        await known._keep(b"[%d]" % number)

    assert [b"[2]"] == [*known._known.values()]
    publish(world)
    name = ShownCode.parse(code(world)).chain_name
    await known.octets(name, [REGISTRY], now=NOW)
    assert [name] == [*known._known]


async def test_a_header_no_code_is_made_of_teaches_nothing(world: World) -> None:
    """
    A certificate that hides a second chain in its header is verified, and not kept.
    """
    held = world.issuer.issue()
    token, tilde, disclosures = held.text.partition("~")
    unsigned = jws.parse(token)
    header: JsonObject = {**unsigned.header, "more": {"x5c": ["A"]}}
    del header["alg"]
    again = jws.sign(header, unsigned.payload, held.issuer)
    await world.answer(await world.ask(), replace(held, text=again + tilde + disclosures))

    assert 1 == len(world.ledger.entries)
    assert {} == world.verifiers._desk.chains._known
