"""Credential requests and responses (OpenID4VCI 1.0 section 8)."""

import json
from pathlib import Path

import jsonschema
import pytest

from keys.jwe import DecryptionKey, Enc
from keys.strict_json import JsonObject, JsonValue
from standards.openid4vci.credential import (
    MAX_PROOFS,
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
    Proofs,
    ProofType,
    parse_credential_response,
)
from standards.openid4vci.encryption import ResponseEncryption
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.errors import VciError

KEY = DecryptionKey.generate("w1").public
FULL = CredentialRequest(
    credential_configuration_id="resident-register",
    proofs=Proofs(ProofType.JWT, ("a.b.c", "d.e.f")),
    credential_response_encryption=ResponseEncryption(KEY, Enc.A256GCM),
)


def refusal(value: JsonValue) -> CredentialErrorCode:
    with pytest.raises(CredentialRequestError) as caught:
        CredentialRequest.parse(value)
    return caught.value.code


def asking(**members: JsonValue) -> JsonObject:
    required: JsonObject = {"credential_configuration_id": "a"}
    return required | members


def encrypted(**members: JsonValue) -> JsonObject:
    required: JsonObject = {"jwk": KEY.as_dict(), "enc": "A256GCM"}
    return asking(credential_response_encryption=required | members)


@pytest.mark.parametrize(
    "request_sent",
    [FULL, CredentialRequest(credential_identifier="x"), CredentialRequest("a")],
    ids=["full", "identifier", "no proof"],
)
def test_a_request_fits_the_schema_and_comes_back(
    vectors: Path, request_sent: CredentialRequest
) -> None:
    """
    VCI-31: what a wallet of ours writes passes the suite's schema.
    """
    path = vectors / "conformance-suite/json-schemas/oid4vci/credential_request-1_0.json"
    jsonschema.Draft202012Validator(json.loads(path.read_text())).validate(request_sent.as_dict())
    assert request_sent == CredentialRequest.parse(request_sent.as_dict())


def test_the_requests_of_a_draft_are_refused(vectors: Path) -> None:
    """
    VCI-31: the published mdoc example still names a format and no configuration.
    """
    example = json.loads((vectors / "openid4vci/credential_request_iso_mdl.json").read_text())
    assert CredentialErrorCode.INVALID_CREDENTIAL_REQUEST == refusal(example)


def test_unknown_members_are_ignored() -> None:
    """
    VCI-34, H75: extensions, and the single ``proof`` of a draft, change nothing.
    """
    extended = asking(x=1, proof={"proof_type": "jwt", "jwt": "a.b.c"})
    assert CredentialRequest("a") == CredentialRequest.parse(extended)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"credential_configuration_id": "a", "credential_identifier": "b"},
        {"credential_configuration_id": 1},
        {"credential_configuration_id": ""},
        asking(proofs=None),
        asking(proofs=[]),
        asking(proofs={}),
        asking(proofs={"jwt": ["a"], "attestation": ["b"]}),
        asking(proofs={"jwt": ["a"] * (MAX_PROOFS + 1)}),
    ],
    ids=lambda value: json.dumps(value)[:70],
)
def test_a_request_of_the_wrong_shape_is_an_invalid_request(value: JsonValue) -> None:
    """
    VCI-31, VCI-32, VCI-45, H52, H74: one id, one proof type, a bounded number.
    """
    assert CredentialErrorCode.INVALID_CREDENTIAL_REQUEST == refusal(value)


@pytest.mark.parametrize(
    "proofs",
    [{"jwt": []}, {"jwt": [""]}, {"jwt": [1]}, {"jwt": "a.b.c"}, {"di_vp": [{}]}, {"cwt": ["a"]}],
    ids=json.dumps,
)
def test_proofs_that_are_none_are_invalid_proofs(proofs: JsonObject) -> None:
    """
    VCI-48, H52: an empty array, something that is no text, a type we do not take.
    """
    assert CredentialErrorCode.INVALID_PROOF == refusal(asking(proofs=proofs))


UNDOABLE: dict[str, JsonObject] = {
    "another cipher": {"enc": "A128CBC-HS256"},
    "no cipher": {"enc": "A999GCM"},
    "null": {"enc": None},
    "compression": {"zip": "DEF"},
    "unknown compression": {"zip": "XYZ"},
    "no key": {"jwk": None},
    "half a key": {"jwk": {"kty": "EC"}},
    "a key for signatures": {"jwk": KEY.as_dict() | {"use": "sig"}},
    "a private key": {"jwk": KEY.as_dict() | {"d": "AAAA"}},
    "a key for an array": {"jwk": KEY.as_dict() | {"alg": ["ECDH-ES"]}},
    "a key for anything": {"jwk": {n: v for n, v in KEY.as_dict().items() if n != "alg"}},
    "a key for another algorithm": {"jwk": KEY.as_dict() | {"alg": "RSA-OAEP"}},
}


@pytest.mark.parametrize(
    "name",
    UNDOABLE,
)
def test_encryption_that_cannot_be_done_has_its_code(name: str) -> None:
    """
    VCI-37, VCI-45, H74: unsupported algorithms, compression and keys that are no keys.
    """
    assert CredentialErrorCode.INVALID_ENCRYPTION_PARAMETERS == refusal(
        encrypted(**UNDOABLE[name])
    )


@pytest.mark.parametrize("value", [None, [], "x"], ids=json.dumps)
def test_encryption_that_is_no_object_has_its_code(value: JsonValue) -> None:
    """
    VCI-45: null too is a wrong parameter, not an absent one.
    """
    code = refusal(asking(credential_response_encryption=value))
    assert CredentialErrorCode.INVALID_ENCRYPTION_PARAMETERS == code


@pytest.mark.parametrize(
    "response",
    [
        CredentialResponse(("eyJ~",)),
        CredentialResponse(("eyJ~", "eyK~"), notification_id="n"),
        DeferredResponse("t", 5),
    ],
)
def test_a_response_comes_back_as_it_went(
    response: CredentialResponse | DeferredResponse,
) -> None:
    """
    VCI-38, VCI-75: credentials as text, or a transaction to come back for.
    """
    assert response == parse_credential_response(response.as_dict())


def test_the_published_response_is_read(vectors: Path) -> None:
    """
    VCI-44: the example of the standard, and unknown members beside it.
    """
    text = (vectors / "openid4vci/credential_response_sd_jwt_vc.txt").read_text()
    body = text.partition("\n\n")[2].replace("\n      ", "")
    read = parse_credential_response(json.loads(body, strict=False) | {"x": 1})
    assert isinstance(read, CredentialResponse)
    assert 1 == len(read.credentials)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"credentials": []},
        {"credentials": ["eyJ~"]},
        {"credentials": [{}]},
        {"credentials": [{"credential": {}}]},
        {"credentials": [{"credential": "x"}], "transaction_id": "t"},
        {"credentials": [{"credential": "x"}], "interval": 5},
        {"credentials": [{"credential": "x"}], "notification_id": 1},
        {"transaction_id": "t"},
        {"transaction_id": "t", "interval": 0},
        {"transaction_id": "t", "interval": "5"},
        {"transaction_id": "", "interval": 5},
        {"transaction_id": "t", "interval": 5, "notification_id": "n"},
    ],
    ids=json.dumps,
)
def test_a_response_that_breaks_a_rule_is_refused(value: JsonValue) -> None:
    """
    VCI-38, VCI-39: never both, never neither, and each companion with its own.
    """
    with pytest.raises(VciError):
        parse_credential_response(value)
