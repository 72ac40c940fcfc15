"""Take an mdoc apart without believing it: what an issuer hands out, and what a holder shows.

issued      base64url(IssuerSigned)      OpenID4VCI A.2.4
presented   base64url(DeviceResponse)    OpenID4VP B.2.5, one document each (HAIP 5.3.1)
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from keys import base64url
from keys.errors import KeysError
from standards.cbor.errors import CborError, CborFailure
from standards.cbor.members import CborMembers, members
from standards.cbor.read import loads
from standards.cbor.value import CborValue, Tagged
from standards.cose.errors import CoseError, CoseFailure
from standards.cose.mac0 import UnverifiedMac0, parse_mac0
from standards.cose.sign1 import UnverifiedSign1, parse_sign1
from standards.mdoc.errors import MdocError, MdocFailure, malformed
from standards.mdoc.item import IssuerSignedItem, parse_item
from standards.mdoc.limits import MAX_ITEMS, MAX_TEXT, MDOC_LIMITS

_VERSION: Final = "1.0"
_OK: Final = 0


class DeviceSigned(NamedTuple):
    """What the holder's key signed, or tagged; ``namespaces`` as received, with their tag."""

    namespaces: Tagged
    auth: UnverifiedSign1 | UnverifiedMac0


class UnverifiedMdoc(NamedTuple):
    """An mdoc in its parts, nothing of it proven yet.

    ``doc_type`` and ``device`` are those of a presentation, None in what an issuer hands out.
    """

    issuer_auth: UnverifiedSign1
    items: tuple[IssuerSignedItem, ...]
    doc_type: str | None = None
    device: DeviceSigned | None = None

    @property
    def x5chain(self) -> tuple[bytes, ...]:
        """The issuer's certificates, leaf first, for finding the key; or raise chain_refused."""
        try:
            return self.issuer_auth.headers.x5chain
        except CoseError as error:
            raise MdocError(MdocFailure.CHAIN_REFUSED, error.detail) from error


def parse_issued_mdoc(text: str) -> UnverifiedMdoc:
    """Return what an issuer handed out, or raise `MdocError`."""
    issuer_auth, items = _issuer_signed(_read(text, "IssuerSigned"))
    return UnverifiedMdoc(issuer_auth, items)


def parse_mdoc(text: str) -> UnverifiedMdoc:
    """Return what a holder shows, or raise `MdocError`."""
    response = _read(text, "DeviceResponse")
    if response.text("version") != _VERSION:
        raise MdocError(MdocFailure.VERSION_REFUSED, f"version {_VERSION} was expected")
    if response.count("status") != _OK:
        raise MdocError(MdocFailure.RESPONSE_STATUS, "status 0 was expected")
    documents = response.array("documents") if response.has("documents") else []
    if len(documents) != 1:
        raise MdocError(MdocFailure.DOCUMENT_COUNT, "exactly one document was expected")
    document = members(documents[0], "the document", malformed)
    issuer_auth, items = _issuer_signed(document.members("issuerSigned"))
    return UnverifiedMdoc(
        issuer_auth,
        items,
        document.text("docType"),
        _device_signed(document.members("deviceSigned")),
    )


def parse_device_document(text: str) -> tuple[str, DeviceSigned]:
    """Return type and signature of a ``Document`` without ``issuerSigned``, or raise `MdocError`.

    Of no standard: it is how a receipt keeps who showed a document, and nothing of what.
    """
    read = _read(text, "Document")
    read.only("docType", "deviceSigned")
    return read.text("docType"), _device_signed(read.members("deviceSigned"))


def _read(text: str, where: str) -> CborMembers:
    if len(text) > MAX_TEXT:
        raise MdocError(MdocFailure.TOO_LARGE, f"at most {MAX_TEXT} characters were expected")
    try:
        return members(loads(base64url.decode(text), limits=MDOC_LIMITS), where, malformed)
    except KeysError as error:
        raise malformed(error.detail) from error
    except CborError as error:
        is_large = error.failure is CborFailure.TOO_LARGE
        failure = MdocFailure.TOO_LARGE if is_large else MdocFailure.MALFORMED
        raise MdocError(failure, error.detail) from error


def _issuer_signed(read: CborMembers) -> tuple[UnverifiedSign1, tuple[IssuerSignedItem, ...]]:
    read.only("nameSpaces", "issuerAuth")
    try:
        issuer_auth = parse_sign1(read.any("issuerAuth"))
    except CoseError as error:
        raise MdocError(MdocFailure.ISSUER_AUTH_REFUSED, error.detail) from error
    namespaces = read.members("nameSpaces") if read.has("nameSpaces") else None
    return issuer_auth, () if namespaces is None else tuple(_items(namespaces))


def _items(namespaces: CborMembers) -> Iterator[IssuerSignedItem]:
    """Yield the items, no digest and no element of a namespace twice."""
    left = MAX_ITEMS
    for name in namespaces.value:
        items = namespaces.array(name)
        left -= len(items)
        if left < 0:
            raise MdocError(MdocFailure.TOO_LARGE, f"at most {MAX_ITEMS} items were expected")
        if not isinstance(name, str) or not name:
            raise malformed("a namespace has a name")
        read = [parse_item(name, item) for item in items]
        if len({item.digest_id for item in read}) != len(read):
            raise MdocError(MdocFailure.DIGEST_REPEATED, "two items have one digest")
        if len({item.element for item in read}) != len(read):
            raise MdocError(MdocFailure.ELEMENT_REPEATED, "one element comes twice")
        yield from read


def _device_signed(read: CborMembers) -> DeviceSigned:
    namespaces, _ = read.embedded("nameSpaces")
    auth = read.members("deviceAuth")
    match [*auth.value.items()]:
        case [("deviceSignature", structure)]:
            return DeviceSigned(namespaces, _device_auth(structure, is_mac=False))
        case [("deviceMac", structure)]:
            return DeviceSigned(namespaces, _device_auth(structure, is_mac=True))
        case _:
            raise MdocError(
                MdocFailure.DEVICE_AUTH_REFUSED, "one signature or one tag was expected"
            )


def _device_auth(structure: CborValue, *, is_mac: bool) -> UnverifiedSign1 | UnverifiedMac0:
    try:
        return parse_mac0(structure) if is_mac else parse_sign1(structure)
    except CoseError as error:
        is_algorithm = is_mac and error.failure is CoseFailure.ALGORITHM_REFUSED
        failure = (
            MdocFailure.DEVICE_MAC_REFUSED if is_algorithm else MdocFailure.DEVICE_AUTH_REFUSED
        )
        raise MdocError(failure, error.detail) from error
