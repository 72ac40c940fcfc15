"""Every published vector of issuance is read, or refused, as its source says (SOURCES.md)."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from keys import base64url
from keys.errors import KeysError
from keys.strict_json import JsonObject, loads_object
from standards.mdoc.parse import parse_mdoc
from standards.oauth.authorization_details import parse_details
from standards.oauth.error_response import OAuthRequestError
from standards.oauth.errors import OAuthError
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.openid4vci.credential import CredentialRequest, parse_credential_response
from standards.openid4vci.error_response import CredentialRequestError
from standards.openid4vci.errors import VciError
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.offer_uri import parse_offer

Read = Callable[[str], object]
REFUSALS = (VciError, OAuthError, OAuthRequestError, CredentialRequestError, KeysError)
SUITE = "conformance-suite/metadata"
FOLDERS = ("openid4vci", "haip", SUITE, "conformance-suite/mdoc")
ISSUER = "https://issuer.example.com"
EXAMPLE = "https://credential-issuer.example.com"


def issuer_metadata(text: str) -> object:
    issuer = EXAMPLE if f'"{EXAMPLE}"' in text else ISSUER
    return CredentialIssuerMetadata.parse(loads_object(text), expected_issuer=issuer)


def server_metadata(text: str) -> object:
    server = "https://auth.example.com"
    return AuthorizationServerMetadata.parse(loads_object(text), expected_issuer=server)


def signed_metadata(text: str) -> object:
    payload = base64url.decode("".join(text.split()).split(".")[1])
    return issuer_metadata(payload.decode())


def configuration(text: str) -> object:
    """A part of metadata: one configuration, alone or with its name."""
    part = loads_object(text)
    name = "credential_configurations_supported"
    whole: JsonObject = {
        "credential_issuer": ISSUER,
        "credential_endpoint": f"{ISSUER}/credential",
        name: part.get(name, {"a": part}),
    }
    return CredentialIssuerMetadata.parse(whole, expected_issuer=ISSUER)


def details(text: str) -> object:
    return parse_details(json.loads(text))


def request(text: str) -> object:
    return CredentialRequest.parse(loads_object(text))


def response(text: str) -> object:
    """The body of the example, whose long lines are folded for print."""
    body = "".join(line.strip() for line in text.partition("\n\n")[2].splitlines())
    return parse_credential_response(loads_object(body))


def mdoc(text: str) -> object:
    return parse_mdoc(text.strip())


def key_set(text: str) -> object:
    return loads_object(text)


# What is read, and by what.
READ: Mapping[str, Read] = {
    "openid4vci/authorization_details.json": details,
    "openid4vci/authorization_details_mso_doc.json": details,
    "openid4vci/authorization_details_sd_jwt_vc.json": details,
    "openid4vci/authorization_details_with_as.json": details,
    "openid4vci/credential_issuer_metadata_sd_jwt_jwt.txt": signed_metadata,
    "openid4vci/credential_metadata_sd_jwt_vc.json": configuration,
    "openid4vci/credential_offer_multiple_credentials.json": parse_offer,
    "openid4vci/credential_offer_pre-authz_code.json": parse_offer,
    "openid4vci/credential_response_sd_jwt_vc.txt": response,
    "haip/credential_metadata_sd_jwt_vc.json": configuration,
    **{
        f"{SUITE}/valid-openid-credential-issuer-metadata-{name}.json": (issuer_metadata)
        for name in (
            "claims-path-pointer-null",
            "mock-full",
            "mock-minimal",
            "spec-DcSdJwt-claims-example",
            "spec-DcSdJwt-claims-missing-vct-example",
            "spec-appendix-example",
        )
    },
    f"{SUITE}/valid-oauth-authorization-server-metadata-mock.json": (server_metadata),
    "conformance-suite/mdoc/mdoc.txt": mdoc,
}
# What is refused: wrong by its source's own word, or of a draft before the final text.
REFUSED: Mapping[str, Read] = {
    # drafts: by format and doctype, by format and vct, with `credentials` instead of ids
    "openid4vci/credential_request_iso_mdl.json": request,
    "haip/authorization_details_sd_jwt_vc.json": details,
    "haip/credential_offer_sd_jwt_vc.json": parse_offer,
    # printed with a line break inside a string, which JSON does not have
    "openid4vci/issuer_jwks.json": key_set,
    **{
        f"{SUITE}/invalid-openid-credential-issuer-metadata-{name}.json": (issuer_metadata)
        for name in (
            "invalid-type-for-authorization-servers",
            "missing-required-property",
            "missing-required-property-in-optional-property",
        )
    },
    f"{SUITE}/invalid-oauth-authorization-server-metadata-multiple-errors.json": server_metadata,
}


def test_no_vector_is_left_out(vectors: Path) -> None:
    """
    Whatever lies in the folders of issuance is named here once.
    """
    there = {
        str(file.relative_to(vectors))
        for folder in FOLDERS
        for file in (vectors / folder).rglob("*")
        if file.is_file()
    }

    assert there == {*READ, *REFUSED}
    assert not {*READ} & {*REFUSED}


@pytest.mark.parametrize("name", READ)
def test_a_good_vector_is_read(vectors: Path, name: str) -> None:
    """
    What its source calls valid, or prints as an example of the final text, is understood.
    """
    assert READ[name]((vectors / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_vector_is_refused(vectors: Path, name: str) -> None:
    """
    What its source calls invalid, and what belongs to a draft.
    """
    with pytest.raises(REFUSALS):
        REFUSED[name]((vectors / name).read_text(encoding="utf-8"))
