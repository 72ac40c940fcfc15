"""The mobile security object: what the issuer signs in place of the elements (9.1.2.4)."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from keys.jwk import PublicJwk
from standards.cbor.errors import CborError
from standards.cbor.members import CborMembers, embedded, members
from standards.cbor.read import loads
from standards.cbor.value import CborValue, Encodable
from standards.cbor.write import dumps
from standards.cbor.write import embedded as write_embedded
from standards.cose.errors import CoseError
from standards.cose.key import cose_key, parse_cose_key
from standards.mdoc.as_json import as_json
from standards.mdoc.errors import MdocError, MdocFailure
from standards.mdoc.item import DigestAlgorithm
from standards.mdoc.limits import MAX_DIGEST_ID, MSO_LIMITS
from standards.mdoc.validity import ValidityInfo, parse_validity
from standards.status_list.errors import StatusListError
from standards.status_list.reference import StatusReference

VERSION: Final = "1.0"
_ALGORITHMS: Final = {algorithm.value: algorithm for algorithm in DigestAlgorithm}
_DIGEST_OCTETS: Final = {
    DigestAlgorithm.SHA_256: 32,
    DigestAlgorithm.SHA_384: 48,
    DigestAlgorithm.SHA_512: 64,
}

Digests = Mapping[str, Mapping[int, bytes]]
"""Digests by namespace and digest identifier."""


class KeyAuthorizations(NamedTuple):
    """What the holder's own key may state: whole namespaces, and single elements of others."""

    namespaces: frozenset[str] = frozenset()
    elements: frozenset[tuple[str, str]] = frozenset()

    def allows(self, namespace: str, element: str) -> bool:
        """Tell whether the holder may state this element."""
        return namespace in self.namespaces or (namespace, element) in self.elements


class MobileSecurityObject(NamedTuple):
    """What the issuer signed; ``status`` is still to be looked up."""

    doc_type: str
    digests: Digests
    device_key: PublicJwk
    validity: ValidityInfo
    status: StatusReference | None = None
    authorizations: KeyAuthorizations = KeyAuthorizations()
    digest_algorithm: DigestAlgorithm = DigestAlgorithm.SHA_256

    def octets(self) -> bytes:
        """Return ``MobileSecurityObjectBytes``, the payload of the issuer's signature.

        Authorizations are read and never written: no issuer of ours lets a key state anything.
        """
        mso: dict[str, Encodable] = {
            "version": VERSION,
            "digestAlgorithm": self.digest_algorithm.value,
            "valueDigests": self.digests,
            "deviceKeyInfo": {"deviceKey": cose_key(self.device_key)},
            "docType": self.doc_type,
            "validityInfo": self.validity.as_cbor(),
        }
        if self.status is not None:
            mso["status"] = self.status.as_claim()
        return write_embedded(dumps(mso))


def parse_mso(payload: bytes) -> MobileSecurityObject:
    """Return the object in ``MobileSecurityObjectBytes``, or raise `MdocError`.

    Raises mso_malformed, digest_algorithm_refused, holder_key_refused, status_refused. Members
    nobody defined are ignored.
    """
    try:
        _, content = embedded(loads(payload, limits=MSO_LIMITS), "the payload", _malformed)
        mso = members(loads(content, limits=MSO_LIMITS), "the MSO", _malformed)
    except CborError as error:
        raise _malformed(error.detail) from error
    if mso.text("version") != VERSION:
        raise _malformed(f"version {VERSION} was expected")
    algorithm = _ALGORITHMS.get(mso.text("digestAlgorithm"))
    if algorithm is None:
        raise MdocError(
            MdocFailure.DIGEST_ALGORITHM_REFUSED, "digestAlgorithm names none we accept"
        )
    key_info = mso.members("deviceKeyInfo")
    return MobileSecurityObject(
        doc_type=mso.text("docType"),
        digests=_digests(mso.members("valueDigests"), _DIGEST_OCTETS[algorithm]),
        device_key=_device_key(key_info.any("deviceKey")),
        validity=parse_validity(mso.members("validityInfo")),
        status=_status(mso.any("status")) if mso.has("status") else None,
        authorizations=_authorizations(key_info),
        digest_algorithm=algorithm,
    )


def _digests(namespaces: CborMembers, size: int) -> Digests:
    return {
        _name(name): _of_namespace(namespaces.members(name), size) for name in namespaces.value
    }


def _of_namespace(digests: CborMembers, size: int) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for identifier, digest in digests.value.items():
        is_identifier = isinstance(identifier, int) and 0 <= identifier <= MAX_DIGEST_ID
        if not is_identifier or not isinstance(digest, bytes) or len(digest) != size:
            raise _malformed("a digest that is none")
        found[int(identifier)] = digest
    return found


def _device_key(value: CborValue) -> PublicJwk:
    try:
        return parse_cose_key(value)
    except CoseError as error:
        raise MdocError(MdocFailure.HOLDER_KEY_REFUSED, error.detail) from error


def _authorizations(key_info: CborMembers) -> KeyAuthorizations:
    if not key_info.has("keyAuthorizations"):
        return KeyAuthorizations()
    read = key_info.members("keyAuthorizations")
    namespaces = read.array("nameSpaces") if read.has("nameSpaces") else []
    elements = read.members("dataElements") if read.has("dataElements") else None
    return KeyAuthorizations(
        frozenset(map(_name, namespaces)),
        frozenset(
            (_name(namespace), _name(element))
            for namespace in ([] if elements is None else elements.value)
            for element in ([] if elements is None else elements.array(namespace))
        ),
    )


def _status(value: CborValue) -> StatusReference:
    try:
        return StatusReference.parse(as_json(value))
    except (StatusListError, MdocError) as error:
        raise MdocError(MdocFailure.STATUS_REFUSED, error.detail) from error


def _name(value: CborValue) -> str:
    if not isinstance(value, str) or not value:
        raise _malformed("a namespace and an element have names")
    return value


def _malformed(detail: str) -> MdocError:
    return MdocError(MdocFailure.MSO_MALFORMED, detail)
