"""Every published vector of presentation is read as its source says, or is mdoc's (SOURCES.md)."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject, loads_object
from standards.dcql.query import parse_query
from standards.members import members
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.client_metadata import ClientMetadata
from standards.openid4vp.errors import AuthorizationErrorCode, RequestError, malformed_request
from standards.openid4vp.request import OVER_DC_API, AuthorizationRequest
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.parse import parse_sd_jwt
from tests.conformance.presentation_messages import QUERY

Read = Callable[[str], object]
FOLDERS = ("openid4vp", "conformance-suite/json-schemas/oid4vp")
SCHEMAS = "conformance-suite/json-schemas/oid4vp"


def query(text: str) -> object:
    """A query comes back as it was written."""
    parsed = parse_query(loads_object(text))
    assert loads_object(text)["credentials"] == parsed.as_dict()["credentials"]
    return parsed


def metadata(text: str) -> object:
    """What is said of formats comes back as it was written."""
    read = ClientMetadata.parse(members(loads_object(text), "metadata", malformed_request))
    assert loads_object(text) == read.as_dict()
    return read


def holder_key(text: str) -> object:
    """The key a printed certificate is bound to."""
    match loads_object(text):
        case {"cnf": {"jwk": jwk}}:
            return PublicJwk.parse(jwk)
        case _:
            return None


def claims(text: str) -> object:
    return loads_object(text)["vct"]


def audience(text: str) -> object:
    """Whom a printed presentation is for: a client known by a name in its certificate."""
    found = str(loads_object(text)["aud"])
    assert found == str(ClientId.parse(found))
    return ClientId.parse(found).prefix


def error(text: str) -> object:
    return AuthorizationErrorCode(str(loads_object(text)["error"]))


def request(text: str) -> object:
    """Over the browser's interface, with a query where the print leaves one out."""
    written = text.replace("{...}", json.dumps(QUERY))
    found: JsonObject = {"client_id": "x509_san_dns:client.example.org", **loads_object(written)}
    return AuthorizationRequest.parse(found, expected_modes=OVER_DC_API)


def schema(name: str) -> Read:
    """A schema of the suite finds nothing in what we send, and something in what is empty."""

    def held(text: str) -> object:
        validator = jsonschema.Draft202012Validator(json.loads(text))
        return validator.is_valid(OURS[name]) and not validator.is_valid({})

    return held


OURS: Mapping[str, Any] = {
    "dcql_request": QUERY,
    "verifier_info": {"verifier_info": [{"format": "registration", "data": "a.b.c"}]},
}
READ: Mapping[str, Read] = {
    "openid4vp/client_metadata/sd_jwt_vc_verifier_metadata.json": metadata,
    "openid4vp/credentials/sd_jwt_vc.json": holder_key,
    "openid4vp/credentials/sd_jwt_vc_unsecured.json": claims,
    "openid4vp/digital_credentials_api/error_invalid_request.json": error,
    "openid4vp/digital_credentials_api/signed_request_payload.json": request,
    "openid4vp/query_lang/multi_credentials.json": query,
    "openid4vp/query_lang/simple.json": query,
    "openid4vp/query_lang/value_matching_simple.json": query,
    "openid4vp/response/jwt_vc.json": audience,
    "openid4vp/response/kb_jwt_unsecured.json": audience,
    f"{SCHEMAS}/dcql_request.json": schema("dcql_request"),
    f"{SCHEMAS}/verifier_info.json": schema("verifier_info"),
    # their queries are read; what answers them is not there yet
    "openid4vp/query_lang/complex_mdoc.json": query,
    "openid4vp/query_lang/simple_mdoc.json": query,
}
# A W3C credential in a JWT, which is no format of ours.
REFUSED = {"openid4vp/credentials/jwt_vc.json"}
# Nothing of ours reads these yet.
MDOC = {"openid4vp/session_transcript/redirect.json"}


def test_no_vector_is_left_out(vectors: Path) -> None:
    """
    Whatever lies in the folders of presentation is named here once.
    """
    there = {
        str(file.relative_to(vectors))
        for folder in FOLDERS
        for file in (vectors / folder).rglob("*")
        if file.is_file()
    }

    assert there == {*READ} | REFUSED | MDOC
    assert len(there) == len(READ) + len(REFUSED) + len(MDOC)


@pytest.mark.parametrize("name", READ)
def test_a_good_vector_is_read(vectors: Path, name: str) -> None:
    """
    What is printed as an example of the final text is understood, and comes back the same.
    """
    assert READ[name]((vectors / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_another_format_is_refused(vectors: Path, name: str) -> None:
    """
    What belongs to a format we do not have is no SD-JWT.
    """
    with pytest.raises((SdJwtError, KeysError)):
        parse_sd_jwt((vectors / name).read_text(encoding="utf-8"))


def test_a_printed_request_without_its_query_is_refused(vectors: Path) -> None:
    """
    The same example as it is printed but for the dots: nothing is asked.
    """
    text = (vectors / "openid4vp/digital_credentials_api/signed_request_payload.json").read_text()

    with pytest.raises(RequestError):
        request(text.replace("{...}", "{}"))
