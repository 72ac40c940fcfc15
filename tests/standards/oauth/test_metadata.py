"""Authorization server metadata (RFC 8414)."""

import json
from pathlib import Path

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.oauth.errors import OAuthError, OAuthFailure
from standards.oauth.metadata import WELL_KNOWN, AuthorizationServerMetadata, well_known_url

ISSUER = "https://as.example/issuers/resident-registry"
FULL = AuthorizationServerMetadata(
    issuer=ISSUER,
    token_endpoint=f"{ISSUER}/token",
    authorization_endpoint=f"{ISSUER}/authorize",
    jwks_uri=f"{ISSUER}/jwks",
    pushed_authorization_request_endpoint=f"{ISSUER}/par",
    challenge_endpoint=f"{ISSUER}/challenge",
    response_types_supported=("code",),
    grant_types_supported=("urn:ietf:params:oauth:grant-type:pre-authorized_code",),
    token_endpoint_auth_methods_supported=("none",),
    code_challenge_methods_supported=("S256",),
    scopes_supported=("resident-register",),
    authorization_details_types_supported=("openid_credential",),
    token_endpoint_auth_signing_alg_values_supported=("ES256",),
    dpop_signing_alg_values_supported=("ES256",),
    client_attestation_signing_alg_values_supported=("ES256",),
    client_attestation_pop_signing_alg_values_supported=("ES256",),
    require_pushed_authorization_requests=True,
    authorization_response_iss_parameter_supported=True,
    pre_authorized_grant_anonymous_access_supported=True,
)


def metadata(**members: JsonValue) -> JsonObject:
    required: JsonObject = {"issuer": ISSUER}
    return required | members


def parse(value: JsonValue) -> AuthorizationServerMetadata:
    return AuthorizationServerMetadata.parse(value, expected_issuer=ISSUER)


def test_metadata_comes_back_as_it_went() -> None:
    """
    The largest and the smallest document are read as they were written.
    """
    for one in (FULL, AuthorizationServerMetadata(ISSUER)):
        assert one == parse(one.as_dict())
    assert {"issuer": ISSUER} == AuthorizationServerMetadata(ISSUER).as_dict()


def test_the_published_metadata_is_accepted_or_refused(vectors: Path) -> None:
    """
    The suite's valid document is read, its invalid one is not, whichever error comes first.
    """
    folder = vectors / "conformance-suite/metadata"
    valid = json.loads(
        (folder / "valid-oauth-authorization-server-metadata-mock.json").read_text()
    )
    issuer = valid["issuer"]
    assert issuer == AuthorizationServerMetadata.parse(valid, expected_issuer=issuer).issuer
    name = "invalid-oauth-authorization-server-metadata-multiple-errors.json"
    invalid = json.loads((folder / name).read_text())
    for member in list(invalid):
        with pytest.raises(OAuthError):
            parse({"issuer": ISSUER, member: invalid[member]})


def test_unknown_members_are_ignored() -> None:
    """
    H75: members of flows we do not speak change nothing.
    """
    strange = metadata(device_authorization_endpoint="x", dpop_signing_alg_values=1)
    assert AuthorizationServerMetadata(ISSUER) == parse(strange)


@pytest.mark.parametrize("issuer", [f"{ISSUER}/", ISSUER.upper(), "https://as.example"])
def test_the_server_must_be_the_one_looked_up(issuer: str) -> None:
    """
    RFC 8414 section 3.3: the issuer is compared as plain text.
    """
    with pytest.raises(OAuthError) as caught:
        parse(metadata(issuer=issuer))
    assert OAuthFailure.ISSUER_MISMATCH == caught.value.failure


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        metadata(token_endpoint=""),
        metadata(token_endpoint="https://as.example/#x"),
        metadata(token_endpoint="https://as.example/\n"),
        metadata(grant_types_supported=[]),
        metadata(grant_types_supported=[1]),
        metadata(response_types_supported=None),
        metadata(pushed_authorization_request_endpoint="/par"),
        metadata(challenge_endpoint=1),
        metadata(require_pushed_authorization_requests="true"),
        metadata(authorization_response_iss_parameter_supported=None),
        metadata(dpop_signing_alg_values_supported="ES256"),
        metadata(**{"pre-authorized_grant_anonymous_access_supported": 1}),
    ],
    ids=json.dumps,
)
def test_metadata_of_the_wrong_shape_is_refused(value: JsonValue) -> None:
    """
    RFC 8414 section 2: types and addresses.
    """
    with pytest.raises(OAuthError) as caught:
        parse(value)
    assert OAuthFailure.MALFORMED == caught.value.failure


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("https://a.example", "https://a.example/.well-known/oauth-authorization-server"),
        ("https://a.example/", "https://a.example/.well-known/oauth-authorization-server"),
        ("https://a.example/x/y", "https://a.example/.well-known/oauth-authorization-server/x/y"),
        ("https://a.example/x/", "https://a.example/.well-known/oauth-authorization-server/x"),
        (
            "http://localhost:8000/issuers/x",
            "http://localhost:8000/.well-known/oauth-authorization-server/issuers/x",
        ),
    ],
)
def test_the_well_known_path_is_inserted(identifier: str, expected: str) -> None:
    """
    VCI-58, RFC 8414 section 3.1: between host and path, never appended.
    """
    assert expected == well_known_url(identifier, WELL_KNOWN)


@pytest.mark.parametrize("identifier", ["a.example", "https://a.example?x", "https://a.example#"])
def test_what_is_no_identifier_has_no_metadata(identifier: str) -> None:
    """
    RFC 8414 section 2: an identifier has neither query nor fragment.
    """
    with pytest.raises(OAuthError):
        well_known_url(identifier, WELL_KNOWN)


def test_metadata_say_by_name_what_fapi_asks_for() -> None:
    """
    AS-META, RFC 9126 section 5, RFC 9207 section 3: the members and their booleans as registered.
    """
    written = FULL.as_dict()
    assert f"{ISSUER}/par" == written["pushed_authorization_request_endpoint"]
    assert f"{ISSUER}/challenge" == written["challenge_endpoint"]
    assert written["require_pushed_authorization_requests"] is True
    assert written["authorization_response_iss_parameter_supported"] is True
    assert ["ES256"] == written["dpop_signing_alg_values_supported"]
    assert ["ES256"] == written["client_attestation_signing_alg_values_supported"]
    assert ["ES256"] == written["client_attestation_pop_signing_alg_values_supported"]
    assert ["ES256"] == written["token_endpoint_auth_signing_alg_values_supported"]
