import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe as joserfc_jwe

from keys import base64url, strict_json
from keys.errors import KeysError, KeysFailure
from keys.jwe import TOKEN_LIMIT, DecryptionKey, Enc, EncryptionJwk, decrypt, encrypt
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from tests.keys.refusal import refused

KEY = DecryptionKey.generate("enc-1")
TOKEN = encrypt(b'{"vp_token":{}}', KEY.public, enc=Enc.A256GCM)
EPK: JsonObject = DecryptionKey.generate("epk").public.as_dict()
SIGNING_KEY: JsonObject = SoftwareSigner.generate().public.as_dict()


def token_with(members: JsonObject) -> str:
    """Put another header before a token; what follows no longer matters."""
    header: JsonObject = {"alg": "ECDH-ES", "enc": "A256GCM", "epk": EPK, **members}
    return base64url.encode(strict_json.dumps(header)) + TOKEN[TOKEN.index(".") :]


@given(st.binary(max_size=2000), st.sampled_from(Enc), st.none() | st.binary(max_size=20))
def test_what_is_encrypted_opens(plaintext: bytes, enc: Enc, apu: bytes | None) -> None:
    """
    Any octets, both content encryptions, with and without party information.
    """
    token = encrypt(plaintext, KEY.public, enc=enc, apu=apu, apv=apu)
    decrypted = decrypt(token, KEY)
    assert (plaintext, enc) == (decrypted.plaintext, decrypted.enc)
    assert "enc-1" == decrypted.header["kid"]


def test_two_tokens_of_one_plaintext_have_nothing_in_common() -> None:
    """
    T14: each has its own ephemeral key.
    """
    again = encrypt(b'{"vp_token":{}}', KEY.public, enc=Enc.A256GCM)
    assert decrypt(TOKEN, KEY).header["epk"] != decrypt(again, KEY).header["epk"]


def test_every_flipped_bit_is_refused() -> None:
    """
    R13: of one valid token every bit is flipped, each alone, and none is accepted.
    """
    for position, character in enumerate(TOKEN):
        for bit in range(7):
            flipped = chr(ord(character) ^ 1 << bit)
            with pytest.raises(KeysError):
                decrypt(TOKEN[:position] + flipped + TOKEN[position + 1 :], KEY)


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    """
    R12: no input fails in another way than by a refusal.
    """
    for candidate in (text, f"{text}..{'A' * 16}.{text}.{'A' * 22}"):
        with pytest.raises(KeysError):
            decrypt(candidate, KEY)


def test_another_key_opens_nothing() -> None:
    """
    H83: a response encrypted to another key is refused, whatever kid it names.
    """
    other = DecryptionKey.generate("enc-1")
    with refused(KeysFailure.DECRYPTION_FAILED):
        decrypt(TOKEN, other)


def test_a_key_is_chosen_by_its_kid() -> None:
    """
    H83: one key per request; a kid that is unknown or missing opens nothing.
    """
    keys = {"enc-1": KEY}

    def chosen(kid: str) -> DecryptionKey:
        if kid not in keys:
            raise KeysError(KeysFailure.KEY_UNKNOWN, "no open request has this key")
        return keys[kid]

    assert {"vp_token": {}} == decrypt(TOKEN, chosen).claims()
    nameless = EncryptionJwk(KEY.public.x, KEY.public.y)
    without_kid = encrypt(b"{}", nameless, enc=Enc.A128GCM)
    assert {} == decrypt(without_kid, KEY).claims()
    unknown = encrypt(b"{}", DecryptionKey.generate("enc-2").public, enc=Enc.A128GCM)
    for token, key in ((unknown, chosen), (without_kid, chosen), (unknown, KEY)):
        with refused(KeysFailure.KEY_UNKNOWN):
            decrypt(token, key)


@pytest.mark.parametrize(
    "alg",
    [
        "PBES2-HS256+A128KW",
        "PBES2-HS512+A256KW",
        "RSA1_5",
        "RSA-OAEP",
        "RSA-OAEP-256",
        "dir",
        "A128KW",
        "A256GCMKW",
        "ECDH-ES+A256KW",
        "none",
        "",
        None,
        ["ECDH-ES"],
    ],
)
def test_other_key_managements_are_refused_before_any_work(alg: JsonValue) -> None:
    """
    H42: with a count of 2^31 in the header, within 20 ms.
    """
    began = time.thread_time()
    with refused(KeysFailure.ALGORITHM_REFUSED):
        decrypt(token_with({"alg": alg, "p2c": 2**31, "p2s": "AAAA"}), KEY)
    assert time.thread_time() - began < 0.02


@pytest.mark.parametrize("enc", ["A192GCM", "A128CBC-HS256", "XC20P", "", None, ["A256GCM"]])
def test_other_content_encryptions_are_refused(enc: JsonValue) -> None:
    """
    H83: two are named by HAIP, and no other is read.
    """
    with refused(KeysFailure.ALGORITHM_REFUSED):
        decrypt(token_with({"enc": enc}), KEY)


def test_a_content_encryption_that_was_not_offered_is_refused() -> None:
    """
    H83: the metadata said which; another one is not what was asked.
    """
    with refused(KeysFailure.ALGORITHM_REFUSED):
        decrypt(TOKEN, KEY, allowed_enc=frozenset({Enc.A128GCM}))


@pytest.mark.parametrize("value", ["DEF", "GZIP", "", None])
def test_compression_is_refused(value: JsonValue) -> None:
    """
    H41: nothing is ever inflated, so there is no bomb to bound.
    """
    with refused(KeysFailure.COMPRESSION_REFUSED):
        decrypt(token_with({"zip": value}), KEY)


def test_critical_headers_are_refused() -> None:
    """
    H10: no extension is understood.
    """
    with refused(KeysFailure.CRITICAL_REFUSED):
        decrypt(token_with({"crit": ["exp"], "exp": 1}), KEY)


@pytest.mark.parametrize(
    ("epk", "failure"),
    [
        (None, KeysFailure.MALFORMED),
        ({}, KeysFailure.KEY_REFUSED),
        (EPK | {"y": EPK["x"]}, KeysFailure.KEY_REFUSED),
        (EPK | {"crv": "P-384"}, KeysFailure.KEY_REFUSED),
        (EPK | {"d": EPK["x"]}, KeysFailure.PRIVATE_KEY_EXPOSED),
    ],
)
def test_an_ephemeral_key_that_is_none_is_refused(epk: JsonValue, failure: KeysFailure) -> None:
    """
    H14: a point off the curve never meets the private key.
    """
    with refused(failure):
        decrypt(token_with({"epk": epk}), KEY)


@pytest.mark.parametrize("members", [{"apu": 1}, {"apv": "+/"}, {"apv": None}, {"kid": 1}])
def test_broken_headers_are_malformed(members: JsonObject) -> None:
    """
    H83: party information is base64url, and a key's name is text.
    """
    with refused(KeysFailure.MALFORMED):
        decrypt(token_with(members), KEY)


@pytest.mark.parametrize(
    "said", [{"apu": "b3RoZXI"}, {"apv": "b3RoZXI"}, {"apu": None}, {"apv": None}]
)
def test_party_information_nobody_agreed_to_opens_nothing(said: JsonObject) -> None:
    """
    H83: both sides derive the key from the same information; another's, or none, is refused.
    """
    token = encrypt(b"{}", KEY.public, enc=Enc.A256GCM, apu=b"wallet", apv=b"desk")
    header, _, rest = token.partition(".")
    members: JsonObject = {**strict_json.loads_object(base64url.decode(header)), **said}
    kept: JsonObject = {name: value for name, value in members.items() if value is not None}

    assert {} == decrypt(token, KEY).claims()
    with refused(KeysFailure.DECRYPTION_FAILED):
        decrypt(f"{base64url.encode(strict_json.dumps(kept))}.{rest}", KEY)


def test_header_members_nobody_defined_are_ignored() -> None:
    """
    H75: another maker's extra member is authenticated and otherwise ignored.
    """
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "x-maker": "1", "typ": "JWT"}
    registry = joserfc_jwe.JWERegistry(
        algorithms=["ECDH-ES", "A256GCM"], strict_check_header=False
    )
    token = joserfc_jwe.encrypt_compact(header, b"{}", KEY.public.joserfc_key(), registry=registry)
    assert "1" == decrypt(token, KEY).header["x-maker"]


@pytest.mark.parametrize(
    ("token", "failure"),
    [
        ("." * 1_000_000, KeysFailure.TOO_LARGE),
        ("A" * (TOKEN_LIMIT + 1), KeysFailure.TOO_LARGE),
        (f"{'A' * 4097}..{'A' * 16}..{'A' * 22}", KeysFailure.TOO_LARGE),
        ("....", KeysFailure.MALFORMED),
        (TOKEN + ".", KeysFailure.MALFORMED),
        (TOKEN.replace("..", ".AAAA."), KeysFailure.MALFORMED),
        (TOKEN[:-1], KeysFailure.MALFORMED),
        (TOKEN[:-1] + "=", KeysFailure.MALFORMED),
    ],
)
def test_what_is_not_our_form_of_token_is_refused(token: str, failure: KeysFailure) -> None:
    """
    H50, H13: measured before decoding, one spelling only.
    """
    with refused(failure):
        decrypt(token, KEY)


def test_a_large_response_fits() -> None:
    """
    R14: three hundred kilobytes of credentials and a receipt go through.
    """
    plaintext = b"x" * 300_000
    assert plaintext == decrypt(encrypt(plaintext, KEY.public, enc=Enc.A128GCM), KEY).plaintext


def test_a_key_survives_its_octets_and_its_json() -> None:
    """
    The private half is kept sealed until the response comes.
    """
    again = DecryptionKey.from_der(KEY.private_octets(), kid="enc-1")
    assert {"vp_token": {}} == decrypt(TOKEN, again).claims()
    assert KEY.public == EncryptionJwk.parse(KEY.public.as_dict())
    nameless = EncryptionJwk(KEY.public.x, KEY.public.y)
    assert nameless == EncryptionJwk.parse(nameless.as_dict())


@pytest.mark.parametrize(
    "members",
    [{"use": "sig"}, {"alg": "ECDH-ES+A256KW"}, {"alg": "ES256"}, {"kty": "OKP"}],
)
def test_a_key_for_something_else_is_not_encrypted_to(members: JsonObject) -> None:
    """
    H3: a signing key is no encryption key.
    """
    with refused(KeysFailure.KEY_REFUSED):
        EncryptionJwk.parse(KEY.public.as_dict() | members)


def test_a_key_without_a_stated_use_is_encrypted_to() -> None:
    """
    H75: use and alg are optional; browsers export key_ops as an empty array.
    """
    bare = {k: v for k, v in SIGNING_KEY.items() if k in {"kty", "crv", "x", "y"}}
    assert EncryptionJwk.parse(bare | {"key_ops": [], "ext": True}).kid is None


def test_private_octets_that_are_no_p256_key_are_refused() -> None:
    """
    A key of another kind, or noise, is not taken from the store.
    """
    ed25519 = SoftwareSigner.generate(Algorithm.ED25519)
    with refused(KeysFailure.KEY_REFUSED):
        DecryptionKey.from_der(ed25519.private_octets(), kid="k")
    with refused(KeysFailure.MALFORMED):
        DecryptionKey.from_der(b"noise", kid="k")
