"""Keys that somebody vouches for, where an issuer asks for it (OpenID4VCI appendices D and F)."""

import pytest

from keys import jws
from keys.role import Role
from keys.strict_json import JsonObject, JsonValue, loads_object
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.openid4vci.credential import Proofs, ProofType
from standards.openid4vci.key_attestation import KeyAttestation, verify_key_attestation
from tests.wallet.issuer_of_test import ISSUER, KIND, VCT, IssuerOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletError, WalletFailure

ANY = KeyAttestationsRequired()
ES256: JsonObject = {"proof_signing_alg_values_supported": ["ES256"]}
HIGH: JsonObject = {"key_storage": ["iso_18045_high"]}


def proven_by(issuer: IssuerOfTest, **proof_types: JsonValue) -> None:
    """Let the issuer's one kind be proven in these ways."""
    kind: JsonObject = {
        "format": "dc+sd-jwt",
        "vct": VCT,
        "cryptographic_binding_methods_supported": ["jwk"],
        "proof_types_supported": proof_types,
    }
    issuer.metadata["credential_configurations_supported"] = {KIND: kind}


async def accepted(world: World, issuer: IssuerOfTest) -> Proofs:
    """Return the proofs of the one request that led to a certificate."""
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    (request,) = issuer.requests
    assert request.proofs is not None
    return request.proofs


async def refusal(world: World, issuer: IssuerOfTest) -> WalletError:
    with pytest.raises(WalletError) as caught:
        await world.wallets.accept(HOLDER, issuer.offer_uri())
    assert [] == [asked for asked in world.network.asked if asked.method == "POST"]
    return caught.value


def attested(world: World, token: str, *, needs_expiry: bool) -> KeyAttestation:
    return verify_key_attestation(
        token,
        anchors=(world.authorities.of[Role.WALLET_PROVIDER].anchor,),
        now=world.clock.now,
        needs_expiry=needs_expiry,
        check_nonce=lambda nonce: None,
    )


async def test_where_nobody_asks_nothing_is_vouched_for(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-67: a plain proof says less, and is all that is asked for.
    """
    proven_by(issuer, jwt=ES256, attestation=ES256)
    proofs = await accepted(world, issuer)
    assert ProofType.JWT is proofs.proof_type
    assert "key_attestation" not in jws.parse(proofs.values[0]).header


async def test_a_proof_carries_the_word_on_all_keys_of_the_batch(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    KA, F.1: in the header, with ``exp`` and the issuer's nonce, of the keys of all three copies.
    """
    proven_by(issuer, jwt=ES256 | {"key_attestations_required": {}})
    issuer.demanded, issuer.batch = ANY, 3
    proofs = await accepted(world, issuer)
    tokens = {jws.parse(proof).header["key_attestation"] for proof in proofs.values}
    (token,) = tokens
    word = attested(world, str(token), needs_expiry=True)
    assert (3, (), ()) == (len(word.attested_keys), word.key_storage, word.user_authentication)
    assert loads_object(jws.parse(proofs.values[0]).payload)["nonce"] == word.nonce


async def test_the_word_alone_may_be_the_proof(world: World, issuer: IssuerOfTest) -> None:
    """
    VCI-84, F.3: one token with the nonce, of as many keys as copies.
    """
    proven_by(issuer, attestation=ES256)
    issuer.demanded, issuer.batch = ANY, 10
    proofs = await accepted(world, issuer)
    assert (ProofType.ATTESTATION, 1) == (proofs.proof_type, len(proofs.values))
    assert 3 == len(attested(world, proofs.values[0], needs_expiry=False).attested_keys)
    (held,) = await world.wallets.credentials(HOLDER)
    assert 3 == len(held.copies)


LEVELS: dict[str, JsonObject] = {
    "key_storage": {"jwt": ES256 | {"key_attestations_required": HIGH}},
    "user_authentication": {
        "jwt": ES256
        | {"key_attestations_required": {"user_authentication": ["iso_18045_moderate"]}}
    },
    "either way": {
        "jwt": ES256 | {"key_attestations_required": HIGH},
        "attestation": ES256 | {"key_attestations_required": HIGH},
    },
}


@pytest.mark.parametrize("name", LEVELS)
async def test_a_level_of_protection_is_never_made_up(
    world: World, issuer: IssuerOfTest, name: str
) -> None:
    """
    VCI-79: this device cannot hold the certificate, and that is said before anything is sent.
    """
    proven_by(issuer, **LEVELS[name])
    error = await refusal(world, issuer)
    assert WalletFailure.DEVICE_UNFIT is error.failure
    assert "cannot hold this certificate" in error.detail


async def test_a_way_without_a_level_is_taken(world: World, issuer: IssuerOfTest) -> None:
    """
    An issuer that takes either gets what we can state.
    """
    proven_by(issuer, jwt=ES256 | {"key_attestations_required": HIGH}, attestation=ES256)
    assert ProofType.ATTESTATION is (await accepted(world, issuer)).proof_type


@pytest.mark.parametrize(
    "proof_types",
    [
        {},
        {"jwt": {"proof_signing_alg_values_supported": ["RS256"]}},
        {"di_vp": {"proof_signing_alg_values_supported": ["ES256"]}},
    ],
    ids=["none", "another algorithm", "another kind"],
)
async def test_no_proof_in_common_is_told(
    world: World, issuer: IssuerOfTest, proof_types: JsonObject
) -> None:
    """
    VCI-83: nothing is sent that the issuer says it does not take.
    """
    proven_by(issuer, **proof_types)
    assert WalletFailure.OFFER_UNSUPPORTED is (await refusal(world, issuer)).failure


async def test_a_wallet_nobody_vouches_for_says_so(world: World, issuer: IssuerOfTest) -> None:
    """
    Without a provider the same failure, as early.
    """
    proven_by(issuer, attestation=ES256)
    world.provider = None
    assert WalletFailure.DEVICE_UNFIT is (await refusal(world, issuer)).failure


async def test_a_nonce_that_did_not_live_is_replaced_once(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-48: ``invalid_nonce`` means a fresh nonce and new proofs; a second time it is a refusal.
    """
    issuer.stale_nonces = 1
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    assert (2, 2) == (len(issuer.requests), len(world.network.to(f"{ISSUER}/nonce")))
    issuer.stale_nonces = 9
    with pytest.raises(WalletError, match="invalid_nonce"):
        await world.wallets.accept(HOLDER, issuer.again())
    assert 4 == len(issuer.requests)


async def test_a_wallet_with_a_name_signs_it(world: World, issuer: IssuerOfTest) -> None:
    """
    VCI-82: ``iss`` is the client's id once it is known, and left out by an anonymous one.
    """
    anonymous = await accepted(world, issuer)
    assert "iss" not in loads_object(jws.parse(anonymous.values[0]).payload)
    issuer.requests.clear()
    issuer.server = {"token_endpoint_auth_methods_supported": ["attest_jwt_client_auth"]}
    await world.wallets.accept(HOLDER, issuer.again())
    proofs = issuer.requests[0].proofs
    assert proofs is not None
    assert world.provider is not None
    assert world.provider.client_id == loads_object(jws.parse(proofs.values[0]).payload)["iss"]
