"""The register of wallets: who may stand in it, and that only an operator writes it."""

from typing import Any

import pytest

from issuers.authorization.clients import REDIRECTS_LIMIT, Client, new_client, unknown_client
from issuers.errors import IssuerError, IssuerFailure
from issuers.store import IssuersStore, metadata
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from tests.conftest import EngineOf
from tests.issuers.world import OPERATOR, World

CLIENTS = "/issuers/operator/clients"
GOOD = (
    "https://wallet.example/back",
    "https://wallet.example:8443/back?kept=1",
    "http://localhost:8000/wallet/authorized",
    "http://127.0.0.1:8000/back",
    "http://[::1]:8000/back",
    "haip-wallet://back",
    "com.example.wallet:/back",
)
BAD = (
    "",
    "/back",
    "//wallet.example/back",
    "http://wallet.example/back",
    "https:///back",
    "https://user@wallet.example/back",
    "https://wallet.example/back#f",
    "https://wallet.example/b ck",
    "https://wallet.example/b\\ck",
    "https://[::1/back",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://wаllet.example/",  # noqa: RUF001 - the a is Cyrillic
    "https://wallet.example/" + "a" * 1000,
)


@pytest.mark.parametrize("uri", GOOD)
def test_addresses_of_wallets_are_taken(uri: str) -> None:
    """
    https, this very machine, and a scheme of the wallet's own (RFC 8252 section 7).
    """
    assert (uri,) == new_client("wallet", (uri, uri), ()).redirect_uris


@pytest.mark.parametrize("uri", BAD)
def test_addresses_that_lead_astray_are_refused(uri: str) -> None:
    """
    H59: what a browser could be led away by is never registered.
    """
    with pytest.raises(IssuerError) as refused:
        new_client("wallet", (uri,), ())

    assert IssuerFailure.MALFORMED is refused.value.failure


@pytest.mark.parametrize("client_id", ["", "a b", "a\n", "ä", "a" * 513])
def test_a_client_id_is_visible_ascii(client_id: str) -> None:
    """
    RFC 6749 appendix A.1.
    """
    with pytest.raises(IssuerError):
        new_client(client_id, GOOD[:1], ())


@pytest.mark.parametrize("count", [0, REDIRECTS_LIMIT + 1])
def test_a_client_has_a_few_addresses(count: int) -> None:
    """
    None would lead nowhere; hundreds are no wallet's.
    """
    with pytest.raises(IssuerError):
        new_client("wallet", tuple(f"https://wallet.example/{each}" for each in range(count)), ())


async def test_clients_are_kept_and_forgotten(engine_of: EngineOf) -> None:
    """
    On both databases: with keys and without, registered anew, removed.
    """
    clients = IssuersStore(await engine_of(metadata)).clients
    key = SoftwareSigner.generate().public
    keyed = Client("b", GOOD[:2], (key,))
    await clients.add(Client("a", GOOD))
    await clients.add(Client("b", GOOD))
    await clients.add(keyed)

    assert (Client("a", GOOD), keyed) == await clients.all()
    assert keyed == await clients.find("b")
    await clients.remove("b")
    assert await clients.find("b") is None
    with pytest.raises(IssuerError) as refused:
        await clients.remove("b")
    assert unknown_client().failure is refused.value.failure


@pytest.mark.parametrize("name", ["\0", "a\0b", "ä", "", "a" * 513])
async def test_what_is_no_client_id_is_nobodys(engine_of: EngineOf, name: str) -> None:
    """
    H63: what a database could not even hold is asked of none.
    """
    clients = IssuersStore(await engine_of(metadata)).clients

    assert await clients.find(name) is None
    with pytest.raises(IssuerError) as refused:
        await clients.remove(name)
    assert IssuerFailure.UNKNOWN_CLIENT is refused.value.failure


async def send(world: World, body: JsonObject, path: str = "", **headers: Any) -> Any:
    """Send something to the register as the operator."""
    return await world.http.post(f"{CLIENTS}{path}", json=body, headers={**OPERATOR, **headers})


async def test_the_operator_registers_lists_and_removes(world: World) -> None:
    """
    The way a client proves itself follows from its keys.
    """
    jwks: JsonObject = {"keys": [SoftwareSigner.generate().public.as_dict()]}
    keyed: JsonObject = {"client_id": "k", "redirect_uris": ["https://k.example/"], "jwks": jwks}
    attested: JsonObject = {"client_id": "a", "redirect_uris": ["https://a.example/"]}
    assert "its keys" == (await send(world, keyed)).json()["proves_by"]
    assert "attestation" == (await send(world, attested)).json()["proves_by"]

    listed = (await world.http.get(CLIENTS, headers=OPERATOR)).json()["clients"]
    assert ["a", "k"] == [each["client_id"] for each in listed]
    assert (await send(world, {"client_id": "a"}, "/remove")).json()["removed"] is True
    again = await send(world, {"client_id": "a"}, "/remove")
    assert (404, "unknown_client") == (again.status_code, again.json()["error"])


@pytest.mark.parametrize(
    "jwks",
    [
        {"keys": []},
        {},
        {"keys": [{"kty": "oct", "k": "AAAA"}]},
        {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
    ],
    ids=["empty", "no set", "symmetric", "RSA"],
)
async def test_keys_that_cannot_prove_anything_are_refused(world: World, jwks: JsonObject) -> None:
    """
    A symmetric or private key in a register is a leak; other algorithms prove nothing here.
    """
    body: JsonObject = {"client_id": "k", "redirect_uris": ["https://k.example/"], "jwks": jwks}
    answer = await send(world, body)

    assert (400, "malformed") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize("path", ["", "/remove"])
async def test_only_an_operator_writes_the_register(world: World, path: str) -> None:
    """
    H90: 401 for anybody else.
    """
    assert 401 == (await world.http.post(f"{CLIENTS}{path}", json={})).status_code
    assert 401 == (await world.http.get(CLIENTS)).status_code
