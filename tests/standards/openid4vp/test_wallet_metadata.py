"""What a wallet says it can do (sections 5.10, 10)."""

from typing import Any

import pytest

from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from standards.openid4vp.client_metadata import VpFormat
from standards.openid4vp.errors import RequestError
from standards.openid4vp.wallet_metadata import OUR_METADATA, WalletMetadata

ASKED = VpFormat("dc+sd-jwt", ("ES256",), ("ES256",))
USUAL: dict[str, Any] = {
    "prefix": "x509_hash",
    "mode": "direct_post.jwt",
    "algorithm": "ES256",
    "form": ASKED,
}


def missing(**members: JsonValue) -> str | None:
    return WalletMetadata.parse(dumps({**members}).decode()).misses(**USUAL)


def test_our_own_says_what_we_do_and_nothing_else() -> None:
    """
    P18: the same text for every holder, and what it names is all there is to it.
    """
    assert OUR_METADATA == WalletMetadata.parse(OUR_METADATA.as_text())
    assert {
        "vp_formats_supported",
        "client_id_prefixes_supported",
        "response_types_supported",
        "response_modes_supported",
        "request_object_signing_alg_values_supported",
        "authorization_encryption_alg_values_supported",
        "authorization_encryption_enc_values_supported",
    } == loads_object(OUR_METADATA.as_text()).keys()
    assert OUR_METADATA.misses(**USUAL) is None


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, None),
        ({"unknown": 1}, None),
        ({"vp_formats_supported": {"dc+sd-jwt": {}}}, None),
        ({"vp_formats_supported": {"mso_mdoc": {}}}, "format dc+sd-jwt"),
        (
            {"vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES384"]}}},
            "format dc+sd-jwt",
        ),
        (
            {"vp_formats_supported": {"dc+sd-jwt": {"kb-jwt_alg_values": ["ES384"]}}},
            "format dc+sd-jwt",
        ),
        (
            {
                "vp_formats_supported": {
                    "dc+sd-jwt": {},
                    "mso_mdoc": {"issuerauth_alg_values": [-7]},
                }
            },
            None,
        ),
        ({"client_id_prefixes_supported": ["redirect_uri"]}, "client_id prefix x509_hash"),
        ({"response_modes_supported": ["direct_post"]}, "response mode direct_post.jwt"),
        (
            {"request_object_signing_alg_values_supported": ["RS256"]},
            "requests signed with ES256",
        ),
        (
            {"authorization_encryption_enc_values_supported": ["A128CBC-HS256"]},
            "any of our content encryptions",
        ),
        ({"authorization_encryption_enc_values_supported": ["A128GCM"]}, None),
    ],
    ids=str,
)
def test_what_a_wallet_lacks_is_named(members: JsonObject, expected: str | None) -> None:
    """
    Section 5.10: of what it says nothing about, all is taken to be possible.
    """
    assert expected == missing(**members)


def test_the_cipher_matters_where_the_answer_is_encrypted() -> None:
    """
    An answer in clear needs none.
    """
    other = WalletMetadata(enc_values=("A128CBC-HS256",))

    assert other.misses(**{**USUAL, "mode": "direct_post"}) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"vp_formats_supported":[]}', '{"a":1,"a":2}'])
def test_what_is_no_metadata_is_refused(text: str) -> None:
    """
    H62: it is read as strictly as all else.
    """
    with pytest.raises(RequestError):
        WalletMetadata.parse(text)
