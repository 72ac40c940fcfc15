"""RESP of the wallet's table: the envelope of a response (OpenID4VP 1.0 sections 8.1 to 8.3)."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey

from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange

_MEMBERS = {"vp_token", "state"}


def check_posted(asked: Exchange) -> dict[str, str]:
    """EnsureIncomingRequestMethodIsPost, …ContentTypeIsFormUrlEncoded, …UrlQueryIsEmpty."""
    assert "POST" == asked.method
    assert "?" not in asked.url
    return reading.form(asked)


def check_plain(asked: Exchange) -> dict[str, Any]:
    """The parameters of a response in the clear."""
    found = check_posted(asked)
    assert "response" not in found
    return {
        **found,
        **({"vp_token": json.loads(found["vp_token"])} if "vp_token" in found else {}),
    }


def check_encrypted(
    asked: Exchange, metadata: Mapping[str, Any], private: dict[str, Any]
) -> dict[str, Any]:
    """The parameters of an encrypted response, opened with the key that was offered."""
    found = check_posted(asked)
    # ValidateAuthResponseContainsOnlyResponse
    assert {"response"} == set(found)
    return check_jwe(found["response"], metadata, private)


def check_jwe(token: str, metadata: Mapping[str, Any], private: dict[str, Any]) -> dict[str, Any]:
    """DecryptResponse and what must hold of its header and body."""
    header = json.loads(reading.decoded(token.partition(".")[0]))
    # ValidateJWEHeaderKidIsInClientMetadataJWKs, …CtyJson, …AlgMatches…, …Enc…
    [key] = [each for each in metadata["jwks"]["keys"] if each.get("kid") == header["kid"]]
    assert header.get("cty", "json") == "json"
    assert key["alg"] == header["alg"]
    offered = metadata.get("encrypted_response_enc_values_supported", ["A128GCM"])
    assert header["enc"] in offered
    # HAIP section 5: the stronger one, where it is offered
    assert "A256GCM" not in offered or header["enc"] == "A256GCM"
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A128GCM", "A256GCM"])
    opened = jwe.decrypt_compact(token, ECKey.import_key(private), registry=registry)
    found = json.loads(opened.plaintext or b"")
    assert isinstance(found, dict)
    # ValidateJWEBodyDoesNotIncludeIssExpAud
    assert not {"iss", "exp", "aud"} & set(found)
    return found


def check(found: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a response says, held against its request; returns the presentations."""
    # CheckIfAuthorizationEndpointError
    assert "error" not in found, found
    # CheckForUnexpectedParametersInVpAuthorizationResponse, CheckNoPresentationSubmissionParameter
    assert _MEMBERS >= set(found)
    # CheckStateInAuthorizationResponse
    assert request.get("state") == found.get("state")
    # ExtractVP1FinalVpTokenDCQL
    presented = found["vp_token"]
    assert isinstance(presented, dict)
    assert presented
    asked = {each["id"]: each for each in request["dcql_query"]["credentials"]}
    for name, texts in presented.items():
        assert isinstance(texts, list)
        assert texts
        assert all(isinstance(text, str) for text in texts)
        # ValidateVpTokenCredentialIdMatchesDcqlQuery, …PresentationCountMatchesDcqlQuery
        assert 1 == len(texts) or asked[name].get("multiple") is True
        assert name in asked
    return presented


def check_error(found: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """EnsureErrorResponseForUnsatisfiableDcqlQuery, …NoVpToken…, …ErrorIsAccessDenied."""
    assert "vp_token" not in found
    assert "access_denied" == found["error"]
    assert {"error", "error_description", "state"} >= set(found)
    assert request.get("state") == found.get("state")
