"""A driving licence as an mdoc in a stranger's wallet, and answers made with it."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import cbor2

from keys import base64url
from keys.encryption_key import DecryptionKey
from keys.entropy import SYSTEM_ENTROPY
from keys.json_value import JsonObject
from keys.signer import SoftwareSigner
from standards.cbor.write import embedded
from standards.formats.binding import Request
from standards.formats.credential import NewCredential, ProvenCredential
from standards.formats.known import format_of
from standards.formats.mdoc_request import transcript_of
from standards.mdoc.mdl import DOC_TYPE, NAMESPACE
from standards.profiles import Profile
from standards.status_list.reference import StatusReference
from tests.verifiers.world import NAME, NOW, STATUS_URI, World

MDOC = "mso_mdoc"
AGE = (NAMESPACE, "age_over_19")
PROFILE, QUERY = "age-by-mobile-id", "licence"
CLAIMS: JsonObject = {
    NAMESPACE: {
        "family_name": NAME,
        "given_name": "길동",
        "birth_date": "1990-03-01",
        "issue_date": "2026-01-02",
        "expiry_date": "2036-01-01",
        "issuing_country": "KR",
        "issuing_authority": "Police",
        "document_number": "12-34-567890-01",
        "portrait": "_9j_",
        "driving_privileges": [{"vehicle_category_code": "B"}],
        "un_distinguishing_sign": "ROK",
        "age_over_19": True,
    }
}


@dataclass
class Licence:
    """A licence by the world's authority; ``changes`` are to what it states."""

    world: World
    changes: dict[str, Any] = field(default_factory=dict)
    key: SoftwareSigner = field(default_factory=SoftwareSigner.generate)

    def __post_init__(self) -> None:
        stated: dict[str, Any] = {
            "type": DOC_TYPE,
            "issuer": self.world.issuer.name,
            "claims": CLAIMS,
            "holder": self.key.public,
            "issued_at": NOW - timedelta(hours=1),
            "expires_at": NOW + timedelta(days=90),
            "status": StatusReference(STATUS_URI, 7),
        }
        by = self.world.issuer.certified
        self.text = format_of(MDOC).issue(
            NewCredential(**stated | self.changes),
            signer=by.signer,
            x5c=by.x5c,
            entropy=SYSTEM_ENTROPY,
            decoys=2,
        )

    def proven(self) -> ProvenCredential:
        """What its holder keeps."""
        key = self.world.issuer.certified.signer.public.verification_key()
        read = format_of(MDOC).read_issued(self.text)
        return read.verify(key, profile=Profile.HAIP, now=NOW)

    def show(self, request: Request, *paths: tuple[str, str], by: Any = None) -> str:
        """What its holder shows for a request, the age alone when nothing else is said."""
        unsigned = self.proven().content.present(paths or (AGE,))
        signer = by or self.key
        octets = unsigned.to_sign(request, algorithm=signer.algorithm, now=NOW)
        return unsigned.signed(octets, signer.sign(octets))

    def tag(self, request: Request, reader: Any) -> str:
        """The same with a tag in place of the signature, made with a general writer."""
        transcript = transcript_of(request).octets
        salt = hashlib.sha256(embedded(transcript)).digest()
        own = DecryptionKey.from_der(self.key.private_octets(), kid="device")
        key = own.mac_key(reader.x, reader.y, salt=salt, info=b"EMacKey")
        namespaces = cbor2.CBORTag(24, cbor2.dumps({}))
        authentication = cbor2.dumps(
            ["DeviceAuthentication", cbor2.loads(transcript), DOC_TYPE, namespaces]
        )
        header = cbor2.dumps({1: 5})
        structure = cbor2.dumps(["MAC0", header, b"", embedded(authentication)])
        tag = hmac.digest(key, structure, "sha256")
        response = cbor2.loads(base64url.decode(self.show(request)))
        response["documents"][0]["deviceSigned"]["deviceAuth"] = {
            "deviceMac": [header, {}, None, tag]
        }
        return base64url.encode(cbor2.dumps(response))
