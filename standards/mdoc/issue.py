"""The issuer's side: digests in place of elements, signed (9.1.2.4, OpenID4VCI A.2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from keys import base64url
from keys.entropy import Entropy
from keys.jwk import PublicJwk
from keys.signer import Signer
from keys.x5c import certificate_of
from standards.cbor.value import FULL_DATE, Encodable, Encoded, Tagged
from standards.cbor.write import dumps
from standards.cose.headers import x5chain_header
from standards.cose.sign1 import sign1
from standards.mdoc.item import DigestAlgorithm, digest_of, item_octets
from standards.mdoc.mdl import check_complete
from standards.mdoc.mso import MobileSecurityObject
from standards.mdoc.validity import ValidityInfo
from standards.status_list.reference import StatusReference

# 256 bits an item; section 9.1.2.5 asks for 128.
_RANDOM_OCTETS = 32


class NewMdoc(NamedTuple):
    """What an authority states: ``claims`` by namespace and element, the rest about the document.

    Times are cut to whole seconds. A date on its own is `full_date`; the rest of the values are
    JSON's, and octets. An mdoc is always bound to its ``holder``.
    """

    doc_type: str
    claims: Mapping[str, Mapping[str, Encodable]]
    holder: PublicJwk
    issued_at: datetime
    expires_at: datetime
    not_before: datetime | None = None
    status: StatusReference | None = None
    expected_update: datetime | None = None


class Mdoc(NamedTuple):
    """An issued mdoc: ``octets`` are IssuerSigned."""

    octets: bytes

    def serialize(self) -> str:
        """Return the base64url form (OpenID4VCI A.2.4)."""
        return base64url.encode(self.octets)


def full_date(text: str) -> Tagged:
    """Return a date on its own, ``1990-03-01`` (RFC 8943 section 1.2)."""
    return Tagged(FULL_DATE, text)


def issue_mdoc(
    new: NewMdoc, *, signer: Signer, x5c: Sequence[str], entropy: Entropy, decoys: int = 0
) -> Mdoc:
    """Return the signed credential; ``x5c`` is the signer's chain, leaf first and no anchor.

    ``decoys`` is how many digests without an item are mixed into every namespace. Raises
    ValueError for a driving licence that lacks an element it must have (7.2.1).
    """
    check_complete(new.doc_type, new.claims)
    namespaces = {
        name: _hidden(elements, entropy, decoys)
        for name, elements in new.claims.items()
        if elements  # a namespace has at least one (8.3.2.1.2.2)
    }
    mso = MobileSecurityObject(
        doc_type=new.doc_type,
        digests={name: hidden.digests for name, hidden in namespaces.items()},
        device_key=new.holder,
        validity=ValidityInfo(
            new.issued_at,
            new.not_before or new.issued_at,
            new.expires_at,
            new.expected_update,
        ),
        status=new.status,
    )
    chain = tuple(map(certificate_of, x5c))
    issuer_auth = sign1(mso.octets(), signer=signer, unprotected=x5chain_header(chain))
    items: Encodable = {
        name: [Encoded(item) for item in hidden.items] for name, hidden in namespaces.items()
    }
    return Mdoc(dumps({"nameSpaces": items, "issuerAuth": issuer_auth}))


class _Hidden(NamedTuple):
    """The items of one namespace, and the digests that stand for them, decoys among these."""

    items: list[bytes]
    digests: dict[int, bytes]


def _hidden(elements: Mapping[str, Encodable], entropy: Entropy, decoys: int) -> _Hidden:
    """Give each element a digest whose number says nothing: by the order of the randoms."""
    block = entropy(_RANDOM_OCTETS * (len(elements) + decoys))
    randoms = [block[at : at + _RANDOM_OCTETS] for at in range(0, len(block), _RANDOM_OCTETS)]
    number = {random: place for place, random in enumerate(sorted(randoms))}
    items = [
        item_octets(number[random], element, value, random)
        for random, (element, value) in zip(randoms, elements.items(), strict=False)
    ]
    octets = [*items, *randoms[len(items) :]]
    digests = {
        number[random]: digest_of(each, DigestAlgorithm.SHA_256)
        for random, each in zip(randoms, octets, strict=True)
    }
    return _Hidden(items, dict(sorted(digests.items())))
