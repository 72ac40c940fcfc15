"""Who plays the wallet of a mobile card, an mdoc of another maker: all is made by hand."""

import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from tests.conformance.asking import Asking
from tests.conformance.exchanges import Exchange
from tests.conformance.presentation_messages import kept, sealed_to
from tests.interop.foreign_authority import ForeignAuthority

DOCTYPE = "example.library.card.1"
QUERY: dict[str, Any] = {
    "credentials": [
        {
            "id": "card",
            "format": "mso_mdoc",
            "meta": {"doctype_value": DOCTYPE},
            "claims": [{"path": [DOCTYPE, "name"]}],
        }
    ]
}
_ES256 = cbor2.dumps({1: -7})
_HALF = 32


@dataclass
class MobilePresenter:
    """A holder of one mobile card, in front of our verifier."""

    authority: ForeignAuthority
    asked_by: Asking | None = None
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    request: dict[str, Any] = field(default_factory=dict)

    @property
    def asking(self) -> Asking:
        """Our verifier, where one asks."""
        assert self.asked_by is not None
        return self.asked_by

    def issuer_signed(self, **bent: Any) -> dict[str, Any]:
        """The card with its one element; ``name`` is what is shown in place of what was signed."""
        item = self._item("Ada")
        digest = sha256(cbor2.dumps(item)).digest()
        numbers = self.key.public_key().public_numbers()
        device_key = {
            1: 2,
            -1: 1,
            -2: numbers.x.to_bytes(_HALF, "big"),
            -3: numbers.y.to_bytes(_HALF, "big"),
        }
        now = datetime.now(UTC)
        mso = {
            "version": "1.0",
            "digestAlgorithm": "SHA-256",
            "valueDigests": {DOCTYPE: {0: digest}},
            "deviceKeyInfo": {"deviceKey": device_key},
            "docType": DOCTYPE,
            "validityInfo": {
                "signed": _at(now - timedelta(minutes=10)),
                "validFrom": _at(now - timedelta(minutes=10)),
                "validUntil": _at(now + bent.get("lasts", timedelta(hours=1))),
            },
        }
        payload = cbor2.dumps(_embedded(mso))
        leaf = self.authority.leaf.public_bytes(Encoding.DER)
        signature = _signed(self.authority.leaf_key, payload)
        if bent.get("breaks_signature"):
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        shown = self._item(bent["name"]) if "name" in bent else item
        return {
            "nameSpaces": {DOCTYPE: [shown]},
            "issuerAuth": [_ES256, {33: leaf}, payload, signature],
        }

    def show(self, **bent: Any) -> Exchange:
        """Show the card, bent as `presented` says."""
        self.request = self.request or self.asking.fetch()
        return self._post(self.presented(**bent))

    def presented(self, *, nonce: str | None = None, **bent: Any) -> str:
        """The answer to the request; ``nonce`` is signed in place of the request's.

        ``doctype`` is what the document says it is, ``states`` what the device says beside.
        """
        namespaces = _embedded(bent.get("states", {}))
        authentication = [
            "DeviceAuthentication",
            self._transcript(nonce or self.request["nonce"]),
            DOCTYPE,
            namespaces,
        ]
        signature = _signed(self.key, cbor2.dumps(_embedded(authentication)))
        document = {
            "docType": bent.get("doctype", DOCTYPE),
            "issuerSigned": self.issuer_signed(**bent),
            "deviceSigned": {
                "nameSpaces": namespaces,
                "deviceAuth": {"deviceSignature": [_ES256, {}, None, signature]},
            },
        }
        response = {"version": "1.0", "documents": [document], "status": 0}
        return _encoded(cbor2.dumps(response))

    def _transcript(self, nonce: str) -> list[Any]:
        """OpenID4VPHandover (OpenID4VP B.2.6.1)."""
        keys = self.request["client_metadata"].get("jwks", {}).get("keys", [])
        thumbprint = _thumbprint(keys[0]) if keys else None
        info = [self.request["client_id"], nonce, thumbprint, self.request["response_uri"]]
        return [None, None, ["OpenID4VPHandover", sha256(cbor2.dumps(info)).digest()]]

    def _item(self, name: str) -> cbor2.CBORTag:
        item = {
            "digestID": 0,
            "random": os.urandom(_HALF),
            "elementIdentifier": "name",
            "elementValue": name,
        }
        return _embedded(item)

    def _post(self, presentation: str) -> Exchange:
        said = {
            "vp_token": {"card": [presentation]},
            **kept({"state": self.request.get("state")}),
        }
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.asking.service.http.post(
            self.request["response_uri"],
            content=urlencode(sealed_to(said, self.request)),
            headers=kind,
        )
        return Exchange.of(answer)


def _embedded(value: Any) -> cbor2.CBORTag:
    return cbor2.CBORTag(24, cbor2.dumps(value))


def _at(moment: datetime) -> cbor2.CBORTag:
    return cbor2.CBORTag(0, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _signed(key: ec.EllipticCurvePrivateKey, payload: bytes) -> bytes:
    """A COSE signature: r and s side by side (RFC 9053 section 2.1)."""
    structure = cbor2.dumps(["Signature1", _ES256, b"", payload])
    r, s = decode_dss_signature(key.sign(structure, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def _thumbprint(jwk: dict[str, Any]) -> bytes:
    """RFC 7638: the members every key has, by name, without a space."""
    said = f'{{"crv":"{jwk["crv"]}","kty":"{jwk["kty"]}","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return sha256(said.encode()).digest()


def _encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
