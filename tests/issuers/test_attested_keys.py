"""Keys that a wallet provider vouches for (OpenID4VCI appendices D.1, F.1 and F.3)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from issuers.catalogue import every_kind
from issuers.issuance.issuing import BATCH_SIZE
from keys.authority import CertificateAuthority
from keys.jwk import PublicJwk
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.x5c import to_base64
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.openid4vci.key_attestation import KeyAttestation, make_key_attestation
from standards.openid4vci.proof import ProofClaims, make_proof
from tests.issuers.test_refusals import error
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import NOW, REGISTRY, World

PROVIDER = SoftwareSigner.generate()
HIGH = "iso_18045_high"


def chain_of(root: CertificateAuthority) -> tuple[str, ...]:
    return tuple(map(to_base64, root.issue(PROVIDER.public, "provider", now=NOW)))


def attested(world: World, *keys: PublicJwk, nonce: str | None = None, **more: Any) -> str:
    """Return the provider's word on keys, for five minutes."""
    ends: datetime = more.pop("ends", world.clock.now + timedelta(minutes=5))
    chain = more.pop("chain", None) or chain_of(world.keys.roots[Role.WALLET_PROVIDER])
    attestation = KeyAttestation(keys, world.clock.now, ends, nonce, **more)
    return make_key_attestation(attestation, PROVIDER, chain)


def bent(token: str) -> str:
    """Return a token whose signature is another's."""
    head, body, signature = token.split(".")
    return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


async def answer_to(
    world: World, proofs: dict[str, Any], access: str | None = None
) -> tuple[int, Any]:
    """Return status, and the credentials or the error code."""
    body: Any = {"credential_configuration_id": "resident-register", "proofs": proofs}
    answer = await world.ask(access or await world.access(), body)
    if answer.status_code == 200:
        return 200, [one["credential"] for one in answer.json()["credentials"]]
    return answer.status_code, error(answer)


async def test_an_attestation_proves_all_its_keys(world: World) -> None:
    """
    F.3: one token, as many certificates as it has keys, each bound to one.
    """
    keys = [SoftwareSigner.generate().public for _ in range(BATCH_SIZE)]
    token = attested(world, *keys, nonce=await world.nonce())
    status, credentials = await answer_to(world, {"attestation": [token]})

    assert 200 == status
    holders = {
        vc.holder.thumbprint() for one in credentials if (vc := verified(world, one)).holder
    }
    assert {key.thumbprint() for key in keys} == holders


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda world, keys, nonce: [bent(attested(world, *keys, nonce=nonce))], "invalid_proof"),
        (lambda world, keys, nonce: [attested(world, *keys)], "invalid_proof"),
        (lambda world, keys, nonce: [attested(world, *keys, nonce="x")], "invalid_nonce"),
        (lambda world, keys, nonce: [attested(world, *keys, nonce=nonce)] * 2, "invalid_proof"),
        (lambda world, keys, nonce: [attested(world, *keys * 2, nonce=nonce)], "invalid_proof"),
        (
            lambda world, keys, nonce: [
                attested(world, *keys, nonce=nonce, chain=chain_of(world.keys.roots[Role.ISSUER]))
            ],
            "invalid_proof",
        ),
        (
            lambda world, keys, nonce: [
                attested(world, *keys, nonce=nonce, ends=world.clock.now - timedelta(hours=1))
            ],
            "invalid_proof",
        ),
        (
            lambda world, keys, nonce: [
                attested(
                    world,
                    *(SoftwareSigner.generate().public for _ in range(BATCH_SIZE + 1)),
                    nonce=nonce,
                )
            ],
            "invalid_credential_request",
        ),
    ],
    ids=[
        "signature",
        "no nonce",
        "wrong nonce",
        "two",
        "a key twice",
        "an issuer's chain",
        "ended",
        "too many",
    ],
)
async def test_attestations_that_prove_nothing_are_refused(
    world: World, change: Any, code: str
) -> None:
    """
    Suite module fail-invalid-key-attestation-signature, H52, H73: each with its code.
    """
    keys = (SoftwareSigner.generate().public,)
    proofs = {"attestation": change(world, keys, await world.nonce())}

    assert (400, code) == await answer_to(world, proofs)


async def test_a_nonce_in_an_attestation_is_taken_once(world: World) -> None:
    """
    H73: the same token again is a replay.
    """
    token = attested(world, SoftwareSigner.generate().public, nonce=await world.nonce())
    access = await world.access()

    assert 200 == (await answer_to(world, {"attestation": [token]}, access))[0]
    again = await answer_to(world, {"attestation": [token]}, access)
    assert (400, "invalid_nonce") == again


async def test_an_attestation_inside_a_proof_must_be_right_when_it_comes(world: World) -> None:
    """
    VCI-80: of this very key, by somebody trusted; nobody has to bring one.
    """
    nonce, signer = await world.nonce(), SoftwareSigner.generate()
    claims = ProofClaims(REGISTRY, nonce, world.clock.now)

    def proof(token: str) -> dict[str, Any]:
        return {"jwt": [make_proof(claims, signer, key_attestation=token)]}

    good = attested(world, signer.public)
    for token in (bent(good), attested(world, PROVIDER.public)):
        assert (400, "invalid_proof") == await answer_to(world, proof(token))
    assert 200 == (await answer_to(world, proof(good)))[0]


@pytest.fixture
async def demanding(world: World) -> AsyncIterator[World]:
    """A world whose register copy is for keys in hardware alone."""
    catalogue = world.issuers.catalogue
    kept = catalogue.kinds
    demanded = KeyAttestationsRequired(key_storage=(HIGH,))
    kind = replace(kept["resident-register"], key_attestation=demanded)
    catalogue.kinds = MappingProxyType(dict(kept) | {kind.name: kind})
    yield world
    catalogue.kinds = kept


async def test_a_kind_may_demand_attested_keys(demanding: World) -> None:
    """
    VCI-67: then the metadata says so for both proof types, and a proof without is refused.
    """
    world = demanding
    metadata = world.issuers.described.metadata("resident-registry")
    for name, expected in (
        ("resident-register", KeyAttestationsRequired(key_storage=(HIGH,))),
        ("resident-abstract", None),
    ):
        for proof_type in ("jwt", "attestation"):
            support = metadata.configuration(name).proof_type(proof_type)
            assert support is not None
            assert expected == support.key_attestations_required
    plain = {"jwt": [world.prove(await world.nonce())]}
    assert (400, "invalid_proof") == await answer_to(world, plain)

    key = SoftwareSigner.generate().public
    for levels, status in (((), 400), (("iso_18045_basic",), 400), ((HIGH,), 200)):
        token = attested(world, key, nonce=await world.nonce(), key_storage=levels)
        assert status == (await answer_to(world, {"attestation": [token]}))[0]


def test_the_catalogue_demands_nothing_by_itself() -> None:
    """
    Browsers and kept keys attest no level; a kind that wanted one could not be held there.
    """
    assert {None} == {kind.key_attestation for kind in every_kind().kinds.values()}
