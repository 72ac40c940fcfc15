import dataclasses

import pytest

from keys import base64url
from keys.errors import KeysFailure
from keys.jwk import Algorithm, PublicJwk, VerificationKey
from keys.points import p256_point
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from tests.keys.refusal import refused

# RFC 7515 appendix A.3 and RFC 8037 appendix A.2.
EC: JsonObject = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
OKP: JsonObject = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
ZEROS = base64url.encode(bytes(32))


def little(y: int) -> str:
    return base64url.encode(y.to_bytes(32, "little"))


def test_the_thumbprints_of_the_documents() -> None:
    """
    RFC 8037 appendix A.3, and the P-256 key of RFC 7515 hashed by RFC 7638's rule.
    """
    assert "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" == PublicJwk.parse(OKP).thumbprint()
    assert "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U" == PublicJwk.parse(EC).thumbprint()


def test_a_thumbprint_ignores_everything_but_the_key() -> None:
    """
    RFC 7638 section 3.2: kid, use, alg and strange members do not change it.
    """
    dressed = EC | {"kid": "k", "use": "sig", "alg": "ES256", "key_ops": ["verify"], "zz": 1}
    assert PublicJwk.parse(EC).thumbprint() == PublicJwk.parse(dressed).thumbprint()


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_survives_its_json(algorithm: Algorithm) -> None:
    """
    What is written is read as the same key, with and without a kid.
    """
    public = SoftwareSigner.generate(algorithm).public
    assert public == PublicJwk.parse(public.as_dict())
    nameless = dataclasses.replace(public, kid=None)
    assert nameless == PublicJwk.parse(nameless.as_dict())
    assert public == PublicJwk.of(public.verification_key(), kid=public.kid)


def test_a_key_is_loaded_once() -> None:
    """
    Loading costs a tenth of a verification, so the same key is the same object.
    """
    assert PublicJwk.parse(EC).verification_key() is PublicJwk.parse(EC).verification_key()


@pytest.mark.parametrize("name", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_private_parts_are_refused(name: str) -> None:
    """
    H7: a private part is refused whatever its value, before anything else is looked at.
    """
    with refused(KeysFailure.PRIVATE_KEY_EXPOSED):
        PublicJwk.parse(EC | {name: None})
    with refused(KeysFailure.PRIVATE_KEY_EXPOSED):
        PublicJwk.parse(OKP | {name: ZEROS})


def test_symmetric_keys_are_refused() -> None:
    """
    H7: a shared key is no public key, even without its octets.
    """
    with refused(KeysFailure.PRIVATE_KEY_EXPOSED):
        PublicJwk.parse({"kty": "oct"})


@pytest.mark.parametrize(
    "jwk",
    [
        pytest.param(EC | {"y": EC["x"]}, id="not on the curve"),
        pytest.param(EC | {"x": ZEROS, "y": ZEROS}, id="infinity as zeros"),
        pytest.param(EC | {"x": "_" * 42 + "8"}, id="coordinate beyond the field"),
        pytest.param(EC | {"x": base64url.encode(bytes(31))}, id="leading zero missing"),
        pytest.param(EC | {"x": base64url.encode(bytes(33))}, id="too long"),
        pytest.param(EC | {"x": "A" * 5_000_000}, id="far too long"),
        pytest.param(EC | {"x": None}, id="x null"),
        pytest.param({k: v for k, v in EC.items() if k != "y"}, id="y missing"),
        pytest.param(OKP | {"x": little(2**255 - 19 + 3)}, id="Ed25519 y not reduced"),
        pytest.param(OKP | {"x": little(2)}, id="Ed25519 not on the curve"),
        pytest.param(OKP | {"x": little(1)}, id="Ed25519 neutral point"),
        pytest.param(OKP | {"x": little(0)}, id="Ed25519 order 4"),
        pytest.param(OKP | {"x": little(2**255 - 20)}, id="Ed25519 order 2"),
        pytest.param(OKP | {"x": little(1 + 2**255)}, id="Ed25519 neutral point, signed"),
        pytest.param(
            OKP | {"x": base64url.encode(bytes.fromhex(
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
            ))},
            id="Ed25519 order 8",
        ),
        pytest.param(
            OKP | {"x": base64url.encode(bytes.fromhex(
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
            ))},
            id="Ed25519 order 8, the other",
        ),
    ],
)  # fmt: skip
def test_points_that_are_no_keys_are_refused(jwk: JsonObject) -> None:
    """
    H14: off the curve, at infinity, of small order, or of another length.
    """
    with refused(KeysFailure.KEY_REFUSED):
        PublicJwk.parse(jwk)


def test_a_key_is_the_same_however_often_it_was_loaded() -> None:
    """
    The point decides, and a key of another kind is another key.
    """
    key, other = PublicJwk.parse(EC), PublicJwk.parse(OKP)

    assert key.verification_key().is_same_as(VerificationKey(p256_point(key.x, key.y)))
    assert not key.verification_key().is_same_as(
        SoftwareSigner.generate().public.verification_key()
    )
    assert not key.verification_key().is_same_as(other.verification_key())


def test_coordinates_do_not_lend_octets_to_each_other() -> None:
    """
    H14: 31 octets beside 33 are the same 64 in a row, and still no key; nor is a short Ed25519 x.
    """
    point = b"".join(base64url.decode(str(EC[name])) for name in "xy")
    for cut in (31, 33):
        x, y = base64url.encode(point[:cut]), base64url.encode(point[cut:])
        with refused(KeysFailure.KEY_REFUSED):
            PublicJwk.parse(EC | {"x": x, "y": y})
    with refused(KeysFailure.KEY_REFUSED):
        PublicJwk.parse(OKP | {"x": base64url.encode(bytes(31))})


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": ["EC"], "crv": "P-256"},
        EC | {"crv": "P-384"},
        EC | {"crv": "secp256k1"},
        EC | {"kty": "OKP"},
        OKP | {"crv": "X25519"},
        OKP | {"kty": "EC"},
    ],
)
def test_other_kinds_of_key_are_refused(jwk: JsonObject) -> None:
    """
    H3: two kinds of key and no other, and kty and crv must belong together.
    """
    with refused(KeysFailure.KEY_REFUSED):
        PublicJwk.parse(jwk)


@pytest.mark.parametrize(
    "members",
    [
        {"alg": "ES384"},
        {"alg": "Ed25519"},
        {"alg": "none"},
        {"alg": None},
        {"use": ["sig"]},
        {"alg": ["ES256"]},
        {"alg": {}},
        {"use": "enc"},
        {"use": None},
        {"key_ops": ["sign"]},
        {"key_ops": ["encrypt", "deriveKey"]},
    ],
)
def test_a_key_for_something_else_is_refused(members: JsonObject) -> None:
    """
    H3: alg, use and key_ops must not disagree with what the key is used for.
    """
    with refused(KeysFailure.KEY_REFUSED):
        PublicJwk.parse(EC | members)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "jwk",
        [EC],
        EC | {"kid": 1},
        EC | {"kid": "k" * 257},
        EC | {"key_ops": "verify"},
        EC | {"key_ops": []},
        EC | {"key_ops": ["verify", "verify"]},
        EC | {"key_ops": ["verify", 1]},
        EC | {"x": "+" * 43},
    ],
)
def test_what_is_no_jwk_is_malformed(value: JsonValue) -> None:
    """
    RFC 7517 section 4: an object, kid a text, key_ops different texts, strict base64url.
    """
    with refused(KeysFailure.MALFORMED):
        PublicJwk.parse(value)


@pytest.mark.parametrize("alg", ["Ed25519", "EdDSA"])
def test_both_names_of_ed25519_are_read_in_a_key(alg: str) -> None:
    """
    RFC 9864 and RFC 8037: in a key the curve stands beside the name, so both say the same.
    """
    assert Algorithm.ED25519 is PublicJwk.parse(OKP | {"alg": alg}).algorithm
