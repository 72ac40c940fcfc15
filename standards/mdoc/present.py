"""The holder's side: hand on a choice of the items, and nothing else (8.3.2.1.2.2)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from keys import base64url
from standards.cbor.value import Encodable, Encoded
from standards.cbor.write import dumps
from standards.mdoc.credential import VerifiedMdoc
from standards.mdoc.errors import MdocError, MdocFailure
from standards.positions import ClaimPath

_VERSION: Final = "1.0"
_OK: Final = 0


class Presentation(NamedTuple):
    """A choice of the elements, not bound to a request yet (`device_auth.bind`)."""

    doc_type: str
    issuer_signed: Encoded

    def serialize(self, device_signed: Encodable) -> str:
        """Return the base64url DeviceResponse of this one document (OpenID4VP B.2.5)."""
        document: dict[str, Encodable] = {
            "docType": self.doc_type,
            "issuerSigned": self.issuer_signed,
            "deviceSigned": device_signed,
        }
        response: dict[str, Encodable] = {
            "version": _VERSION,
            "documents": [document],
            "status": _OK,
        }
        return base64url.encode(dumps(response))


def present(verified: VerifiedMdoc, paths: Sequence[ClaimPath]) -> Presentation:
    """Return the items of the elements at ``paths``, octet by octet as the issuer made them.

    A path is a namespace and an element. The order is the credential's, so the choice alone
    decides the octets. Raises claim_not_held for a path that is not there.
    """
    wanted = frozenset(paths)
    if not wanted.issubset(verified.disclosed_paths):
        raise MdocError(MdocFailure.CLAIM_NOT_HELD, "the credential lacks an element")
    namespaces: dict[str, list[Encoded]] = {}
    for item in verified.items:
        if (item.namespace, item.element) in wanted:
            namespaces.setdefault(item.namespace, []).append(Encoded(item.octets))
    issuer_signed: dict[str, Encodable] = {
        "nameSpaces": namespaces,
        "issuerAuth": verified.issuer_auth.as_cbor(),
    }
    return Presentation(verified.doc_type, Encoded(dumps(issuer_signed)))
