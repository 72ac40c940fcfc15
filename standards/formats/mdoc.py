"""ISO mdoc behind the face of all formats (``mso_mdoc``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keys.entropy import Entropy
from keys.jwk import Algorithm
from keys.signer import Signer
from keys.verification_key import VerificationKey
from standards.cose.algorithm import number_of
from standards.dcql.credential_query import MDOC
from standards.dcql.paths import Step
from standards.formats.credential import NewCredential, ProvenCredential, Said
from standards.formats.mdoc_content import MdocContent
from standards.formats.mdoc_elements import encoded
from standards.formats.mdoc_failures import told
from standards.formats.mdoc_parts import (
    MdocHolderPart,
    MdocIssuerPart,
    holder_part_of,
    issuer_part_of,
    mso_of,
    read_mdoc_holder_part,
    read_mdoc_issuer_part,
)
from standards.mdoc.credential import VerifiedMdoc, claims_of, verify_mdoc
from standards.mdoc.issue import NewMdoc, issue_mdoc
from standards.mdoc.parse import UnverifiedMdoc, parse_issued_mdoc, parse_mdoc
from standards.profiles import Profile
from standards.sd_jwt.frame import Frame

_NAMESPACE_AND_ELEMENT: Final = 2


@dataclass(frozen=True, slots=True)
class _Unverified:
    """An mdoc as it was received."""

    mdoc: UnverifiedMdoc

    @property
    @told()
    def chain(self) -> tuple[bytes, ...]:
        """The certificates in ``x5chain``."""
        return self.mdoc.x5chain

    @property
    def holder(self) -> str | None:
        """The thumbprint of the key in the MSO."""
        return mso_of(self.mdoc).device_key.thumbprint()

    @property
    def expires_at(self) -> datetime | None:
        """``validUntil`` as it stands."""
        return mso_of(self.mdoc).validity.valid_until

    @property
    def holder_part(self) -> str | None:
        """``DeviceSigned``, where it is signed, with the type it is for."""
        doc_type = self.mdoc.doc_type
        return None if doc_type is None else holder_part_of(doc_type, self.mdoc.device)

    @property
    def issuer_part(self) -> str:
        """``IssuerSigned`` without its items."""
        return issuer_part_of(self.mdoc.issuer_auth)

    @told()
    def said(self) -> Said:
        """Return the elements as they stand, and the key of the MSO; nothing is proven."""
        mso = mso_of(self.mdoc)
        return Said(mso.doc_type, claims_of(self.mdoc.items), mso.device_key.as_dict())

    @told()
    def verify(
        self,
        key: VerificationKey,
        *,
        profile: Profile,
        now: datetime,
    ) -> ProvenCredential:
        """Return the document once signature, digests, types and time are right (9.3.1)."""
        mdoc = verify_mdoc(self.mdoc, key, now=now)
        return ProvenCredential(
            type=mdoc.doc_type,
            issuer=None,
            holder=mdoc.holder,
            status=mdoc.status,
            issued_at=mdoc.issued_at,
            valid_from=mdoc.mso.validity.valid_from,
            expires_at=mdoc.expires_at,
            type_integrity=None,
            content=MdocContent(mdoc),
        )

    @told()
    def content(self, key: VerificationKey) -> MdocContent:
        """Return what was signed, as on the first day it was good."""
        return MdocContent(self._verified_then(key))

    def _verified_then(self, key: VerificationKey) -> VerifiedMdoc:
        return verify_mdoc(self.mdoc, key, now=mso_of(self.mdoc).validity.valid_from)


class Mdoc:
    """The format ``mso_mdoc``."""

    name: Final = MDOC
    binding_method: Final = "cose_key"
    # The holder may state elements its issuer allows the key, and ours allow none.
    signs_further: Final = False
    fits_codes: Final = False

    def algorithm(self, algorithm: Algorithm) -> int:
        """Return the number of COSE (A.2.2)."""
        return number_of(algorithm)

    def is_claim(self, path: Sequence[Step]) -> bool:
        """Namespace and element, both texts (C.2)."""
        return len(path) == _NAMESPACE_AND_ELEMENT and all(isinstance(step, str) for step in path)

    def issue(
        self,
        new: NewCredential,
        *,
        signer: Signer,
        x5c: Sequence[str],
        entropy: Entropy,
        frame: Frame | None = None,
        decoys: int = 0,
    ) -> str:
        """Return the base64url ``IssuerSigned``; its claims stand by namespace and element.

        An mdoc is bound to a key and ends (ValueError): both are the caller's to see to. Each
        element is shown by itself and whole, whatever ``frame`` says.
        """
        if new.holder is None or new.expires_at is None:
            raise ValueError("an mdoc is bound to a key, and ends")
        mdoc = NewMdoc(
            doc_type=new.type,
            claims=encoded(new.claims),
            holder=new.holder,
            issued_at=new.issued_at,
            expires_at=new.expires_at,
            status=new.status,
        )
        return issue_mdoc(mdoc, signer=signer, x5c=x5c, entropy=entropy, decoys=decoys).serialize()

    @told()
    def read_issued(self, text: str) -> _Unverified:
        """Take apart an ``IssuerSigned``."""
        return _Unverified(parse_issued_mdoc(text))

    @told()
    def read_presented(self, text: str) -> _Unverified:
        """Take apart a ``DeviceResponse`` of one document."""
        return _Unverified(parse_mdoc(text))

    def read_issuer_part(self, text: str) -> MdocIssuerPart:
        """Take apart an ``IssuerSigned`` without items."""
        return read_mdoc_issuer_part(text)

    def read_holder_part(self, text: str) -> MdocHolderPart:
        """Take apart a ``DeviceSigned`` with its type."""
        return read_mdoc_holder_part(text)
