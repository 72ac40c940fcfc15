"""META: what a Credential Issuer says of itself (OpenID4VCI section 12.2)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from tests.conformance.bundles import sd_jwt, words
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.exchanges import Exchange

WELL_KNOWN = "/.well-known/openid-credential-issuer"
ENDPOINTS = (
    "credential_endpoint",
    "nonce_endpoint",
    "deferred_credential_endpoint",
    "notification_endpoint",
)

_CLAIMS = {"iss", "sub", "iat", "exp"}
# Token Status List section 9.1 adds this; the suite does not know it and warns.
EXTENSIONS = {"status_list_aggregation_endpoint"}


def check(answer: Exchange, identifier: str, schemas: Schemas) -> None:
    """All of META for the unsigned form; HAIP's two conditions too."""
    assert address_of(identifier) == answer.url
    assert 200 == answer.status
    assert "application/json" == answer.media_type
    check_document(answer.json(), identifier, schemas)


def check_signed(token: str, identifier: str, roots: list[x509.Certificate]) -> dict[str, Any]:
    """VCIDecodeSignedCredentialIssuerMetadata; returns the metadata among the claims."""
    sd_jwt.check_signed(token, roots)
    header, claims = sd_jwt.read(token)
    assert "openidvci-issuer-metadata+jwt" == header["typ"]
    now = datetime.now(UTC).timestamp()
    assert identifier == claims["sub"]
    assert identifier == claims.get("iss", identifier)
    assert claims["iat"] <= now
    assert now < claims.get("exp", now + 1)
    return {name: value for name, value in claims.items() if name not in _CLAIMS}


def address_of(identifier: str) -> str:
    """VCIGetDynamicCredentialIssuerMetadata: inserted between host and path."""
    parts = urlsplit(identifier)
    return f"{parts.scheme}://{parts.netloc}{WELL_KNOWN}{parts.path}"


def check_document(found: dict[str, Any], identifier: str, schemas: Schemas) -> None:
    """What must hold of the document, whichever way it came."""
    # VCICheckRequiredMetadataFields, VCICredentialIssuerMetadataValidation, and unknown members
    known = {name: each for name, each in found.items() if name not in EXTENSIONS}
    schemas.check(known, "credential_issuer_metadata")
    # VCIEnsureHttpsUrlsMetadata
    for name in ENDPOINTS:
        if name in found:
            words.check_https(found[name])
    # VCIValidateAuthorizationServersAreHttps
    for server in found.get("authorization_servers", ()):
        words.check_identifier(server)
    # VCIValidateCredentialIssuerUri
    words.check_identifier(found["credential_issuer"])
    assert identifier == found["credential_issuer"]
    for configuration in found["credential_configurations_supported"].values():
        _check_configuration(configuration)
    for displays in _displays(found):
        words.check_locales(displays)
    _check_encryption(found)
    # VCIValidateNonceEndpointInIssuerMetadata (HAIP 4.1)
    assert "nonce_endpoint" in found


# By format: the member that names the type, and the algorithms there are (A.2.2, A.3.2).
_FORMATS: dict[str, tuple[str, set[Any]]] = {
    "dc+sd-jwt": ("vct", words.ASYMMETRIC),
    "mso_mdoc": ("doctype", words.COSE),
}


def _check_configuration(configuration: dict[str, Any]) -> None:
    # VCICheckForOldSdJwtFormat…, VCIValidateFormatOfCredentialConfigurationsInMetadata
    type_member, algorithms = _FORMATS[configuration["format"]]
    assert configuration[type_member]
    # VCIValidateCredentialSigningAlgValuesSupported
    assert algorithms >= set(configuration["credential_signing_alg_values_supported"])
    # VCIValidateProofTypesCoPresence
    binds = "cryptographic_binding_methods_supported" in configuration
    assert binds == ("proof_types_supported" in configuration)
    # VCIValidateProofSigningAlgValuesSupported
    for proof_type, support in configuration.get("proof_types_supported", {}).items():
        assert proof_type in {"jwt", "attestation"}
        assert words.ASYMMETRIC >= set(support["proof_signing_alg_values_supported"])
    # VCIValidateCredentialConfigurationScopeSyntax, VCIEnsureScopePresent…ForHaip (HAIP 4.1)
    assert words.SCOPE_TOKEN.fullmatch(configuration["scope"])


def _displays(found: dict[str, Any]) -> Iterator[list[Any]]:
    """The five display arrays (VCIValidateDisplayLocales, …NonCanonicalDisplayLocales)."""
    yield found.get("display", [])
    for configuration in found["credential_configurations_supported"].values():
        metadata = configuration.get("credential_metadata", {})
        yield metadata.get("display", [])
        for claim in metadata.get("claims", ()):
            yield claim.get("display", [])


def _check_encryption(found: dict[str, Any]) -> None:
    asked, answered = (
        found.get(f"credential_{way}_encryption") for way in ("request", "response")
    )
    if asked is not None:  # VCICheckCredentialRequestEncryptionSupported
        keys = asked["jwks"]["keys"]
        assert len(keys) == len({key["kid"] for key in keys})
        assert all(key["kid"] and key["kty"] for key in keys)
        for key in keys:
            words.check_public_jwk(key)
        assert any(key.get("alg") in words.KEY_MANAGEMENT for key in keys)
        assert words.CONTENT_ENCRYPTION >= set(asked["enc_values_supported"])
    if answered is not None:  # VCIValidateEncryptionAlgorithms, VCICheckCredentialResponse…
        assert words.KEY_MANAGEMENT >= set(answered["alg_values_supported"])
        assert words.CONTENT_ENCRYPTION >= set(answered["enc_values_supported"])
        # VCIEnsureCredentialRequestEncryptionWhenResponseEncryptionRequired / …Optional
        assert asked is not None
    for each in (asked, answered):  # VCIValidateEncryptionZipValues
        assert {"DEF"} >= set((each or {}).get("zip_values_supported", ()))
