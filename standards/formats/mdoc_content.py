"""What was shown of an mdoc, and how it is presented, behind the face of all formats."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from keys import base64url
from keys.json_value import JsonObject
from keys.jwk import Algorithm, PublicJwk
from standards.dcql.credential_query import MDOC
from standards.formats.binding import HolderBinding, Request
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.mdoc_failures import told
from standards.formats.mdoc_parts import digest_of_shown, holder_part_of, issuer_part_of
from standards.formats.mdoc_request import transcript_of
from standards.mdoc.credential import VerifiedMdoc, claims_of
from standards.mdoc.device_auth import (
    attach_device_signature,
    device_signing_input,
    verify_device_auth,
)
from standards.mdoc.item import digest_of
from standards.mdoc.present import Presentation, present
from standards.positions import UNMOVED, ClaimPath, Positions

# ISO/IEC 10918-1: start of image, and the first octet of the marker behind it.
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class UnsignedMdoc:
    """A choice of items, before the holder's key signed for a request."""

    presentation: Presentation
    digest: str
    digests: tuple[str, ...]
    algorithm: Algorithm

    @told()
    def to_sign(
        self,
        request: Request,
        *,
        algorithm: Algorithm,
        now: datetime,
        further: JsonObject | None = None,
    ) -> bytes:
        """Return the ``Sig_structure`` over ``DeviceAuthentication`` (9.1.3.4)."""
        if further:
            # Only elements that the issuer let the key state could be added (B.2.1).
            detail = "an mdoc of ours states nothing beside its issuer"
            failure = CredentialFailure.BINDING_INVALID
            raise CredentialError(failure, "device_element_unauthorized", detail)
        return device_signing_input(
            self.presentation, algorithm=algorithm, transcript=transcript_of(request)
        )

    def signed(self, to_sign: bytes, signature: bytes) -> str:
        """Return the base64url ``DeviceResponse``."""
        return attach_device_signature(self.presentation, signature, algorithm=self.algorithm)


@dataclass(frozen=True)
class MdocContent:
    """What was shown of an mdoc."""

    mdoc: VerifiedMdoc

    @property
    def format(self) -> str:
        """The format's name."""
        return MDOC

    @property
    def claims(self) -> JsonObject:
        """The elements as JSON, by namespace."""
        return self.mdoc.claims

    @property
    def about_subject(self) -> JsonObject:
        """The same: what describes the document itself is in the MSO."""
        return self.mdoc.claims

    @property
    def positions(self) -> Positions:
        """Elements are shown whole or not at all, so none has moved."""
        return UNMOVED

    @property
    def disclosed_paths(self) -> tuple[ClaimPath, ...]:
        """Namespace and element of each item."""
        return self.mdoc.disclosed_paths

    @property
    def digest(self) -> str:
        """A hash over the MSO and the digests in it that are shown."""
        algorithm = self.mdoc.mso.digest_algorithm
        return digest_of_shown(self.mdoc.issuer_auth, self.digests, algorithm)

    @cached_property
    def digests(self) -> tuple[str, ...]:
        """The digests of the items, as the issuer signed them."""
        algorithm = self.mdoc.mso.digest_algorithm
        return tuple(
            base64url.encode(digest_of(item.octets, algorithm)) for item in self.mdoc.items
        )

    @cached_property
    def presented(self) -> bytes:
        """``IssuerSigned``, its items octet by octet."""
        return present(self.mdoc, self.disclosed_paths).issuer_signed.octets

    @property
    def is_bound(self) -> bool:
        """Whether something device-signed came with it."""
        return self.mdoc.device is not None

    @property
    def issuer_part(self) -> str:
        """``IssuerSigned`` without its items."""
        return issuer_part_of(self.mdoc.issuer_auth)

    @property
    def holder_part(self) -> str | None:
        """``DeviceSigned``, where it is signed, with the type it is for."""
        return holder_part_of(self.mdoc.doc_type, self.mdoc.device)

    def picture(self, path: ClaimPath) -> bytes | None:
        """Return an element of octets that begin as a JPEG does (7.2.1)."""
        found = (item.value for item in self.mdoc.items if (item.namespace, item.element) == path)
        value = next(found, None)
        return value if isinstance(value, bytes) and value.startswith(_JPEG) else None

    @told()
    def present(self, paths: Sequence[ClaimPath]) -> UnsignedMdoc:
        """Return the items of these elements; a path inside an element shows all of it."""
        shown = self.showing(paths)
        presentation = present(self.mdoc, shown.disclosed_paths)
        algorithm = self.mdoc.holder.algorithm
        return UnsignedMdoc(presentation, shown.digest, shown.digests, algorithm)

    @told()
    def showing(self, paths: Sequence[ClaimPath]) -> "MdocContent":
        """Return the same with these elements alone."""
        wanted = frozenset(path[:2] for path in paths)
        present(self.mdoc, tuple(wanted))
        items = tuple(item for item in self.mdoc.items if (item.namespace, item.element) in wanted)
        return replace(self, mdoc=self.mdoc._replace(items=items, claims=claims_of(items)))

    @told()
    def verify_binding(
        self,
        holder: PublicJwk,
        request: Request,
        *,
        now: datetime,
        max_age: timedelta,
    ) -> HolderBinding:
        """Return what the device signed for this request (9.1.3)."""
        proven = verify_device_auth(
            self.mdoc,
            expected_transcript=transcript_of(request),
            reader_key=request.reader_key,
        )
        return HolderBinding(proven.signed, None, proven.claims)
