"""REQ: an authorization request, the link first and then the object (OpenID4VP 1.0 section 5)."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509

from tests.conformance.bundles import sd_jwt, words
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange

MEDIA_TYPE = "application/oauth-authz-req+jwt"
SELF_ISSUED = "https://self-issued.me/v2"
_FRONT = {"client_id", "request_uri", "request_uri_method"}
_CLAIMS = {
    *("client_id", "response_type", "response_mode", "response_uri", "nonce", "state"),
    *("dcql_query", "client_metadata", "verifier_info", "expected_origins", "wallet_nonce"),
    *("iss", "aud", "iat", "exp", "nbf", "jti"),
}
_METADATA = {"jwks", "encrypted_response_enc_values_supported", "vp_formats_supported"}
# By format: its members, and the algorithms they may name: in JOSE, or their numbers in COSE, the
# fully specified ones of RFC 9864 and the tag agreed on P-256 (OpenID4VP B.2.2) included.
_COSE = {-7, -8, -9, -19, -35, -36, -51, -52, -53, -65537, -65538, -65539}
_ALGORITHMS: dict[str, tuple[set[str], set[Any]]] = {
    "dc+sd-jwt": ({"sd-jwt_alg_values", "kb-jwt_alg_values"}, {*words.ASYMMETRIC}),
    "mso_mdoc": ({"issuerauth_alg_values", "deviceauth_alg_values"}, _COSE),
}
_NUMBERS = ("iat", "exp", "nbf", "max_age")
# Section 5.2, and the suite's own bounds: neither guessable nor longer than 256 bits.
_NONCE = re.compile(r"[A-Za-z0-9._~-]{16,43}")
_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Expected:
    """What a request is held against; ``roots`` vouch for verifiers."""

    mode: str
    prefix: str
    roots: list[x509.Certificate]
    schemas: Schemas
    wallet_nonce: str | None = None


def check_link(link: str) -> dict[str, str]:
    """What the person's link or picture says; returns its parameters."""
    pairs = parse_qsl(urlsplit(link).query, strict_parsing=True)
    found = dict(pairs)
    assert len(pairs) == len(found)
    # CheckForUnexpectedParametersInVpAuthorizationEndpointHttpRequest
    assert _FRONT >= set(found)
    # EnsureRequestUriIsHttps, EnsureRequestUriHasNoFragment
    check_address(found["request_uri"])
    # CheckRequestUriMethodParameter
    assert found.get("request_uri_method", "get") in {"get", "post"}
    return found


def check_fetched(answer: Exchange) -> str:
    """FetchRequestUriAndExtractRequestObject; returns the request object."""
    assert 200 == answer.status, answer.body
    assert MEDIA_TYPE == answer.media_type
    assert 3 == len(answer.body.split("."))
    return answer.body


def check_object(token: str, front: Mapping[str, str], expected: Expected) -> dict[str, Any]:
    """What is signed; returns the claims."""
    # ValidateRequestObjectSignatureAgainstX5cHeader, with the chain rules of HAIP section 5
    sd_jwt.check_signed(token, expected.roots)
    header, claims = sd_jwt.read(token)
    # ValidateRequestObjectTypIsOAuthQauthReqJwt
    assert "oauth-authz-req+jwt" == header["typ"]
    # EnsureClientIdInAuthorizationRequestParametersMatchRequestObject
    assert front["client_id"] == claims["client_id"]
    check_client(header["x5c"][0], claims, expected.prefix)
    check_times(claims)
    check_parameters(claims, expected)
    check_metadata(claims["client_metadata"])
    return claims


def check_client(leaf: str, claims: dict[str, Any], prefix: str) -> None:
    """ExtractAndValidateX509HashClientId, EnsureMatchingClientId (section 5.9.3)."""
    octets = b64decode(leaf, validate=True)
    named, _, value = claims["client_id"].partition(":")
    assert prefix == named
    if named == "x509_hash":
        assert reading.encoded(sha256(octets).digest()) == value
    else:
        assert "x509_san_dns" == named
        names = x509.load_der_x509_certificate(octets).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
        assert value in names.value.get_values_for_type(x509.DNSName)
        assert value == urlsplit(claims["response_uri"]).hostname


def check_times(claims: dict[str, Any]) -> None:
    """EnsureNumericRequestObjectClaimsAreNotNull, OIDCCValidateRequestObjectExp, …Iat, …MaxAge."""
    now = datetime.now(UTC).timestamp()
    assert all(type(claims[name]) in {int, float} for name in _NUMBERS if name in claims)
    assert now < claims.get("exp", now + 1) < now + _DAY
    assert now - _DAY < claims["iat"] <= now + 1


def check_parameters(claims: dict[str, Any], expected: Expected) -> None:
    """Everything else of the request, and nothing of earlier drafts."""
    # CheckForUnexpectedParametersInVpAuthorizationRequest: among others no request, request_uri,
    # request_uri_method, client_id_scheme, scope, redirect_uri, presentation_definition, sub
    # or transaction_data, each of which has a condition of its own
    assert set() == set(claims) - _CLAIMS
    # ValidateRequestObjectIssIfPresent, ValidateRequestObjectAudForVP
    assert claims["client_id"] == claims.get("iss", claims["client_id"])
    assert SELF_ISSUED == claims["aud"]
    # EnsureResponseTypeIsVpToken, ValidateResponseMode
    assert "vp_token" == claims["response_type"]
    assert expected.mode == claims["response_mode"]
    # EnsureNoWalletNonceInRequestObject, EnsureWalletNonceClaimMatchesPostedValue
    assert expected.wallet_nonce == claims.get("wallet_nonce")
    # EnsureValidResponseUriForAuthorizationEndpointRequest
    check_address(claims["response_uri"])
    check_nonce(claims["nonce"])
    # ValidateVerifierInfo, CheckForUnexpectedParametersInVerifierInfo
    if "verifier_info" in claims:
        expected.schemas.check({"verifier_info": claims["verifier_info"]}, "verifier_info")


def check_nonce(nonce: str) -> None:
    """ExtractNonceFromAuthorizationRequest to VP1FinalEnsureMinimumNonceEntropy."""
    assert _NONCE.fullmatch(nonce), nonce
    assert words.shannon_bits(nonce) > 96


def check_metadata(found: dict[str, Any]) -> None:
    """VP1FinalCheckForUnexpectedParameters…, VP1FinalValidateVpFormatsSupportedIn…."""
    assert _METADATA >= set(found)
    formats = found["vp_formats_supported"]
    assert _ALGORITHMS.keys() >= set(formats)
    assert formats
    for name, offered in formats.items():
        members, known = _ALGORITHMS[name]
        assert members >= set(offered)
        for algorithms in offered.values():
            assert algorithms
            # True is 1 in Python
            assert all(type(each) in {int, str} for each in algorithms)
            assert known >= set(algorithms)


def check_address(address: str) -> None:
    """Absolute, https, without a fragment."""
    words.check_https(address)
    assert "#" not in address, address
