"""MDOC: every mdoc that is issued, read by other code than ours (ISO/IEC 18013-5, VCI A.2).

CBOR is read with cbor2, chains and signatures with cryptography.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.conformance.bundles import sd_jwt
from tests.conformance.bundles.sd_jwt import Expected

MDL = "org.iso.18013.5.1.mDL"
_X5CHAIN, _ES256, _HALF = 33, {1: -7}, 32
# ISO/IEC 18013-5 table 5, presence M.
_MANDATORY = {
    *("family_name", "given_name", "birth_date", "issue_date", "expiry_date", "issuing_country"),
    *("issuing_authority", "document_number", "portrait", "driving_privileges"),
    "un_distinguishing_sign",
}


@dataclass(frozen=True)
class Opened:
    """A document after it was checked: its MSO, and its elements by namespace."""

    mso: dict[str, Any]
    elements: dict[str, dict[str, Any]]


def check(credential: str, expected: Expected) -> Opened:
    """All of MDOC for one document."""
    # ValidateCredentialIsUnpaddedBase64Url, ParseMdocCredentialFromVCIIssuance
    issuer_signed = cbor2.loads(_octets(credential))
    assert {"nameSpaces", "issuerAuth"} == set(issuer_signed)
    check_signed(issuer_signed["issuerAuth"], expected.issuer_roots)
    mso = cbor2.loads(cbor2.loads(issuer_signed["issuerAuth"][2]).value)
    elements = check_digests(issuer_signed["nameSpaces"], mso)
    check_object(mso, elements, expected)
    if "status" in mso:
        sd_jwt.check_status(mso["status"], expected.status_roots, expected.fetch)
    return Opened(mso, elements)


def check_signed(sign1: list[Any], roots: list[x509.Certificate]) -> None:
    """ValidateMdocIssuerSignedSignature: `alg` protected, `x5chain` not, the leaf signed."""
    protected, unprotected, payload, signature = sign1
    assert cbor2.loads(protected) == _ES256
    chain = unprotected[_X5CHAIN]
    leaf, *above = map(
        x509.load_der_x509_certificate, [chain] if isinstance(chain, bytes) else chain
    )
    assert leaf not in roots
    root = next(root for root in roots if root.subject == [leaf, *above][-1].issuer)
    for one, signer in zip([leaf, *above], [*above, root], strict=True):
        one.verify_directly_issued_by(signer)
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    structure = cbor2.dumps(["Signature1", protected, b"", payload])
    key.verify(encode_dss_signature(r, s), structure, ec.ECDSA(hashes.SHA256()))


def check_digests(
    namespaces: dict[str, list[Any]], mso: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """ValidateMdocIssuerSignedItemDigests; returns the elements."""
    assert "SHA-256" == mso["digestAlgorithm"]
    found: dict[str, dict[str, Any]] = {}
    for namespace, items in namespaces.items():
        for tagged in items:
            item = cbor2.loads(tagged.value)
            digest = sha256(cbor2.dumps(tagged)).digest()
            assert digest == mso["valueDigests"][namespace][item["digestID"]]
            found.setdefault(namespace, {})[item["elementIdentifier"]] = item["elementValue"]
    return found


def check_object(
    mso: dict[str, Any], elements: dict[str, dict[str, Any]], expected: Expected
) -> None:
    """Type, key, time, way of revoking; for a driving licence its elements."""
    # EnsureMdocDocTypeMatchesCredentialConfiguration
    assert expected.configuration["doctype"] == mso["docType"]
    # VCIEnsureMdocDeviceKeyMatchesProofKey
    device_key = mso["deviceKeyInfo"]["deviceKey"]
    told = {name: _text(device_key[label]) for name, label in (("x", -2), ("y", -3))}
    assert told in [{name: jwk[name] for name in ("x", "y")} for jwk in expected.holders]
    validity = mso["validityInfo"]
    now = datetime.now(UTC)
    assert validity["signed"] <= validity["validFrom"] <= now < validity["validUntil"]
    # ValidateMdocMsoRevocationMechanism
    assert {"status_list", "identifier_list"} >= set(mso.get("status", {}))
    # EnsureMdocMdlMandatoryDataElementsPresent
    if mso["docType"] == MDL:
        assert set(elements["org.iso.18013.5.1"]) >= _MANDATORY


def _octets(text: str) -> bytes:
    assert "=" not in text
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
