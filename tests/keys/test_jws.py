import base64
import hmac

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url, jws, strict_json
from keys.errors import KeysError, KeysFailure
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from tests.keys.refusal import refused

SIGNERS = {algorithm: SoftwareSigner.generate(algorithm) for algorithm in Algorithm}
ES256 = SIGNERS[Algorithm.ES256]
KEY = ES256.public.verification_key()
TYP = "openid4vci-proof+jwt"


def token_of(header: JsonObject, payload: bytes = b'{"a":1}', alg: str = "ES256") -> str:
    """Sign any header at all, as an attacker who owns the key might."""
    encoded = base64url.encode(strict_json.dumps({"alg": alg, **header}))
    octets = f"{encoded}.{base64url.encode(payload)}".encode()
    return jws.attach(octets, ES256.sign(octets))


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ED25519])
def test_a_token_is_proven_by_its_key(algorithm: Algorithm) -> None:
    """
    Header, payload and type come back as they were signed.
    """
    signer = SIGNERS[algorithm]
    token = jws.sign({"typ": TYP, "kid": "k"}, b'{"a":1}', signer)
    unverified = jws.parse(token)
    assert TYP == unverified.typ
    verified = jws.verify(unverified, signer.public.verification_key(), expected_typ=TYP)
    assert {"alg": algorithm.value, "typ": TYP, "kid": "k"} == verified.header
    assert {"a": 1} == verified.claims()


@given(st.binary(max_size=300), st.sampled_from([Algorithm.ES256, Algorithm.ED25519]))
def test_any_payload_survives(payload: bytes, algorithm: Algorithm) -> None:
    """
    A payload is octets; only `claims` asks for JSON.
    """
    signer = SIGNERS[algorithm]
    unverified = jws.parse(jws.sign({}, payload, signer))
    key = signer.public.verification_key()
    assert payload == jws.verify(unverified, key, expected_typ=None).payload


@pytest.mark.parametrize("length", [1, 10_000])
def test_two_tokens_never_share_a_header(length: int) -> None:
    """
    A header is read once and handed to each token as its own: adding to one changes no other.
    """
    token = token_of({"kid": "k" * length})
    first = jws.parse(token)
    first.header["typ"] = "changed"
    assert {"alg": "ES256", "kid": "k" * length} == jws.parse(token).header
    assert jws.parse(token).typ is None


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """
    R12: no input fails in another way than by a refusal.
    """
    for candidate in (text, f"{text}.{text}.{'A' * 86}"):
        with pytest.raises(KeysError):
            jws.parse(candidate)


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ED25519])
def test_every_flipped_bit_is_refused(algorithm: Algorithm) -> None:
    """
    R13: of one valid token every bit is flipped, each alone, and none is accepted.
    """
    signer = SIGNERS[algorithm]
    token = jws.sign({"typ": TYP}, b'{"a":1}', signer)
    key = signer.public.verification_key()
    jws.verify(jws.parse(token), key, expected_typ=TYP)
    for position, character in enumerate(token):
        for bit in range(8):
            flipped = chr(ord(character) ^ 1 << bit)
            changed = token[:position] + flipped + token[position + 1 :]
            with pytest.raises(KeysError):
                jws.verify(jws.parse(changed), key, expected_typ=TYP)


def test_a_remote_signer_makes_the_same_token() -> None:
    """
    The signing input goes to the holder's device and the signature comes back.
    """
    octets = jws.signing_input({"typ": "kb+jwt"}, b"{}", Algorithm.ES256)
    token = jws.attach(octets, ES256.sign(octets))
    assert b"{}" == jws.verify(jws.parse(token), KEY, expected_typ="kb+jwt").payload
    with refused(KeysFailure.MALFORMED):
        jws.attach(octets, bytes(63))


@pytest.mark.parametrize("name", ["alg", "crit", "b64"])
def test_our_own_headers_do_not_choose_what_keys_decide(name: str) -> None:
    """
    A caller that sets alg, crit or b64 has a bug.
    """
    with pytest.raises(ValueError, match="alg comes from the key"):
        jws.sign({name: "x"}, b"", ES256)


@pytest.mark.parametrize(
    "alg", ["none", "None", "nOnE", "", "HS256", "RS256", "ES384", "ES256K", "es256", "Ed448"]
)
def test_other_algorithms_are_refused(alg: str) -> None:
    """
    H1, H3: an algorithm is one of ours by its exact name.
    """
    with refused(KeysFailure.ALGORITHM_REFUSED):
        jws.parse(token_of({}, alg=alg))


@pytest.mark.parametrize(
    "header", ["{}", '{"alg":null}', '{"alg":["ES256"]}', '{"alg":{"ES256":1}}', '{"alg":1}']
)
def test_an_algorithm_is_named_by_text(header: str) -> None:
    """
    H1: missing, null and structured names are refused.
    """
    with refused(KeysFailure.ALGORITHM_REFUSED):
        jws.parse(f"{base64url.encode(header.encode())}.e30.{'A' * 86}")


@pytest.mark.parametrize(("named", "held"), [("ES256", "Ed25519"), ("Ed25519", "ES256")])
def test_a_key_checks_its_own_algorithm_only(named: str, held: str) -> None:
    """
    T2: of every pair of token and key only the matching one verifies.
    """
    token = jws.sign({}, b"{}", SIGNERS[Algorithm(named)])
    key = SIGNERS[Algorithm(held)].public.verification_key()
    with refused(KeysFailure.ALGORITHM_REFUSED):
        jws.verify(jws.parse(token), key, expected_typ=None)


def test_the_older_name_of_ed25519_is_read_only_where_it_is_allowed() -> None:
    """
    RFC 9864: EdDSA leaves the curve open; the key closes it, and the caller must agree.
    """
    signer = SIGNERS[Algorithm.ED25519]
    header = base64url.encode(b'{"alg":"EdDSA"}')
    octets = f"{header}.e30".encode()
    unverified = jws.parse(jws.attach(octets, signer.sign(octets)))
    key = signer.public.verification_key()
    with refused(KeysFailure.ALGORITHM_REFUSED):
        jws.verify(unverified, key, expected_typ=None)
    assert {} == jws.verify(unverified, key, expected_typ=None, allow_eddsa_name=True).claims()


@pytest.mark.parametrize(
    "typ",
    [None, "", "JWT", "OPENID4VCI-PROOF+JWT", "application/openid4vci-proof+jwt", "dpop+jwt"],
)
def test_another_type_is_refused(typ: str | None) -> None:
    """
    H8: a token made for one use is never taken for another.
    """
    header: JsonObject = {} if typ is None else {"typ": typ}
    with refused(KeysFailure.TYPE_MISMATCH):
        jws.verify(jws.parse(jws.sign(header, b"{}", ES256)), KEY, expected_typ=TYP)


def test_a_type_is_text() -> None:
    """
    H8: a type that is a list could be read as containing ours.
    """
    with refused(KeysFailure.MALFORMED):
        jws.parse(token_of({"typ": [TYP]}))


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["exp", "exp"], "exp": 1},
        {"crit": ["exp"]},
        {"crit": None},
        {"b64": False},
        {"b64": True},
        {"b64": False, "crit": ["b64"]},
    ],
)
def test_extensions_are_refused(header: JsonObject) -> None:
    """
    H10, H11: no extension is understood, so none may be asked for.
    """
    with refused(KeysFailure.CRITICAL_REFUSED):
        jws.parse(token_of(header))


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_keys_are_not_fetched_from_a_tokens_address(name: str) -> None:
    """
    H5: the token is refused when it is read; there is nothing that could send a request.
    """
    with refused(KeysFailure.KEY_BY_REFERENCE):
        jws.parse(token_of({name: "https://attacker.example/keys"}))


def test_a_key_in_the_header_must_be_the_key_expected() -> None:
    """
    H4: a token that brings an attacker's key is refused though it would verify under it.
    """
    attacker = SoftwareSigner.generate()
    token = jws.sign({"jwk": attacker.public.as_dict()}, b"{}", attacker)
    with refused(KeysFailure.KEY_MISMATCH):
        jws.verify(jws.parse(token), KEY, expected_typ=None)
    own = jws.sign({"jwk": ES256.public.as_dict()}, b"{}", ES256)
    assert {} == jws.verify(jws.parse(own), KEY, expected_typ=None).claims()


def test_a_private_key_in_the_header_is_refused() -> None:
    """
    H7: whoever sends the private part has shown it to everybody on the way.
    """
    token = token_of({"jwk": ES256.public.as_dict() | {"d": "AA"}})
    with refused(KeysFailure.PRIVATE_KEY_EXPOSED):
        jws.verify(jws.parse(token), KEY, expected_typ=None)


@pytest.mark.parametrize("form", ["PEM", "DER", "JWK"])
def test_a_shared_secret_made_of_the_public_key_is_refused(form: str) -> None:
    """
    H2: HS256 with the public key's text as its secret, at its own length and at ours.
    """
    der = KEY._public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    secret = {
        "PEM": b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(der),
        "DER": der,
        "JWK": strict_json.dumps(ES256.public.as_dict()),
    }[form]
    octets = base64url.encode(b'{"alg":"HS256"}') + ".e30"
    mac = hmac.digest(secret, octets.encode(), "sha256")
    with refused(KeysFailure.MALFORMED):
        jws.parse(f"{octets}.{base64url.encode(mac)}")
    with refused(KeysFailure.ALGORITHM_REFUSED):
        jws.parse(f"{octets}.{base64url.encode(mac + mac)}")


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"a":1,"a":2}', b'"\\ud800"', b"\xff"])
def test_claims_are_read_strictly(payload: bytes) -> None:
    """
    H61, H63: a signature does not make two readings into one.
    """
    verified = jws.verify(jws.parse(jws.sign({}, payload, ES256)), KEY, expected_typ=None)
    with refused(KeysFailure.MALFORMED):
        verified.claims()


def test_claims_are_bounded_where_the_caller_says() -> None:
    """
    A caller that expects small claims says so.
    """
    verified = jws.verify(jws.parse(jws.sign({}, b'{"a":1}', ES256)), KEY, expected_typ=None)
    assert {"a": 1} == verified.claims(limit=7)
    with refused(KeysFailure.TOO_LARGE):
        verified.claims(limit=6)
