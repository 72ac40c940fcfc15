"""Key proofs (OpenID4VCI 1.0 appendix F)."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from keys import base64url, jws
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.openid4vci.credential import Proofs, ProofType
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.proof import (
    PROOF_LIMIT,
    TYP,
    ProofClaims,
    invalid_nonce,
    make_proof,
    proof_signing_input,
    verify_proof,
    verify_proofs,
)

ISSUER = "https://issuer.example/issuers/resident-registry"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOLDER = SoftwareSigner.generate()
GOOD = ProofClaims(ISSUER, "nonce-1", NOW)


class Nonces:
    """Nonces an issuer gave out, each good once."""

    def __init__(self, *good: str) -> None:
        self.good = set(good)
        self.asked: list[str] = []

    def __call__(self, nonce: str) -> None:
        self.asked.append(nonce)
        if nonce not in self.good:
            raise invalid_nonce()
        self.good.remove(nonce)


def signed(header: Mapping[str, JsonValue], claims: JsonObject) -> str:
    return jws.sign(header, dumps(claims), HOLDER)


def header(**members: JsonValue) -> JsonObject:
    usual: JsonObject = {"typ": TYP, "jwk": HOLDER.public.as_dict()}
    return usual | members


def claims(**members: JsonValue) -> JsonObject:
    changed = GOOD.as_dict() | members
    return {name: value for name, value in changed.items() if value != "absent"}


def refusal(proof: str, nonces: Nonces | None = None) -> CredentialErrorCode:
    nonces = nonces or Nonces("nonce-1")
    with pytest.raises(CredentialRequestError) as caught:
        verify_proof(proof, expected_issuer=ISSUER, check_nonce=nonces, now=NOW)
    return caught.value.code


def test_a_good_proof_gives_its_key() -> None:
    """
    VCI-33, VCI-82: made for this issuer with its nonce, it proves the key in its header.
    """
    nonces = Nonces("nonce-1")
    proof = make_proof(GOOD, HOLDER)
    key = verify_proof(proof, expected_issuer=ISSUER, check_nonce=nonces, now=NOW)
    assert HOLDER.public.thumbprint() == key.thumbprint()
    assert ["nonce-1"] == nonces.asked
    assert "iss" not in GOOD.as_dict()
    assert "wallet" == ProofClaims(ISSUER, None, NOW, issuer="wallet").as_dict()["iss"]


def test_a_key_elsewhere_can_make_the_proof() -> None:
    """
    The holder's own device signs what `proof_signing_input` gives; the proof is the same.
    """
    octets = proof_signing_input(GOOD, HOLDER.public)
    proof = jws.attach(octets, HOLDER.sign(octets))
    key = verify_proof(proof, expected_issuer=ISSUER, check_nonce=Nonces("nonce-1"), now=NOW)
    assert HOLDER.public.thumbprint() == key.thumbprint()


@pytest.mark.parametrize("offset", [-300, -60, 60, 300])
def test_five_minutes_either_way_are_near_enough(offset: int) -> None:
    """
    VCI-85: the clocks of wallet and issuer may differ, up to and including five minutes.
    """
    moment = int(NOW.timestamp()) + offset
    proof = signed(header(), claims(iat=moment))
    key = verify_proof(proof, expected_issuer=ISSUER, check_nonce=Nonces("nonce-1"), now=NOW)
    assert HOLDER.public.thumbprint() == key.thumbprint()


BAD_CLAIMS: dict[str, JsonObject] = {
    "aud of another": {"aud": "https://other.example"},
    "aud with a slash": {"aud": f"{ISSUER}/"},
    "aud as array": {"aud": [ISSUER]},
    "no aud": {"aud": "absent"},
    "iat in the future": {"iat": int(NOW.timestamp()) + 301},
    "iat an hour ahead": {"iat": int(NOW.timestamp()) + 3600},
    "iat too old": {"iat": int(NOW.timestamp()) - 301},
    "iat as text": {"iat": str(int(NOW.timestamp()))},
    "iat true": {"iat": True},
    "iat of 2^63": {"iat": 2**63},
    "no iat": {"iat": "absent"},
    "no nonce": {"nonce": "absent"},
    "empty nonce": {"nonce": ""},
    "nonce as number": {"nonce": 1},
}


@pytest.mark.parametrize("name", BAD_CLAIMS)
def test_a_proof_that_says_the_wrong_thing_is_invalid(name: str) -> None:
    """
    VCI-48, VCI-82, VCI-85, H18, H20, H73: ``invalid_proof``, and the nonce is not used up.
    """
    nonces = Nonces("nonce-1")
    proof = signed(header(), claims(**BAD_CLAIMS[name]))
    assert CredentialErrorCode.INVALID_PROOF == refusal(proof, nonces)
    assert not nonces.asked


BAD_HEADERS: dict[str, JsonObject] = {
    "typ of a JWT": {"typ": "JWT"},
    "typ of a DPoP proof": {"typ": "dpop+jwt"},
    "typ of a key binding": {"typ": "kb+jwt"},
    "typ in capitals": {"typ": TYP.upper()},
    "kid and jwk": {"kid": "did:key:x#0"},
    "x5c and jwk": {"x5c": ["AAAA"]},
    "private key": {"jwk": HOLDER.public.as_dict() | {"d": "AAAA"}},
    "symmetric key": {"jwk": {"kty": "oct", "k": "AAAA"}},
    "key for encryption": {"jwk": HOLDER.public.as_dict() | {"use": "enc"}},
    "no key at all": {"jwk": "x"},
    "key off the curve": {"jwk": HOLDER.public.as_dict() | {"y": "A" * 43}},
    "jku": {"jku": "https://evil.example/jwks"},
    "x5u": {"x5u": "https://evil.example/x5c"},
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_a_proof_by_the_wrong_key_is_invalid(name: str) -> None:
    """
    VCI-82, VCI-83, H5 to H8, H14: exactly one public key, in the header, of the right type.
    """
    proof = signed(header(**BAD_HEADERS[name]), claims())
    assert CredentialErrorCode.INVALID_PROOF == refusal(proof)


@pytest.mark.parametrize("member", ["kid", "x5c"])
def test_a_key_by_reference_is_not_taken(member: str) -> None:
    """
    VCI-82, H6: we take ``jwk`` alone; the other two are refused politely.
    """
    proof = signed({"typ": TYP, member: "x"}, claims())
    assert CredentialErrorCode.INVALID_PROOF == refusal(proof)
    assert CredentialErrorCode.INVALID_PROOF == refusal(signed({"typ": TYP}, claims()))


def _unsigned(algorithm: JsonValue) -> str:
    head: JsonObject = {"typ": TYP, "jwk": HOLDER.public.as_dict(), "alg": algorithm}
    encoded = [base64url.encode(dumps(part)) for part in (head, claims())]
    return ".".join([*encoded, "A" * 86])


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "RS256", "", None, ["ES256"]], ids=repr
)
def test_a_proof_of_another_algorithm_is_invalid(algorithm: JsonValue) -> None:
    """
    VCI-83, H1, H2, H3, H73: no signature, a shared secret or another family are refused.
    """
    assert CredentialErrorCode.INVALID_PROOF == refusal(_unsigned(algorithm))


def test_only_advertised_algorithms_are_taken() -> None:
    """
    VCI-83: Ed25519 is real, but an issuer takes what its metadata lists.
    """
    edwards = SoftwareSigner.generate(Algorithm.ED25519)
    proof = make_proof(GOOD, edwards)
    assert CredentialErrorCode.INVALID_PROOF == refusal(proof)
    both = frozenset(Algorithm)
    key = verify_proof(
        proof, expected_issuer=ISSUER, check_nonce=Nonces("nonce-1"), now=NOW, algorithms=both
    )
    assert edwards.public.thumbprint() == key.thumbprint()


def test_a_broken_signature_is_invalid() -> None:
    """
    VCI-83: signed by another key, or changed afterwards.
    """
    other = SoftwareSigner.generate()
    stolen = jws.sign(header(), dumps(claims()), other)
    assert CredentialErrorCode.INVALID_PROOF == refusal(stolen)
    head, _, signature = make_proof(GOOD, HOLDER).split(".")
    payload = base64url.encode(dumps(claims(nonce="nonce-2")))
    assert CredentialErrorCode.INVALID_PROOF == refusal(f"{head}.{payload}.{signature}")


@pytest.mark.parametrize("proof", ["", "a.b", "a.b.c", "." * 1000, "x" * (PROOF_LIMIT + 1)])
def test_what_is_no_token_is_invalid(proof: str) -> None:
    """
    H50: measured before it is decoded.
    """
    assert CredentialErrorCode.INVALID_PROOF == refusal(proof)


def test_a_wrong_nonce_has_its_own_code() -> None:
    """
    VCI-48, H73: unknown, used or expired are ``invalid_nonce``: get a fresh one and try again.
    """
    nonces = Nonces("nonce-1")
    proof = make_proof(GOOD, HOLDER)
    verify_proof(proof, expected_issuer=ISSUER, check_nonce=nonces, now=NOW)
    assert CredentialErrorCode.INVALID_NONCE == refusal(proof, nonces)


def batch(count: int, nonce: str = "nonce-1") -> Proofs:
    wanted = ProofClaims(ISSUER, nonce, NOW)
    return Proofs(
        ProofType.JWT, tuple(make_proof(wanted, SoftwareSigner.generate()) for _ in range(count))
    )


def keys_of(proofs: Proofs | None, nonces: Nonces, max_proofs: int = 3) -> int:
    keys = verify_proofs(
        proofs, expected_issuer=ISSUER, check_nonce=nonces, now=NOW, max_proofs=max_proofs
    )
    return len({key.thumbprint() for key in keys})


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_shares_one_nonce(count: int) -> None:
    """
    VCI-42, H52: one proof or the largest batch; their common nonce is used once.
    """
    nonces = Nonces("nonce-1")
    assert count == keys_of(batch(count), nonces)
    assert ["nonce-1"] == nonces.asked


def test_more_proofs_than_offered_are_refused() -> None:
    """
    H52: one more than ``batch_size`` is an invalid request, before any signature is checked.
    """
    with pytest.raises(CredentialRequestError) as caught:
        keys_of(batch(4), Nonces("nonce-1"))
    assert CredentialErrorCode.INVALID_CREDENTIAL_REQUEST == caught.value.code


def test_one_key_twice_is_refused() -> None:
    """
    VCI-42, H52: each credential gets its own key, or the copies could be linked.
    """
    nonces = Nonces("nonce-1", "nonce-2")
    twice = Proofs(
        ProofType.JWT,
        (make_proof(GOOD, HOLDER), make_proof(ProofClaims(ISSUER, "nonce-2", NOW), HOLDER)),
    )
    with pytest.raises(CredentialRequestError) as caught:
        keys_of(twice, nonces)
    assert CredentialErrorCode.INVALID_PROOF == caught.value.code
    assert not nonces.asked


@pytest.mark.parametrize("proofs", [None, Proofs(ProofType.ATTESTATION, ("a.b.c",))])
def test_a_missing_proof_is_an_invalid_proof(proofs: Proofs | None) -> None:
    """
    VCI-48: absent, or of a type this check does not take.
    """
    with pytest.raises(CredentialRequestError) as caught:
        keys_of(proofs, Nonces())
    assert CredentialErrorCode.INVALID_PROOF == caught.value.code


def test_a_batch_with_one_wrong_nonce_is_refused() -> None:
    """
    VCI-48: every proof of a batch carries a nonce of the issuer.
    """
    mixed = Proofs(ProofType.JWT, (*batch(1).values, *batch(1, "stolen").values))
    with pytest.raises(CredentialRequestError) as caught:
        keys_of(mixed, Nonces("nonce-1"))
    assert CredentialErrorCode.INVALID_NONCE == caught.value.code
