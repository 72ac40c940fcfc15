"""What a verifier says of itself (OpenID4VP 1.0 sections 5.1, 8.3)."""

import json
from pathlib import Path

import pytest

from keys.jwe import DecryptionKey, Enc
from keys.strict_json import JsonObject, JsonValue
from standards.openid4vp.client_metadata import NO_METADATA, ClientMetadata, VpFormat
from standards.openid4vp.errors import (
    AuthorizationErrorCode,
    RequestError,
)
from standards.openid4vp.request import ResponseMode
from tests.standards.openid4vp.asking import KEY, Bank

BANK = Bank()


def test_client_metadata_of_the_standard_is_read(vectors: Path) -> None:
    """
    VP-7: the published example, unchanged after reading and writing.
    """
    path = vectors / "openid4vp/client_metadata/sd_jwt_vc_verifier_metadata.json"
    example = json.loads(path.read_text())
    read = BANK.read(BANK.token(client_metadata=example)).client_metadata
    algorithms = ("ES256", "ES384")
    assert (VpFormat("dc+sd-jwt", algorithms, algorithms),) == read.vp_formats_supported
    assert example == read.as_dict()


def test_a_wallet_encrypts_to_the_key_it_can_use() -> None:
    """
    VP-50, HAIP-18: unknown kinds of key are passed over; the stronger cipher is preferred.
    """
    post_quantum: JsonObject = {"kty": "AKP", "kid": "pq", "alg": "ML-KEM-768", "pub": "AAAA"}
    curve: JsonObject = {"kty": "OKP", "crv": "X448", "kid": "bc", "alg": "ECDH-ES", "x": "AAAA"}
    usable = KEY.public.as_dict()
    del usable["use"]
    keys: list[JsonValue] = [post_quantum, curve, usable]
    said: JsonObject = {
        "jwks": {"keys": keys},
        "encrypted_response_enc_values_supported": ["A128CBC-HS256", "A128GCM", "A256GCM"],
    }
    mode = ResponseMode.DIRECT_POST_JWT.value
    request = BANK.read(BANK.token(response_mode=mode, client_metadata=said))
    assert (KEY.public, Enc.A256GCM) == request.client_metadata.encryption()


def test_without_a_list_the_cipher_is_the_default() -> None:
    """
    VP-8: A128GCM when the verifier lists none.
    """
    metadata = ClientMetadata(keys=(DecryptionKey.generate("k").public,))
    assert Enc.A128GCM is metadata.encryption()[1]


def test_a_format_the_verifier_cannot_check_is_refused() -> None:
    """
    VP-52: ``vp_formats_not_supported``; a verifier that lists none is asked no further.
    """
    metadata = BANK.request().client_metadata
    metadata.require_format(("dc+sd-jwt",))
    NO_METADATA.require_format(("mso_mdoc",))
    with pytest.raises(RequestError) as caught:
        metadata.require_format(("mso_mdoc",))
    assert AuthorizationErrorCode.VP_FORMATS_NOT_SUPPORTED == caught.value.code


def test_formats_of_others_are_kept_by_name() -> None:
    """
    VP-7: what we have no words for is named and passed over.
    """
    said: JsonObject = {"vp_formats_supported": {"jwt_vc_json": {"alg_values": ["ES256"]}}}
    read = BANK.read(BANK.token(client_metadata=said)).client_metadata
    assert (VpFormat("jwt_vc_json"),) == read.vp_formats_supported
