"""FMT-MDOC: a DeviceResponse, opened by other code than ours (OpenID4VP B.2, ISO/IEC 18013-5)."""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.conformance.bundles import sd_jwt
from tests.conformance.bundles.sd_jwt import Fetch

_EMBEDDED = 24
_HALF = 32


@dataclass(frozen=True)
class Expected:
    """Who asked what; ``key`` is the one the answer was encrypted to, None in the clear.

    Without ``fetch`` the status is left alone.
    """

    client_id: str
    nonce: str
    response_uri: str
    key: dict[str, Any] | None
    roots: list[x509.Certificate]
    status_roots: list[x509.Certificate] = field(default_factory=list)
    fetch: Fetch | None = None


def check(presentation: str, asked: dict[str, Any], expected: Expected) -> dict[str, Any]:
    """All of FMT-MDOC for one credential query; returns the elements by namespace."""
    # ValidateCredentialIsUnpaddedBase64Url
    assert re.fullmatch(r"[A-Za-z0-9_-]+", presentation)
    response = cbor2.loads(urlsafe_b64decode(presentation + "=" * (-len(presentation) % 4)))
    assert ("1.0", 0) == (response["version"], response["status"])
    [document] = response["documents"]
    # ParseCredentialAsMdoc, ValidateMdocIssuerSignedSignature
    mso = check_issuer(document["issuerSigned"]["issuerAuth"], expected.roots)
    claims = check_digests(document["issuerSigned"]["nameSpaces"], mso["valueDigests"])
    check_life(mso, expected)
    # ValidateMdocDocTypeMatchesDcqlQuery
    assert asked["meta"]["doctype_value"] == document["docType"] == mso["docType"]
    # ValidateDisclosedMdocClaimsMatchDcqlQuery, CheckOnlyRequestedMdocElementsDisclosed
    shown = [[name, element] for name, each in claims.items() for element in each]
    assert sorted(claim["path"] for claim in asked["claims"]) == sorted(shown)
    check_device(document, mso, expected)
    return claims


def check_issuer(auth: list[Any], roots: list[x509.Certificate]) -> dict[str, Any]:
    """A signature by the leaf of a chain under a root that is not in it; returns the MSO."""
    protected, unprotected, payload, _ = auth
    assert {1: -7} == cbor2.loads(protected)
    chain = unprotected[33]
    ders = chain if isinstance(chain, list) else [chain]
    certificates = [x509.load_der_x509_certificate(each) for each in ders]
    assert not any(each in roots for each in certificates), "the anchor is inside"
    root = next(root for root in roots if root.subject == certificates[-1].issuer)
    for one, above in zip(certificates, [*certificates[1:], root], strict=True):
        one.verify_directly_issued_by(above)
    _check_signature(certificates[0].public_key(), auth, payload)
    return dict(_opened(cbor2.loads(payload)))


def check_digests(
    namespaces: dict[str, list[Any]], digests: dict[str, dict[int, bytes]]
) -> dict[str, dict[str, Any]]:
    """ValidateMdocItemDigests: each over the tagged item; randoms long enough, each once."""
    claims: dict[str, dict[str, Any]] = {}
    randoms = set()
    for name, items in namespaces.items():
        for tagged in items:
            item = _opened(tagged)
            assert sha256(cbor2.dumps(tagged)).digest() == digests[name][item["digestID"]]
            assert len(item["random"]) >= _HALF // 2
            assert item["elementIdentifier"] not in claims.setdefault(name, {})
            claims[name][item["elementIdentifier"]] = item["elementValue"]
            randoms.add(item["random"])
    assert len(randoms) == sum(map(len, claims.values()))
    return claims


def check_life(mso: dict[str, Any], expected: Expected) -> None:
    """The times, and ValidateMdocMsoRevocationMechanism: a status list, or nothing."""
    validity, now = mso["validityInfo"], datetime.now(UTC)
    assert validity["signed"] <= validity["validFrom"] <= now < validity["validUntil"]
    if "status" in mso:
        assert {"status_list"} == set(mso["status"])
        if expected.fetch is not None:
            sd_jwt.check_status(mso["status"], expected.status_roots, expected.fetch)


def check_device(document: dict[str, Any], mso: dict[str, Any], expected: Expected) -> None:
    """The transcript of the redirect, signed by the very key; no elements of the device's own."""
    key = mso["deviceKeyInfo"]["deviceKey"]
    assert (2, 1) == (key[1], key[-1])
    x, y = (int.from_bytes(key[name], "big") for name in (-2, -3))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    namespaces = document["deviceSigned"]["nameSpaces"]
    # EnsureMdocDeviceSignedElementsEmpty
    assert {} == _opened(namespaces)
    [(kind, auth)] = document["deviceSigned"]["deviceAuth"].items()
    assert "deviceSignature" == kind
    # CreateVP1FinalWalletIsoMdocRedirectSessionTranscript
    authentication = ["DeviceAuthentication", transcript(expected), mso["docType"], namespaces]
    content = cbor2.CBORTag(_EMBEDDED, cbor2.dumps(authentication))
    assert auth[2] is None
    _check_signature(public, auth, cbor2.dumps(content))


def transcript(expected: Expected) -> list[Any]:
    """OpenID4VPHandover (OpenID4VP B.2.6.1)."""
    thumbprint = None if expected.key is None else _thumbprint(expected.key)
    info = [expected.client_id, expected.nonce, thumbprint, expected.response_uri]
    return [None, None, ["OpenID4VPHandover", sha256(cbor2.dumps(info)).digest()]]


def _thumbprint(jwk: dict[str, Any]) -> bytes:
    """RFC 7638 of a key on a curve: its members by name, without a space."""
    said = f'{{"crv":"{jwk["crv"]}","kty":"{jwk["kty"]}","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return sha256(said.encode()).digest()


def _check_signature(key: Any, auth: list[Any], payload: bytes) -> None:
    structure = cbor2.dumps(["Signature1", auth[0], b"", payload])
    r, s = (int.from_bytes(half, "big") for half in (auth[3][:_HALF], auth[3][_HALF:]))
    key.verify(encode_dss_signature(r, s), structure, ec.ECDSA(hashes.SHA256()))


def _opened(tagged: Any) -> Any:
    assert _EMBEDDED == tagged.tag
    return cbor2.loads(tagged.value)
