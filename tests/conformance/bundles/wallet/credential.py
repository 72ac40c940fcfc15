"""CRED and PROOF: how a wallet asks for a credential (OpenID4VCI section 8.2, appendix F)."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from tests.conformance.bundles import words
from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange

_MEMBERS = {
    *("credential_identifier", "credential_configuration_id", "proofs"),
    "credential_response_encryption",
}
_FIVE_MINUTES = 300


def check_request(asked: Exchange, sent: dict[str, Any]) -> None:
    """CRED of a request, whose body may have been decrypted."""
    # VCIEnsureBearerAccessTokenNotInParams, EnsureIncomingRequestMethodIsPost
    assert "?" not in asked.url
    assert "access_token" not in sent
    assert "POST" == asked.method
    # CheckForUnexpectedParametersInCredentialRequest
    assert _MEMBERS >= set(sent)
    # VCIValidateCredentialRequestStructure
    assert 1 == len({"credential_identifier", "credential_configuration_id"} & set(sent))
    # VCIExtractCredentialRequestProof
    assert 1 == len(sent["proofs"])


def check_plain(asked: Exchange) -> dict[str, Any]:
    """VCIEnsureCredentialRequestUsesApplicationJson, …EncryptedIfResponseEncryptionRequested."""
    assert "application/json" == asked.sent["content-type"].partition(";")[0]
    sent = json.loads(asked.content)
    assert isinstance(sent, dict)
    check_request(asked, sent)
    assert "credential_response_encryption" not in sent
    return sent


def check_encrypted(asked: Exchange) -> None:
    """VCIEnsureCredentialRequestUsesApplicationJwt; that it opens, the issuer has shown."""
    assert "application/jwt" == asked.sent["content-type"]
    assert 5 == len(asked.content.split("."))


def check_response_encryption(sent: dict[str, Any], offered: dict[str, Any]) -> None:
    """VCIEncryptCredentialResponse: a key and an algorithm that the issuer has."""
    wanted = sent["credential_response_encryption"]
    assert {"jwk", "enc"} == set(wanted)
    words.check_public_jwk(wanted["jwk"])
    assert wanted["jwk"]["alg"] in offered["alg_values_supported"]
    assert wanted["enc"] in offered["enc_values_supported"]


def check_reference(
    sent: dict[str, Any], configuration: str, identifiers: Collection[str]
) -> None:
    """VCIResolveRequestedCredentialConfigurationFromRequest."""
    if identifiers:
        assert sent["credential_identifier"] in identifiers
    else:
        assert configuration == sent["credential_configuration_id"]


def check_proofs(sent: dict[str, Any], issuer: str, nonce: str) -> list[dict[str, Any]]:
    """PROOF for every entry; returns the keys, which are all different."""
    keys = [check_proof(proof, issuer, nonce) for proof in sent["proofs"]["jwt"]]
    # VCIEnsureProofKeysAreDistinct
    assert len(keys) == len({reading.thumbprint(jwk) for jwk in keys})
    return keys


def check_proof(proof: str, issuer: str, nonce: str) -> dict[str, Any]:
    """One `jwt` proof (appendix F.1); returns its key."""
    header = reading.header(proof)
    assert "openid4vci-proof+jwt" == header["typ"]
    assert "ES256" == header["alg"]
    assert "P-256" == header["jwk"]["crv"]
    assert not {"kid", "x5c"} & set(header)
    words.check_public_jwk(header["jwk"])
    claims = reading.claims(proof, header["jwk"])
    assert nonce == claims["nonce"]
    assert abs(datetime.now(UTC).timestamp() - claims["iat"]) < _FIVE_MINUTES
    assert issuer == claims["aud"]
    return dict(header["jwk"])
