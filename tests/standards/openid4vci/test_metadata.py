"""Credential issuer metadata (OpenID4VCI 1.0 section 12.2)."""

import json
from pathlib import Path

import jsonschema
import pytest

from keys.jwe import DecryptionKey
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.paths import ClaimsPathPointer
from standards.openid4vci.configuration import (
    ClaimDescription,
    CredentialConfiguration,
    KeyAttestationsRequired,
    ProofTypeSupport,
)
from standards.openid4vci.display import Display, Image
from standards.openid4vci.encryption import RequestEncryptionSupport, ResponseEncryptionSupport
from standards.openid4vci.errors import VciError, VciFailure
from standards.openid4vci.metadata import CredentialIssuerMetadata

ISSUER = "https://issuer.example/issuers/resident-registry"
CONFIGURATION = CredentialConfiguration(
    id="resident-register",
    format="dc+sd-jwt",
    scope="resident-register",
    type=f"{ISSUER}/types/resident-register/1",
    cryptographic_binding_methods_supported=("jwk",),
    credential_signing_alg_values_supported=("ES256",),
    proof_types_supported=(
        ProofTypeSupport("jwt", ("ES256",)),
        ProofTypeSupport("attestation", ("ES256",), KeyAttestationsRequired()),
    ),
    display=(
        Display(
            name="주민등록표 등본",
            locale="ko",
            logo=Image("https://issuer.example/logo.png", "seal"),
            description="등본",
            background_color="#ffffff",
            background_image=Image("https://issuer.example/paper.png"),
            text_color="#000000",
        ),
    ),
    claims=(
        ClaimDescription(
            ClaimsPathPointer(("members", None, "name")),
            mandatory=True,
            display=(Display(name="성명", locale="ko"),),
        ),
        ClaimDescription(ClaimsPathPointer(("address",))),
    ),
)
FULL = CredentialIssuerMetadata(
    credential_issuer=ISSUER,
    credential_endpoint=f"{ISSUER}/credential",
    credential_configurations_supported=(CONFIGURATION,),
    authorization_servers=("https://as.example/tenant", ISSUER),
    nonce_endpoint=f"{ISSUER}/nonce",
    deferred_credential_endpoint=f"{ISSUER}/deferred",
    notification_endpoint=f"{ISSUER}/notification",
    batch_size=10,
    display=(Display(name="Registry", locale="en"), Display(name="등록", locale="ko")),
    credential_request_encryption=RequestEncryptionSupport(
        (DecryptionKey.generate("k1").public,), ("A128GCM", "A256GCM"), encryption_required=False
    ),
    credential_response_encryption=ResponseEncryptionSupport(
        ("ECDH-ES",), ("A128GCM", "A256GCM"), encryption_required=False
    ),
)


def metadata(**members: JsonValue) -> JsonObject:
    required: JsonObject = {
        "credential_issuer": ISSUER,
        "credential_endpoint": f"{ISSUER}/credential",
        "credential_configurations_supported": {"a": {"format": "dc+sd-jwt", "vct": "x"}},
    }
    return required | members


def configured(**members: JsonValue) -> JsonObject:
    entry: JsonObject = {"format": "dc+sd-jwt", "vct": "x"}
    return metadata(credential_configurations_supported={"a": entry | members})


def parse(value: JsonValue) -> CredentialIssuerMetadata:
    return CredentialIssuerMetadata.parse(value, expected_issuer=ISSUER)


def test_what_we_publish_fits_the_published_schema(vectors: Path) -> None:
    """
    VCI-58: every member we write passes the conformance suite's schema, and comes back equal.
    """
    path = vectors / "conformance-suite/json-schemas/oid4vci/credential_issuer_metadata-1_0.json"
    jsonschema.Draft202012Validator(json.loads(path.read_text())).validate(FULL.as_dict())
    assert FULL == parse(FULL.as_dict())


def test_the_published_metadata_is_accepted_or_refused_as_it_says(vectors: Path) -> None:
    """
    Every ``valid-`` document of the suite is read and survives rewriting, every ``invalid-`` not.
    """
    seen = 0
    for path in sorted((vectors / "conformance-suite/metadata").glob("*issuer-metadata*.json")):
        example = json.loads(path.read_text())
        expected_issuer = example["credential_issuer"]
        if path.name.startswith("valid-"):
            read = CredentialIssuerMetadata.parse(example, expected_issuer=expected_issuer)
            again = CredentialIssuerMetadata.parse(read.as_dict(), expected_issuer=expected_issuer)
            assert read == again, path.name
        else:
            with pytest.raises(VciError):
                CredentialIssuerMetadata.parse(example, expected_issuer=expected_issuer)
        seen += 1
    assert 9 == seen


def test_the_standards_own_configuration_is_understood(vectors: Path) -> None:
    """
    VCI-75: the example configuration gives its type, its claims and its key attestations.
    """
    example = json.loads((vectors / "openid4vci/credential_metadata_sd_jwt_vc.json").read_text())
    read = parse(metadata(**example)).configuration("SD_JWT_VC_example_in_OpenID4VCI")
    assert "SD_JWT_VC_example_in_OpenID4VCI" == read.type
    assert 13 == len(read.claims)
    jwt = read.proof_type("jwt")
    assert jwt is not None
    storage = ("iso_18045_moderate",)
    assert KeyAttestationsRequired(storage, storage) == jwt.key_attestations_required
    assert read.proof_type("di_vp") is None


@pytest.mark.parametrize(
    "other",
    [
        f"{ISSUER}/",
        ISSUER.replace("issuer.example", "ISSUER.example"),
        ISSUER.replace("example/", "example:443/"),
        ISSUER + "x",
        ISSUER.replace("https", "http"),
    ],
)
def test_the_issuer_must_be_the_one_looked_up(other: str) -> None:
    """
    VCI-61, H79: compared as plain text; a slash, a letter's case or a port make another issuer.
    """
    with pytest.raises(VciError) as caught:
        parse(metadata(credential_issuer=other))
    assert VciFailure.ISSUER_MISMATCH == caught.value.failure


def test_unknown_members_are_ignored_everywhere() -> None:
    """
    VCI-69, H75: extensions, legacy members and formats of others change nothing.
    """
    extended = configured(x=1, display="legacy", credential_metadata={"y": 2})
    assert parse(configured()) == parse(extended | {"z": None, "signed_metadata": "eyJ"})


MALFORMED: list[JsonValue] = [
    None,
    {"credential_issuer": ISSUER},
    metadata(credential_endpoint="/credential"),
    metadata(credential_endpoint="https://user@issuer.example/"),
    metadata(nonce_endpoint=None),
    metadata(nonce_endpoint="ftp://issuer.example/nonce"),
    metadata(authorization_servers=[]),
    metadata(authorization_servers="https://as.example"),
    metadata(authorization_servers=["https://as.example?x"]),
    metadata(credential_configurations_supported=[]),
    metadata(credential_configurations_supported={"a": {}}),
    metadata(credential_configurations_supported={"a": None}),
    metadata(batch_credential_issuance={}),
    metadata(batch_credential_issuance={"batch_size": 1}),
    metadata(batch_credential_issuance={"batch_size": True}),
    metadata(batch_credential_issuance={"batch_size": "10"}),
    metadata(display=[]),
    metadata(display=[{"logo": {}}]),
    metadata(credential_response_encryption={"alg_values_supported": ["ECDH-ES"]}),
    metadata(credential_request_encryption={"jwks": {"keys": []}}),
    configured(scope=1),
    configured(vct=""),
    configured(credential_signing_alg_values_supported=[True]),
    configured(credential_signing_alg_values_supported=[]),
    configured(cryptographic_binding_methods_supported=[]),
    configured(proof_types_supported={"jwt": {}}),
    configured(proof_types_supported={"jwt": {"proof_signing_alg_values_supported": []}}),
    configured(credential_metadata={"claims": [{"path": []}]}),
    configured(credential_metadata={"claims": [{"path": [-1]}]}),
    configured(credential_metadata={"claims": [{"path": ["a"], "mandatory": "yes"}]}),
    configured(credential_metadata=[]),
]


@pytest.mark.parametrize("value", MALFORMED, ids=json.dumps)
def test_metadata_that_breaks_a_rule_is_refused(value: JsonValue) -> None:
    """
    VCI-65, VCI-77: required members, types, batches of two at least, real paths.
    """
    with pytest.raises(VciError) as caught:
        parse(value)
    assert VciFailure.MALFORMED == caught.value.failure


def test_an_mdoc_is_read_with_its_cose_numbers() -> None:
    """
    VCI-74: algorithms of mdoc are numbers; the doctype is kept.
    """
    read = parse(
        configured(
            format="mso_mdoc",
            doctype="org.iso.18013.5.1.mDL",
            credential_signing_alg_values_supported=[-7, -9],
        )
    ).configuration("a")
    assert ("org.iso.18013.5.1.mDL", (-7, -9)) == (
        read.type,
        read.credential_signing_alg_values_supported,
    )


def test_an_unknown_configuration_is_said_to_be_unknown() -> None:
    """
    A wallet stops when an offer names what the issuer does not make.
    """
    assert CONFIGURATION == FULL.configuration("resident-register")
    with pytest.raises(VciError) as caught:
        FULL.configuration("tax-payment")
    assert VciFailure.UNKNOWN_CONFIGURATION == caught.value.failure


def test_the_authorization_server_is_one_of_those_listed() -> None:
    """
    VCI-6: the named one, else the first, else the issuer itself; an unlisted one stops the wallet.
    """
    assert "https://as.example/tenant" == FULL.authorization_server(None)
    assert ISSUER == FULL.authorization_server(ISSUER)
    assert ISSUER == parse(metadata()).authorization_server(None)
    for listed in (FULL, parse(metadata())):
        with pytest.raises(VciError) as caught:
            listed.authorization_server("https://evil.example")
        assert VciFailure.UNKNOWN_AUTHORIZATION_SERVER == caught.value.failure


def test_without_batches_one_proof_is_taken() -> None:
    """
    VCI-65: ``batch_size`` is how many proofs a request may carry.
    """
    assert (10, 1) == (FULL.max_proofs(), parse(metadata()).max_proofs())


def test_keys_that_cannot_be_used_are_passed_over() -> None:
    """
    VCI-63: a wallet encrypts to the key it knows; two keys of one name are refused.
    """
    key = DecryptionKey.generate("k1").public
    rest: JsonObject = {"enc_values_supported": ["A128GCM"], "encryption_required": True}
    strange: JsonObject = {"kty": "AKP", "kid": "pq", "alg": "ML-KEM-768", "pub": "AAAA"}
    unnamed = {name: value for name, value in key.as_dict().items() if name != "kid"}
    unspecific = {name: value for name, value in key.as_dict().items() if name != "alg"}
    keys: list[JsonValue] = [strange, unnamed, unspecific | {"kid": "k2"}, key.as_dict()]
    read = parse(metadata(credential_request_encryption={"jwks": {"keys": keys}, **rest}))
    assert read.credential_request_encryption is not None
    assert (key,) == read.credential_request_encryption.keys
    for bad in ([key.as_dict(), key.as_dict()], [key.as_dict()] * 33, ["key"]):
        twice: JsonValue = {"jwks": {"keys": [*bad]}, **rest}
        with pytest.raises(VciError):
            parse(metadata(credential_request_encryption=twice))
