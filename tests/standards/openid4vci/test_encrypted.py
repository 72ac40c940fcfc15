"""Encrypted requests and responses of the credential endpoints (OpenID4VCI 1.0 section 10)."""

import pytest

from keys import base64url, jwe
from keys.encryption_key import DecryptionKey
from keys.jwe import Enc
from keys.strict_json import JsonObject, dumps, loads_object
from standards.openid4vci.encrypted import (
    check_encryption,
    decrypt_request,
    decrypt_response,
    encrypt_request,
    encrypt_response,
)
from standards.openid4vci.encryption import RequestEncryptionSupport, ResponseEncryption
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.errors import VciError

OLD, NEW = DecryptionKey.generate("old"), DecryptionKey.generate("new")
WALLET = DecryptionKey.generate("wallet")
ASKED: JsonObject = {"credential_configuration_id": "a", "proofs": {"jwt": ["x"]}}
BOTH = ("A128GCM", "A256GCM")
PARAMETERS = CredentialErrorCode.INVALID_ENCRYPTION_PARAMETERS
REQUEST = CredentialErrorCode.INVALID_CREDENTIAL_REQUEST


def support(*keys: DecryptionKey, encs: tuple[str, ...] = BOTH) -> RequestEncryptionSupport:
    return RequestEncryptionSupport(
        tuple(key.public for key in keys), encs, encryption_required=False
    )


def header_of(token: str) -> JsonObject:
    return loads_object(base64url.decode(token.split(".", maxsplit=1)[0]))


@pytest.mark.parametrize("key", [OLD, NEW], ids=["retiring", "active"])
def test_a_request_is_read_with_the_key_it_names(key: DecryptionKey) -> None:
    """
    VCI-53: while a key is rotated, requests to either are read; ``alg`` is the key's own.
    """
    token = encrypt_request(ASKED, support(key))

    expected = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": key.public.kid}
    assert expected.items() <= header_of(token).items()
    assert ASKED == decrypt_request(token, (NEW, OLD))


def test_the_content_encryption_is_one_of_the_issuers() -> None:
    """
    What the metadata lists is what is used; without a known one nothing is sent.
    """
    assert "A256GCM" == header_of(encrypt_request(ASKED, support(NEW, encs=BOTH[1:])))["enc"]
    with pytest.raises(VciError):
        encrypt_request(ASKED, support(NEW, encs=("A128CBC-HS256",)))
    with pytest.raises(VciError):
        encrypt_request(ASKED, support())


def reworded(token: str, **header: str) -> str:
    """Return a token whose header says something else."""
    changed = dumps({**header_of(token), **header})
    return ".".join([base64url.encode(changed), *token.split(".")[1:]])


TOKEN = encrypt_request(ASKED, support(NEW))
NAMELESS = jwe.encrypt(dumps(ASKED), type(NEW.public)(NEW.public.x, NEW.public.y), enc=Enc.A128GCM)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (encrypt_request(ASKED, support(WALLET)), PARAMETERS),
        (NAMELESS, PARAMETERS),
        (reworded(TOKEN, enc="A128CBC-HS256"), PARAMETERS),
        (reworded(TOKEN, alg="RSA-OAEP-256"), PARAMETERS),
        (reworded(TOKEN, zip="DEF"), PARAMETERS),
        (encrypt_request(ASKED, support(OLD)).replace("a", "b"), REQUEST),
        (f"{TOKEN[:-22]}{'A' * 22}", REQUEST),
        (jwe.encrypt(b"[]", NEW.public, enc=Enc.A128GCM), REQUEST),
        (jwe.encrypt(b'{"a":1,"a":2}', NEW.public, enc=Enc.A128GCM), REQUEST),
        ("a.b.c", REQUEST),
        ("", REQUEST),
    ],
    ids=[
        "unknown kid",
        "no kid",
        "wrong enc",
        "wrong alg",
        "zip",
        "bent",
        "wrong tag",
        "no object",
        "a member twice",
        "no JWE",
        "empty",
    ],
)
def test_a_broken_request_has_its_code(token: str, code: CredentialErrorCode) -> None:
    """
    H74: what the header asks of keys and algorithms apart from what cannot be read at all.
    """
    with pytest.raises(CredentialRequestError) as caught:
        decrypt_request(token, (NEW, OLD))

    assert code is caught.value.code


@pytest.mark.parametrize("enc", Enc)
def test_a_response_is_encrypted_as_asked(enc: Enc) -> None:
    """
    VCI-53: ``alg`` of the wallet's key, its ``kid`` copied, the content encryption it named.
    """
    token = encrypt_response(ASKED, ResponseEncryption(WALLET.public, enc))

    expected = {"alg": "ECDH-ES", "enc": enc.value, "kid": "wallet"}
    assert expected.items() <= header_of(token).items()
    assert ASKED == decrypt_response(token, WALLET)
    with pytest.raises(VciError):
        decrypt_response(token, NEW)


def test_a_key_without_a_name_gets_a_response_without_one() -> None:
    """
    ``kid`` is copied, never made up.
    """
    nameless = type(WALLET.public)(WALLET.public.x, WALLET.public.y)
    token = encrypt_response(ASKED, ResponseEncryption(nameless, Enc.A256GCM))

    assert "kid" not in header_of(token)
    assert ASKED == decrypt_response(token, WALLET)


WANTED = ResponseEncryption(WALLET.public, Enc.A128GCM)


@pytest.mark.parametrize(
    ("wanted", "was_encrypted", "required"),
    [(None, False, False), (None, True, False), (WANTED, True, False), (WANTED, True, True)],
)
def test_a_request_as_encrypted_as_it_has_to_be_is_taken(
    *, wanted: ResponseEncryption | None, was_encrypted: bool, required: bool
) -> None:
    """
    VCI-35, VCI-64: plain where that may be, and encrypted in both directions anywhere.
    """
    check_encryption(wanted, was_encrypted=was_encrypted, required=required)

    with pytest.raises(CredentialRequestError):
        check_encryption(None if was_encrypted else WANTED, was_encrypted=False, required=True)


@pytest.mark.parametrize(
    ("wanted", "was_encrypted", "required"),
    [(WANTED, False, False), (WANTED, False, True), (None, False, True), (None, True, True)],
)
def test_an_encrypted_response_is_asked_for_in_an_encrypted_request(
    *, wanted: ResponseEncryption | None, was_encrypted: bool, required: bool
) -> None:
    """
    VCI-35, VCI-64: in the clear, whoever is between could put a key of their own.
    """
    with pytest.raises(CredentialRequestError) as caught:
        check_encryption(wanted, was_encrypted=was_encrypted, required=required)
    assert PARAMETERS is caught.value.code
