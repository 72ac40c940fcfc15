"""Key attestations (OpenID4VCI 1.0 appendix D.1), alone and inside key proofs (F.1, F.3)."""

from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import jws
from keys.authority import CertificateAuthority
from keys.jwk import Algorithm, PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x5c import to_base64
from keys.x509 import Role
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.openid4vci.credential import MAX_PROOFS, Proofs, ProofType
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.key_attestation import (
    ATTESTATION_LIMIT,
    TYP,
    KeyAttestation,
    make_key_attestation,
    verify_key_attestation,
)
from standards.openid4vci.proof import ProofClaims, invalid_nonce, make_proof, verify_proofs
from tests.standards.oauth.attesting import NOW, ROOT, Provider, changed

ISSUER = "https://issuer.example/issuers/resident-registry"
PROVIDER = Provider()
HOLDERS = tuple(SoftwareSigner.generate() for _ in range(3))
KEYS = tuple(holder.public for holder in HOLDERS)
GOOD = KeyAttestation(KEYS, NOW, NOW + timedelta(hours=1), "nonce-1")
IAT = int(NOW.timestamp())
INVALID = CredentialErrorCode.INVALID_PROOF
HIGH = KeyAttestationsRequired(("iso_18045_high",), ("iso_18045_high", "iso_18045_moderate"))


class Nonces:
    """The issuer's nonces, and which it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, nonce: str) -> None:
        self.asked.append(nonce)
        if nonce != "nonce-1":
            raise invalid_nonce()


def token(head: JsonObject | None = None, /, **members: JsonValue) -> str:
    header = changed({"typ": TYP, "x5c": [*PROVIDER.x5c]}, head or {})
    return jws.sign(header, dumps(changed(GOOD.as_dict(), members)), PROVIDER.signer)


def verified(
    attestation: str, nonces: Nonces | None = None, *, needs_expiry: bool = True
) -> KeyAttestation:
    return verify_key_attestation(
        attestation,
        anchors=(ROOT.anchor,),
        now=NOW,
        needs_expiry=needs_expiry,
        check_nonce=nonces or Nonces(),
    )


def refusal(attestation: str, nonces: Nonces | None = None) -> CredentialErrorCode:
    with pytest.raises(CredentialRequestError) as caught:
        verified(attestation, nonces)
    return caught.value.code


def proved(
    proofs: Proofs | None,
    *,
    nonces: Nonces | None = None,
    demanded: KeyAttestationsRequired | None = None,
    max_proofs: int = 3,
) -> list[str]:
    keys = verify_proofs(
        proofs,
        expected_issuer=ISSUER,
        check_nonce=nonces or Nonces(),
        now=NOW,
        max_proofs=max_proofs,
        attesters=(ROOT.anchor,),
        demanded=demanded,
    )
    return [key.thumbprint() for key in keys]


def unproved(proofs: Proofs, *, demanded: KeyAttestationsRequired | None = None) -> str:
    with pytest.raises(CredentialRequestError) as caught:
        proved(proofs, demanded=demanded)
    return caught.value.code


def by_key(holder: SoftwareSigner, attestation: str | None, nonce: str = "nonce-1") -> str:
    return make_proof(ProofClaims(ISSUER, nonce, NOW), holder, key_attestation=attestation)


def test_what_is_attested_is_read_as_it_was_written() -> None:
    """
    VCI-78, appendix D.1: keys, times, nonce and levels; keys in their public members alone.
    """
    levels = ("iso_18045_moderate",)
    full = KeyAttestation(KEYS, NOW, NOW + timedelta(hours=1), "nonce-1", levels, levels)
    made = make_key_attestation(full, PROVIDER.signer, PROVIDER.x5c)

    found = verified(made)
    assert [key.thumbprint() for key in KEYS] == [key.thumbprint() for key in found.attested_keys]
    assert (NOW, NOW + timedelta(hours=1), "nonce-1") == (
        found.issued_at,
        found.expires_at,
        found.nonce,
    )
    assert (levels, levels) == (found.key_storage, found.user_authentication)
    assert {"typ", "alg", "x5c"} == jws.parse(made).header.keys()
    assert "kid" not in jws.parse(made).payload.decode()


def test_we_state_no_level_unless_told_to() -> None:
    """
    Appendix D.2: without levels nothing is claimed; the members are not there at all.
    """
    assert {"iat", "attested_keys"} == KeyAttestation(KEYS, NOW).as_dict().keys()


def test_others_read_and_make_the_same_token() -> None:
    """
    Second opinion: PyJWT verifies ours, and what it signs holds here.
    """
    key = jwt.PyJWK(PROVIDER.signer.public.as_dict())
    ours = make_key_attestation(GOOD, PROVIDER.signer, PROVIDER.x5c)
    read = jwt.decode(
        ours, key, algorithms=["ES256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert GOOD.as_dict() == read
    head: dict[str, object] = {"typ": TYP, "x5c": [*PROVIDER.x5c]}
    theirs = jwt.encode(GOOD.as_dict(), PROVIDER.signer.private_pem(), "ES256", head)
    assert 3 == len(verified(theirs).attested_keys)


BAD_CLAIMS: dict[str, JsonObject] = {
    "no iat": {"iat": "absent"},
    "iat in the future": {"iat": IAT + 61},
    "iat as text": {"iat": str(IAT)},
    "no exp in a proof": {"exp": "absent"},
    "expired": {"exp": IAT - 61},
    "no keys": {"attested_keys": "absent"},
    "empty keys": {"attested_keys": []},
    "keys as object": {"attested_keys": {"keys": []}},
    "key as text": {"attested_keys": ["x"]},
    "private key": {"attested_keys": [KEYS[0].as_dict() | {"d": "A" * 43}]},
    "symmetric key": {"attested_keys": [{"kty": "oct", "k": "AAAA"}]},
    "key on another curve": {
        "attested_keys": [SoftwareSigner.generate(Algorithm.ED25519).public.as_dict()]
    },
    "one key twice": {"attested_keys": [KEYS[0].as_dict(), KEYS[0].as_dict()]},
    "too many keys": {"attested_keys": [KEYS[0].as_dict()] * (MAX_PROOFS + 1)},
    "nonce as number": {"nonce": 1},
    "empty nonce": {"nonce": ""},
    "key_storage as text": {"key_storage": "iso_18045_high"},
    "empty user_authentication": {"user_authentication": []},
}


@pytest.mark.parametrize("name", BAD_CLAIMS)
def test_a_wrong_attestation_is_an_invalid_proof(name: str) -> None:
    """
    VCI-78, VCI-85, H7, H73: each claim is judged, and the nonce is not used up.
    """
    nonces = Nonces()
    assert INVALID == refusal(token({}, **BAD_CLAIMS[name]), nonces)
    assert not nonces.asked


BAD_HEADERS: dict[str, JsonObject] = {
    "no typ": {"typ": "absent"},
    "older typ": {"typ": "keyattestation+jwt"},
    "typ of a key proof": {"typ": "openid4vci-proof+jwt"},
    "no chain": {"x5c": "absent"},
    "chain with the root": {"x5c": [*PROVIDER.x5c, to_base64(ROOT.anchor.certificate)]},
    "chain of another": {"x5c": [*Provider().x5c]},
    "no certificate": {"x5c": ["AAAA"]},
    "jku": {"jku": "https://evil.example/jwks"},
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_an_attestation_by_the_wrong_key_is_an_invalid_proof(name: str) -> None:
    """
    HAIP section 4.5.1, H15: the right type, by a key certified under a trusted root.
    """
    assert INVALID == refusal(token(BAD_HEADERS[name]))


def test_only_trusted_attesters_count() -> None:
    """
    HAIP section 4.5.1: a stranger's root, an issuer's root, and a key of another kind.
    """
    for provider in (
        Provider(CertificateAuthority.create("Another", Role.WALLET_PROVIDER, NOW)),
        Provider(CertificateAuthority.create("Issuers", Role.ISSUER, NOW)),
        Provider(signer=SoftwareSigner.generate(Algorithm.ED25519)),
    ):
        made = make_key_attestation(GOOD, provider.signer, provider.x5c)
        assert INVALID == refusal(made)


def test_a_broken_signature_is_an_invalid_proof() -> None:
    """
    Module fail-invalid-key-attestation-signature: alone and inside a ``jwt`` proof.
    """
    head, payload, signature = token().split(".")
    broken = f"{head}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    assert INVALID == refusal(broken)
    assert INVALID == unproved(Proofs(ProofType.ATTESTATION, (broken,)))
    assert INVALID == unproved(Proofs(ProofType.JWT, (by_key(HOLDERS[0], broken),)))


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "x" * (ATTESTATION_LIMIT + 1)], ids=len)
def test_what_is_no_token_is_an_invalid_proof(text: str) -> None:
    """
    H50: measured before it is decoded.
    """
    assert INVALID == refusal(text)


def test_a_nonce_is_the_issuers_or_absent() -> None:
    """
    Appendix D.1: optional, but a wrong one is never overlooked.
    """
    assert CredentialErrorCode.INVALID_NONCE == refusal(token({}, nonce="stolen"))
    nonces = Nonces()
    assert verified(token({}, nonce="absent"), nonces).nonce is None
    assert not nonces.asked


def test_an_attestation_proves_all_its_keys_at_once() -> None:
    """
    VCI-84, F.3: one token, with a nonce; ``exp`` is not needed there.
    """
    nonces = Nonces()
    proofs = Proofs(ProofType.ATTESTATION, (token({}, exp="absent"),))
    assert [key.thumbprint() for key in KEYS] == proved(proofs, nonces=nonces)
    assert ["nonce-1"] == nonces.asked


def test_an_attestation_proof_is_exactly_one_token_with_a_nonce() -> None:
    """
    VCI-84, H52, H73: two tokens, or one that may be as old as it likes, prove nothing.
    """
    assert INVALID == unproved(Proofs(ProofType.ATTESTATION, (token(), token())))
    assert INVALID == unproved(Proofs(ProofType.ATTESTATION, (token({}, nonce="absent"),)))
    stolen = Proofs(ProofType.ATTESTATION, (token({}, nonce="stolen"),))
    assert CredentialErrorCode.INVALID_NONCE == unproved(stolen)


def test_more_attested_keys_than_a_batch_takes_are_refused() -> None:
    """
    H52: each attested key asks for a credential.
    """
    with pytest.raises(CredentialRequestError) as caught:
        proved(Proofs(ProofType.ATTESTATION, (token(),)), max_proofs=2)
    assert CredentialErrorCode.INVALID_CREDENTIAL_REQUEST == caught.value.code


def test_a_key_proof_may_carry_the_word_on_its_key() -> None:
    """
    F.1, VCI-80: the key that signs is among the attested ones; a batch may share the word.
    """
    shared = token()
    proofs = Proofs(ProofType.JWT, tuple(by_key(holder, shared) for holder in HOLDERS))
    nonces = Nonces()
    assert [key.thumbprint() for key in KEYS] == proved(
        proofs, nonces=nonces, demanded=KeyAttestationsRequired()
    )
    assert ["nonce-1"] == nonces.asked


def test_the_word_on_another_key_is_an_invalid_proof() -> None:
    """
    VCI-80, T8: a stranger's key is not attested by showing the attestation of somebody else.
    """
    stolen = Proofs(ProofType.JWT, (by_key(SoftwareSigner.generate(), token()),))
    assert INVALID == unproved(stolen)


def test_a_demanded_word_that_does_not_come_is_an_invalid_proof() -> None:
    """
    F.1, HAIP 4.5.1: absent, or something that is no text.
    """
    plain = by_key(HOLDERS[0], None)
    assert [KEYS[0].thumbprint()] == proved(Proofs(ProofType.JWT, (plain,)))
    assert INVALID == unproved(Proofs(ProofType.JWT, (plain,)), demanded=KeyAttestationsRequired())
    head: JsonObject = {
        "typ": "openid4vci-proof+jwt",
        "jwk": KEYS[0].as_dict(),
        "key_attestation": {"a": 1},
    }
    claims = dumps(ProofClaims(ISSUER, "nonce-1", NOW).as_dict())
    odd = jws.sign(head, claims, HOLDERS[0])
    assert INVALID == unproved(Proofs(ProofType.JWT, (odd,)))


@pytest.mark.parametrize(
    ("storage", "authentication", "good"),
    [
        (["iso_18045_high"], ["iso_18045_moderate"], True),
        (["iso_18045_basic", "iso_18045_high"], ["iso_18045_high"], True),
        (["iso_18045_high"], "absent", False),
        ("absent", ["iso_18045_high"], False),
        (["iso_18045_moderate"], ["iso_18045_high"], False),
        (["ISO_18045_HIGH"], ["iso_18045_high"], False),
        ("absent", "absent", False),
    ],
)
def test_demanded_levels_are_stated_or_the_proof_is_invalid(
    storage: JsonValue, authentication: JsonValue, *, good: bool
) -> None:
    """
    VCI-79, appendix D.2: one of the demanded levels for each demand, by its exact name.
    """
    made = token({}, key_storage=storage, user_authentication=authentication)
    proofs = Proofs(ProofType.ATTESTATION, (made,))
    if good:
        assert 3 == len(proved(proofs, demanded=HIGH))
    else:
        assert INVALID == unproved(proofs, demanded=HIGH)


def test_without_known_attesters_nobodys_word_counts() -> None:
    """
    An issuer that trusts no wallet provider takes key proofs alone.
    """
    for proofs in (
        Proofs(ProofType.ATTESTATION, (token(),)),
        Proofs(ProofType.JWT, (by_key(HOLDERS[0], token()),)),
    ):
        with pytest.raises(CredentialRequestError) as caught:
            verify_proofs(
                proofs, expected_issuer=ISSUER, check_nonce=Nonces(), now=NOW, max_proofs=3
            )
        assert INVALID == caught.value.code


def test_keys_are_compared_by_what_they_are() -> None:
    """
    T8: a name changes no key; the attested key is found under any ``kid``.
    """
    named = PublicJwk(KEYS[0].algorithm, KEYS[0].x, KEYS[0].y, "another name")
    GOOD.check_attests(named)

    with pytest.raises(CredentialRequestError):
        replace(GOOD, attested_keys=GOOD.attested_keys[1:]).check_attests(named)


_JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children),
    max_leaves=5,
)


@given(name=st.sampled_from(["iat", "exp", "attested_keys"]), value=_JSON)
def test_any_value_is_judged(name: str, value: JsonValue) -> None:
    """
    Fuzz: no random value makes an attestation, nor an error that is not the protocol's.
    """
    assert INVALID == refusal(token({}, **{name: value}))
