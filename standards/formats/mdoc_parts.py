"""What is kept of an mdoc: ``IssuerSigned`` without its items, ``Document`` without the issuer's.

    issuer's part   base64url({"issuerAuth": COSE_Sign1})
    holder's part   base64url({"docType": …, "deviceSigned": {"nameSpaces": …, "deviceAuth": …}})

The octets under the holder's signature are made again from the request. They name no element, so
what stands for a presentation follows from the issuer's part: the signed object, and the digests
in it that were shown.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from keys import base64url
from keys.verification_key import VerificationKey
from standards.cbor.value import Encodable, Encoded
from standards.cbor.write import dumps
from standards.cose.sign1 import UnverifiedSign1, attach, signing_input
from standards.formats.binding import Request
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.mdoc_failures import told
from standards.formats.mdoc_request import transcript_of
from standards.formats.parts import IssuedPart
from standards.mdoc.credential import verify_mdoc
from standards.mdoc.device_auth import device_authentication, verify_device_signature
from standards.mdoc.item import DigestAlgorithm
from standards.mdoc.mso import MobileSecurityObject, parse_mso
from standards.mdoc.parse import (
    DeviceSigned,
    UnverifiedMdoc,
    parse_device_document,
    parse_issued_mdoc,
)
from standards.status_list.reference import StatusReference

_HASHES: Final = {
    DigestAlgorithm.SHA_256: hashlib.sha256,
    DigestAlgorithm.SHA_384: hashlib.sha384,
    DigestAlgorithm.SHA_512: hashlib.sha512,
}
# An empty map: the holder states nothing of its own.
_NO_ELEMENTS: Final = b"\xa0"


def issuer_part_of(issuer_auth: UnverifiedSign1) -> str:
    """Return ``IssuerSigned`` without its items."""
    bare: Encodable = {"issuerAuth": issuer_auth.as_cbor()}
    return base64url.encode(dumps(bare))


def holder_part_of(doc_type: str, device: DeviceSigned | None) -> str | None:
    """Return what the holder signed, base64url; None without, for a tag, and for own elements.

    A tag can be made by the verifier as well, so it proves nothing to anybody else. Elements that
    the holder stated are claims, which nobody keeps, and without them nothing can be checked.
    """
    auth = None if device is None else _signature(device)
    if device is None or auth is None:
        return None
    # The header that nobody signed is left out: it proves nothing, and may say anything.
    structure = attach(auth.headers.octets, None, auth.signature)
    device_auth: Encodable = {"deviceSignature": structure}
    signed: Encodable = {
        "nameSpaces": Encoded(device.namespaces.octets),
        "deviceAuth": device_auth,
    }
    return base64url.encode(dumps({"docType": doc_type, "deviceSigned": signed}))


def digest_of_shown(
    issuer_auth: UnverifiedSign1, digests: Iterable[str], algorithm: DigestAlgorithm
) -> str:
    """Return the hash over what the issuer signed and the digests of what was shown of it.

    The issuer's signature is left out, because it has a twin. As long as the digests themselves.
    """
    signed: Encodable = [issuer_auth.headers.octets, issuer_auth.payload, [*sorted(digests)]]
    return base64url.encode(_HASHES[algorithm](dumps(signed)).digest())


@dataclass(frozen=True, slots=True)
class MdocIssuerPart:
    """An ``issuerAuth`` without items."""

    mdoc: UnverifiedMdoc

    @property
    @told()
    def chain(self) -> tuple[bytes, ...]:
        """The certificates in ``x5chain``."""
        return self.mdoc.x5chain

    @property
    def status(self) -> StatusReference | None:
        """The reference in the MSO."""
        return mso_of(self.mdoc).status

    @told()
    def verify(self, key: VerificationKey) -> IssuedPart:
        """Return what the MSO says, as on the first day it was good."""
        mdoc = verify_mdoc(self.mdoc, key, now=mso_of(self.mdoc).validity.valid_from)
        return IssuedPart(
            type=mdoc.doc_type,
            holder=mdoc.holder,
            status=mdoc.status,
            digests=frozenset(
                base64url.encode(digest)
                for namespace in mdoc.mso.digests.values()
                for digest in namespace.values()
            ),
            nests=False,
        )


@dataclass(frozen=True, slots=True)
class MdocHolderPart:
    """A ``deviceSigned`` with the type it was signed for: its signature says the rest."""

    doc_type: str
    namespaces: bytes
    auth: UnverifiedSign1
    audience: None = None
    nonce: None = None

    def signed(self, request: Request | None) -> bytes | None:
        """Return the ``Sig_structure`` for this request (ISO/IEC 18013-5 section 9.1.3.4)."""
        if request is None:
            return None
        return signing_input(self.auth.headers.octets, self._content(request))

    def digest(self, issuer_part: str | None, digests: Sequence[str]) -> str | None:
        """Return what follows from the MSO and the digests: the holder signed neither."""
        if issuer_part is None:
            return None
        mdoc = read_mdoc_issuer_part(issuer_part).mdoc
        return digest_of_shown(mdoc.issuer_auth, digests, mso_of(mdoc).digest_algorithm)

    @told()
    def verify(self, issued: IssuedPart, request: Request) -> None:
        """Return when the key of the MSO signed for this type and this transcript."""
        if issued.holder is None or issued.type != self.doc_type:
            raise _refused(CredentialFailure.BINDING_INVALID, "another type was signed for")
        verify_device_signature(self.auth, issued.holder, self._content(request))

    def _content(self, request: Request) -> bytes:
        return device_authentication(self.doc_type, self.namespaces, transcript_of(request))


@told()
def read_mdoc_issuer_part(text: str) -> MdocIssuerPart:
    """Take apart an ``IssuerSigned`` without items; with one it would be more than is kept."""
    unverified = parse_issued_mdoc(text)
    if unverified.items:
        raise _refused(CredentialFailure.CREDENTIAL_MALFORMED, "an item stands beside it")
    return MdocIssuerPart(unverified)


@told()
def read_mdoc_holder_part(text: str) -> MdocHolderPart:
    """Take apart a ``Document`` without the issuer's part, and without the holder's elements."""
    doc_type, device = parse_device_document(text)
    auth = _signature(device)
    if auth is None:
        raise _refused(CredentialFailure.BINDING_INVALID, "a signature alone is kept")
    return MdocHolderPart(doc_type, device.namespaces.octets, auth)


@told()
def mso_of(mdoc: UnverifiedMdoc) -> MobileSecurityObject:
    """Return the MSO as it stands, nothing of it proven."""
    payload = mdoc.issuer_auth.payload
    if payload is None:
        raise CredentialError(
            CredentialFailure.CREDENTIAL_MALFORMED, "mso_malformed", "the MSO is detached"
        )
    return parse_mso(payload)


def _signature(device: DeviceSigned) -> UnverifiedSign1 | None:
    is_alone = device.namespaces.content == _NO_ELEMENTS
    return device.auth if is_alone and isinstance(device.auth, UnverifiedSign1) else None


def _refused(failure: CredentialFailure, detail: str) -> CredentialError:
    return CredentialError(failure, failure.value, detail)
