"""The examples of the standard and of HAIP that no single message owns."""

import json
from pathlib import Path

import pytest

from keys import base64url
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.strict_json import loads_object
from standards.openid4vci.errors import VciError
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.publishing import check_publishable
from tests.standards.openid4vci.test_metadata import metadata as issuer_metadata
from tests.standards.openid4vci.test_metadata import parse


def test_the_claims_of_signed_metadata_are_metadata(vectors: Path) -> None:
    """
    VCI-59: all parameters are top-level claims, read like the unsigned form.
    """
    token = (vectors / "openid4vci/credential_issuer_metadata_sd_jwt_jwt.txt").read_text()
    payload = loads_object(base64url.decode("".join(token.split()).split(".")[1]))
    issuer = "https://credential-issuer.example.com"
    assert issuer == payload["sub"]
    read = CredentialIssuerMetadata.parse(payload, expected_issuer=issuer)
    assert "https://server.example.com" == read.authorization_server(None)
    assert read.credential_response_encryption is not None
    assert not read.credential_response_encryption.encryption_required


def test_a_configuration_of_a_draft_is_read_but_not_published(vectors: Path) -> None:
    """
    VCI-69: HAIP's old example has claims as an object and a former format name.
    """
    example = json.loads((vectors / "haip/credential_metadata_sd_jwt_vc.json").read_text())
    read = parse(issuer_metadata(credential_configurations_supported={"a": example}))
    assert "vc+sd-jwt" == read.configuration("a").format
    with pytest.raises(VciError):
        check_publishable(read)


def test_the_issuers_example_keys_are_real_keys(vectors: Path) -> None:
    """
    The published issuer key is on the curve once its folded ``kid`` is left aside.
    """
    text = (vectors / "openid4vci/issuer_jwks.json").read_text()
    with pytest.raises(KeysError):
        loads_object(text)  # a line break inside a string is no JSON
    jwk = json.loads(text, strict=False)["jwks"]["keys"][0]
    key = PublicJwk.parse(jwk | {"kid": "x"})
    assert "".join(jwk["kid"].split()).endswith(key.thumbprint())
