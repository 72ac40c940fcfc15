"""Who is a client: attested or by its own key, once for each proof, and nobody else."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from keys.authority import CertificateAuthority
from keys.role import Role
from keys.x5c import to_base64
from standards.oauth.client_attestation import (
    ATTESTATION_HEADER,
    CHALLENGE_HEADER,
    POP_HEADER,
    ClientAttestation,
    make_client_attestation,
)
from standards.oauth.private_key_jwt import ASSERTION_TYPE
from tests.issuers.strange_wallet import PROVIDER, StrangeWallet, signer, wallet_at
from tests.issuers.test_pushed_requests import error
from tests.issuers.world import REGISTRY, TAXES, World

KEYED = "https://keyed.example"
ATTESTED = {"invalid_client", "invalid_client_attestation", "use_fresh_attestation"}


def broken(token: str) -> str:
    """Return a token whose signature is another."""
    head, _, signature = token.rpartition(".")
    octets = bytearray(base64.urlsafe_b64decode(signature + "=="))
    octets[10] ^= 1
    return f"{head}.{base64.urlsafe_b64encode(bytes(octets)).rstrip(b'=').decode()}"


def untrusted(wallet: StrangeWallet) -> str:
    """Return an attestation by a provider of nobody's trust list."""
    root = CertificateAuthority.create("evil", Role.WALLET_PROVIDER, wallet.now)
    provider = signer()
    chain = root.issue(provider.public, "provider", now=wallet.now)
    claims = ClientAttestation(
        PROVIDER,
        wallet.client_id,
        wallet.instance.public,
        wallet.now,
        wallet.now + timedelta(hours=1),
    )
    return make_client_attestation(claims, provider, tuple(map(to_base64, chain)))


async def headers(wallet: StrangeWallet, case: str) -> dict[str, str]:
    """Return the two headers with one thing wrong."""
    whole, claims, proof = CASES.get(case, (None, {}, {}))
    ago = {name: wallet.now - timedelta(minutes=claims[name]) for name in claims if name in TIMES}
    made = {"issued_at": wallet.now - timedelta(hours=2), **claims, **ago} if ago else claims
    old = {"issued_at": wallet.now - timedelta(minutes=6)} if "old" in proof else proof
    attestation = wallet.attestation(**made)
    pop = wallet.pop(await wallet.challenge(), **old)
    match whole:
        case "attestation":
            attestation = broken(attestation)
        case "pop":
            pop = broken(pop)
        case "provider":
            attestation = untrusted(wallet)
        case _:
            pass
    return {ATTESTATION_HEADER: attestation, POP_HEADER: pop}


TIMES = {"expires_at"}
UNKNOWN = {"client_id": "https://unknown.example"}
# What is broken whole, what the attestation and what the proof says otherwise.
CASES: dict[str, tuple[str | None, dict[str, Any], dict[str, Any]]] = {
    "attestation signature": ("attestation", {}, {}),
    "pop signature": ("pop", {}, {}),
    "untrusted provider": ("provider", {}, {}),
    "expired": (None, {"expires_at": 10}, {}),
    "no sub": (None, {"client_id": ""}, {}),
    "other audience": (None, {}, {"audience": TAXES}),
    "other key": (None, {}, {"by": signer()}),
    "other issuer of the pop": (None, {}, {"client_id": KEYED}),
    "unregistered client": (None, UNKNOWN, UNKNOWN),
    "old proof": (None, {}, {"old": True}),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_attestation_with_one_thing_wrong_proves_nobody(world: World, case: str) -> None:
    """
    T12 and modules 11 to 16 of the issuer plan: at the push and at the token endpoint alike.
    """
    wallet = await wallet_at(world)
    code = await wallet.code()
    pushed = await wallet.push(headers=await headers(wallet, case))
    redeemed = await wallet.token(code, headers=await headers(wallet, case))

    assert error(pushed) in ATTESTED
    assert error(redeemed) in ATTESTED
    assert 200 == (await wallet.token(code)).status_code


@pytest.mark.parametrize("only", [ATTESTATION_HEADER, POP_HEADER])
async def test_both_headers_are_needed(world: World, only: str) -> None:
    """
    Half a proof is none.
    """
    wallet = await wallet_at(world)
    proving = await headers(wallet, "good")
    form = {"client_id": wallet.client_id, "response_type": "code"}
    full = {**form, "redirect_uri": "x", "code_challenge": "A" * 43}
    answer = await wallet.post(
        "/par", {**full, "code_challenge_method": "S256"}, {only: proving[only]}
    )

    assert "invalid_client_attestation" == error(answer)


async def challenged(wallet: StrangeWallet, case: str) -> str | None:
    """Return a challenge with something wrong."""
    match case:
        case "none":
            return None
        case "made up":
            return "x"
        case "old":
            challenge = await wallet.challenge()
            wallet.world.clock.move(minutes=5)
            return challenge
        case "another's":
            answer = await wallet.world.http.post(f"{TAXES}/challenge")
            return str(answer.json()["attestation_challenge"])
        case _:
            return await wallet.nonce()


@pytest.mark.parametrize("case", ["none", "made up", "old", "another's", "of another use"])
async def test_a_challenge_of_this_authority_is_needed(world: World, case: str) -> None:
    """
    use_attestation_challenge, and the challenge to use comes with it (draft 07 section 8.1).
    """
    wallet = await wallet_at(world)
    pop = wallet.pop(await challenged(wallet, case))
    answer = await wallet.push(headers={POP_HEADER: pop})

    assert "use_attestation_challenge" == error(answer)
    again = wallet.pop(answer.headers[CHALLENGE_HEADER])
    assert 201 == (await wallet.push(headers={POP_HEADER: again})).status_code


async def test_challenges_are_given_out_freely_and_never_cached(world: World) -> None:
    """
    ATT bundle: 200, JSON, no-store, one member; no two alike.
    """
    first, second = [await world.http.post(f"{REGISTRY}/challenge") for _ in range(2)]

    assert (200, "application/json") == (first.status_code, first.headers["content-type"])
    assert "no-store" == first.headers["cache-control"]
    assert {"attestation_challenge"} == set(first.json())
    assert first.json() != second.json()
    assert 404 == (await world.http.post("/issuers/unknown/challenge")).status_code


async def test_a_proof_of_the_instance_is_taken_once(world: World) -> None:
    """
    A replayed PoP is refused; its challenge is good for another proof.
    """
    wallet = await wallet_at(world)
    challenge = await wallet.challenge()
    pop = wallet.pop(challenge)
    assert 201 == (await wallet.push(headers={POP_HEADER: pop})).status_code

    assert "invalid_client_attestation" == error(await wallet.push(headers={POP_HEADER: pop}))
    other = wallet.pop(challenge)
    assert 201 == (await wallet.push(headers={POP_HEADER: other})).status_code


async def keyed(world: World) -> StrangeWallet:
    """Return a wallet that proves itself by a registered key."""
    return await wallet_at(world, client_id=KEYED, client_key=signer())


ASSERTIONS: dict[str, dict[str, Any]] = {
    "other audience": {"audience": TAXES},
    "the endpoint as audience": {"audience": f"{REGISTRY}/par"},
    "other client": {"client_id": "https://wallet.example/client"},
    "unknown client": {"client_id": "https://unknown.example"},
}


@pytest.mark.parametrize("changes", ASSERTIONS.values(), ids=ASSERTIONS)
async def test_an_assertion_is_for_this_server_by_this_client(
    world: World, changes: dict[str, Any]
) -> None:
    """
    RFC 7523 section 3, FAPI 2.0: the audience is the issuer identifier and nothing else.
    """
    wallet = await keyed(world)
    await wallet_at(world)

    assert "invalid_client" == error(
        await wallet.push(client_assertion=wallet.assertion(**changes))
    )


async def test_an_assertion_by_another_key_proves_nobody(world: World) -> None:
    """
    The key is the registered one.
    """
    wallet = await keyed(world)
    wallet.client_key = signer()

    assert "invalid_client" == error(await wallet.push())


async def test_an_assertion_is_taken_once(world: World) -> None:
    """
    RFC 7523 section 3: a jti counts once.
    """
    wallet = await keyed(world)
    assertion = wallet.assertion()
    assert 201 == (await wallet.push(client_assertion=assertion)).status_code

    assert "invalid_client" == error(await wallet.push(client_assertion=assertion))


async def test_a_client_proves_itself_in_the_way_it_registered(world: World) -> None:
    """
    A client with keys is not attested, one without has no assertion, and nobody does both.
    """
    keyed_one, attested = await keyed(world), await wallet_at(world)
    attesting = await headers(StrangeWallet(world, client_id=KEYED), "good")
    by_attestation = {"client_assertion": None, "client_assertion_type": None}
    assert error(await keyed_one.push(headers=attesting)) == "invalid_client"
    answer = await keyed_one.push(headers=attesting, **by_attestation)
    assert error(answer) in ATTESTED

    attested.client_key = signer()
    assert "invalid_client" == error(await attested.push())


async def test_nobody_pushes_without_proof(world: World) -> None:
    """
    RFC 9126 section 2.1: the client is authenticated as at the token endpoint.
    """
    wallet = await wallet_at(world)
    form = {
        "response_type": "code",
        "client_id": wallet.client_id,
        "redirect_uri": "https://wallet.example/back",
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
        "scope": "resident-register",
    }
    alone = await wallet.post("/par", {**form}, {})
    typed = await wallet.post("/par", {**form, "client_assertion_type": ASSERTION_TYPE}, {})

    assert "invalid_client" == error(alone)
    assert "invalid_client" == error(typed)


ODD = ("\0", "a\0b", "\u2028", "🙂", "a" * 2000)


@pytest.mark.parametrize("text", ODD, ids=ascii)
async def test_odd_names_and_numbers_are_refused_and_nothing_falls_over(
    world: World, text: str
) -> None:
    """
    Whatever stands in a signed token or a form: an answer of the standards, never a fault.
    """
    wallet = await wallet_at(world)
    attestation = wallet.attestation(client_id=text)
    pop = wallet.pop(await wallet.challenge(), client_id=text)
    attested = await wallet.push(headers={ATTESTATION_HEADER: attestation, POP_HEADER: pop})
    named = await world.redeem(await world.code(), client_id=text)
    numbered = await wallet.push(
        headers={POP_HEADER: wallet.pop(await wallet.challenge(), jti=text)}
    )

    assert error(attested) in ATTESTED
    assert 200 == named.status_code
    assert numbered.status_code in {201, 400}
