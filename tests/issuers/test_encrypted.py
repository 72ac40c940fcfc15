"""Encrypted credential requests and responses over HTTP (OpenID4VCI sections 8.2, 9 and 10)."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from keys import base64url, jwe
from keys.encryption_key import DecryptionKey
from keys.jwe import Enc
from keys.strict_json import JsonObject, dumps, loads_object
from standards.openid4vci.encrypted import decrypt_response
from standards.openid4vci.publishing import check_publishable
from tests.issuers.test_deferred import decide
from tests.issuers.test_refusals import error
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import REGISTRY, World

WALLET = DecryptionKey.generate("wallet-1")
JWT = "application/jwt"


def to_issuer(world: World, number: int = 0) -> DecryptionKey:
    """Return one of the registry's keys, the published one first."""
    return world.keys.encryption("resident-registry")[number]


def wanted(enc: str = "A256GCM", **jwk: Any) -> JsonObject:
    """Return ``credential_response_encryption`` for the wallet's key."""
    members = {**WALLET.public.as_dict(), **jwk}
    return {"jwk": {k: v for k, v in members.items() if v is not None}, "enc": enc}


async def post(
    world: World, access: str, content: str, *, path: str = "credential"
) -> httpx2.Response:
    """Send an encrypted request."""
    headers = {"Authorization": f"Bearer {access}", "Content-Type": JWT}
    return await world.http.post(f"{REGISTRY}/{path}", content=content, headers=headers)


async def asked(world: World, **members: Any) -> JsonObject:
    """Return a good credential request with more members."""
    return {**await world.request(world.prove(await world.nonce())), **members}


def sealed(world: World, body: JsonObject, *, key: int = 0, enc: Enc = Enc.A128GCM) -> str:
    return jwe.encrypt(dumps(body), to_issuer(world, key).public, enc=enc)


def header_of(token: str) -> JsonObject:
    return loads_object(base64url.decode(token.split(".", maxsplit=1)[0]))


@pytest.mark.parametrize("key", [0, 1], ids=["published", "retiring"])
@pytest.mark.parametrize("enc", Enc)
async def test_an_encrypted_request_is_answered_as_it_asks(
    world: World, enc: Enc, key: int
) -> None:
    """
    VCI-40, VCI-53: to either key of a rotation; ``alg`` and ``kid`` of the wallet's key, its
    ``enc``, ``application/jwt``, kept by no cache.
    """
    body = await asked(world, credential_response_encryption=wanted(enc.value))
    answer = await post(world, await world.access(), sealed(world, body, key=key, enc=enc))

    assert (200, JWT) == (answer.status_code, answer.headers["content-type"])
    assert "no-store" == answer.headers["cache-control"]
    expected = {"alg": "ECDH-ES", "enc": enc.value, "kid": "wallet-1"}
    assert expected.items() <= header_of(answer.text).items()
    credentials: Any = decrypt_response(answer.text, WALLET)["credentials"]
    assert world.holders[-1].public.thumbprint() in [
        vc.holder.thumbprint()
        for one in credentials
        if (vc := verified(world, one["credential"])).holder is not None
    ]


async def test_an_encrypted_request_may_be_answered_in_plain(world: World) -> None:
    """
    VCI-40: without parameters the answer is JSON.
    """
    answer = await post(world, await world.access(), sealed(world, await asked(world)))

    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])


@pytest.mark.parametrize(
    "encryption",
    [
        wanted("A128CBC-HS256"),
        wanted("none"),
        wanted(alg="RSA-OAEP-256"),
        wanted(alg=None),
        wanted(crv="P-384"),
        wanted(use="sig"),
        wanted(x="AAAA"),
        {**wanted(), "zip": "DEF"},
        {**wanted(), "jwk": {**WALLET.public.as_dict(), "d": "A" * 43}},
        {},
        "x",
    ],
    ids=[
        "enc",
        "enc none",
        "alg",
        "no alg",
        "curve",
        "use",
        "no point",
        "zip",
        "private",
        "empty",
        "text",
    ],
)
async def test_encryption_that_cannot_be_done_is_refused_in_plain(
    world: World, encryption: Any
) -> None:
    """
    H74, VCI-47, suite module fail-unsupported-encryption-algorithm: the error is never encrypted.
    """
    body = await asked(world, credential_response_encryption=encryption)
    answer = await post(world, await world.access(), sealed(world, body))

    assert (400, "invalid_encryption_parameters") == (answer.status_code, error(answer))


async def test_errors_of_encrypted_requests_are_plain(world: World) -> None:
    """
    VCI-47: also when the request asked for an encrypted answer, and was right in that.
    """
    body = await asked(world, credential_response_encryption=wanted())
    body |= {"credential_configuration_id": "driving-licence"}
    answer = await post(world, await world.access(), sealed(world, body))

    assert (400, "unknown_credential_configuration") == (answer.status_code, error(answer))


async def test_an_encrypted_answer_is_not_asked_for_in_the_clear(world: World) -> None:
    """
    VCI-35: whoever could change a plain request could have the answer encrypted to themselves.
    """
    body = await asked(world, credential_response_encryption=wanted())
    answer = await world.ask(await world.access(), body)

    assert (400, "invalid_encryption_parameters") == (answer.status_code, error(answer))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda good, body: jwe.encrypt(body, WALLET.public, enc=Enc.A128GCM), "parameters"),
        (lambda good, body: good.replace(good.split(".")[0], "e30"), "parameters"),
        (lambda good, body: f"{good[:-22]}{'A' * 22}", "request"),
        (lambda good, body: good[:-30], "request"),
        (lambda good, body: "x", "request"),
        (lambda good, body: "", "request"),
        (lambda good, body: "\u00e9" * 40, "request"),
        (lambda good, body: f"{good}.{good}", "request"),
    ],
    ids=["unknown kid", "no header", "wrong tag", "cut", "no JWE", "empty", "no ASCII", "six"],
)
async def test_broken_encryption_is_told_in_plain(world: World, content: Any, code: str) -> None:
    """
    H74: a key that is not ours, and what is no JWE at all.
    """
    codes = {
        "parameters": "invalid_encryption_parameters",
        "request": "invalid_credential_request",
    }
    body = await asked(world)
    answer = await post(world, await world.access(), content(sealed(world, body), dumps(body)))

    assert (400, codes[code]) == (answer.status_code, error(answer))


async def test_the_deferred_request_has_parameters_of_its_own(world: World) -> None:
    """
    VCI-52: the first answer is encrypted as the first request asks, those after it as the deferred
    one does, whatever is in them.
    """
    other = DecryptionKey.generate("wallet-2")
    access = await world.access(decision=True)
    body = await asked(world, credential_response_encryption=wanted())
    first = await post(world, access, sealed(world, body))
    promised = decrypt_response(first.text, WALLET)
    assert (202, JWT) == (first.status_code, first.headers["content-type"])
    wish = {"jwk": other.public.as_dict(), "enc": "A128GCM"}
    again = sealed(
        world,
        {
            "transaction_id": promised["transaction_id"],
            "credential_response_encryption": wish,  # type: ignore[dict-item]  # JSON
        },
    )
    waits = await post(world, access, again, path="deferred")
    assert (202, JWT) == (waits.status_code, waits.headers["content-type"])
    assert promised == decrypt_response(waits.text, other)

    await decide(world, "approve")
    answer = await post(world, access, again, path="deferred")

    assert (200, JWT) == (answer.status_code, answer.headers["content-type"])
    assert "wallet-2" == header_of(answer.text)["kid"]
    assert 1 == len(decrypt_response(answer.text, other)["credentials"])  # type: ignore[arg-type]  # a list


async def test_a_deferred_request_asks_for_encryption_encrypted(world: World) -> None:
    """
    VCI-35 holds at the deferred endpoint too, and so do the codes.
    """
    access = await world.access(decision=True)
    headers = {"Authorization": f"Bearer {access}"}
    body = {"transaction_id": "A" * 43, "credential_response_encryption": wanted()}
    answer = await world.http.post(f"{REGISTRY}/deferred", json=body, headers=headers)

    assert (400, "invalid_encryption_parameters") == (answer.status_code, error(answer))
    broken = await post(world, access, "a.b.c.d.e", path="deferred")
    assert (400, "invalid_credential_request") == (broken.status_code, error(broken))


async def test_each_authority_opens_what_was_sent_to_it(world: World) -> None:
    """
    H76: a request encrypted to the tax service is none at the registry.
    """
    foreign = world.keys.encryption("national-tax-service")[0]
    foreign_named = type(foreign.public)(foreign.public.x, foreign.public.y, "newest")
    token = jwe.encrypt(dumps(await asked(world)), foreign_named, enc=Enc.A128GCM)
    answer = await post(world, await world.access(), token)

    assert (400, "invalid_credential_request") == (answer.status_code, error(answer))


async def test_a_plain_body_has_one_of_two_types(world: World) -> None:
    """
    H48: an encrypted body has its own limit, and a third type is none.
    """
    access = await world.access()
    large = await post(world, access, "x" * (180 * 1024 + 1))
    headers = {"Authorization": f"Bearer {access}", "Content-Type": "application/jose"}
    other = await world.http.post(f"{REGISTRY}/credential", content="x", headers=headers)

    assert (413, "invalid_credential_request") == (large.status_code, error(large))
    assert (415, "invalid_credential_request") == (other.status_code, error(other))


async def test_without_a_token_nothing_is_decrypted(world: World) -> None:
    """
    H76: who may not ask is told so, whatever the body is.
    """
    body = sealed(world, await asked(world))
    answer = await world.http.post(
        f"{REGISTRY}/credential", content=body, headers={"Content-Type": JWT}
    )

    assert 401 == answer.status_code


@pytest.fixture
async def closed(world: World) -> World:
    """A world whose certificates leave encrypted alone."""
    around = replace(world.issuers.described._around, encrypted_only=True)
    world.issuers.described._around = around
    world.issuers.described._made.clear()
    world.issuers.encrypted_only = True
    return world


async def test_where_encryption_is_required_nothing_leaves_in_plain(closed: World) -> None:
    """
    VCI-35, VCI-64: the metadata says so, and a plain answer can neither be had nor asked for.
    """
    metadata = closed.issuers.described.metadata("resident-registry")
    for said in (metadata.credential_request_encryption, metadata.credential_response_encryption):
        assert said is not None
        assert said.encryption_required
    check_publishable(metadata)
    access = await closed.access()
    good = await asked(closed, credential_response_encryption=wanted())

    for answer in (
        await closed.ask(access, await asked(closed)),
        await closed.ask(access, good),
        await post(closed, access, sealed(closed, await asked(closed))),
    ):
        assert (400, "invalid_encryption_parameters") == (answer.status_code, error(answer))
    assert 200 == (await post(closed, access, sealed(closed, good))).status_code
