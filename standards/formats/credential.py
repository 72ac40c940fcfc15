"""What every format of credential is to its callers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from keys.entropy import Entropy
from keys.json_value import JsonObject, JsonValue
from keys.jwk import Algorithm, PublicJwk
from keys.signer import Signer
from keys.verification_key import VerificationKey
from standards.dcql.paths import Step
from standards.formats.binding import HolderBinding, Request
from standards.formats.content import Content
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.parts import HolderPart, IssuerPart
from standards.profiles import Profile
from standards.sd_jwt.frame import Frame
from standards.status_list.reference import StatusReference


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What an authority states: ``claims`` about the subject, the rest about the credential.

    ``type`` is a ``vct`` or a doctype. ``holder`` None makes a credential anybody can show, where
    the format has such. Times are cut to whole seconds.
    """

    type: str
    issuer: str
    claims: JsonObject
    holder: PublicJwk | None
    issued_at: datetime
    expires_at: datetime | None = None
    status: StatusReference | None = None


@dataclass(frozen=True, slots=True)
class ProvenCredential:
    """A credential its issuer signed and that is in its time.

    ``issuer`` is what it says of its issuer, None where the certificate alone names it.
    ``valid_from`` is the later of what it says of its beginning.
    ``holder`` None: anybody may show it. ``status`` is still to be looked up. ``type_integrity``
    is the hash of its type's description, where it names one. ``audiences`` are whom its issuer
    meant it for, None for whomever it is shown.
    """

    type: str
    issuer: str | None
    holder: PublicJwk | None
    status: StatusReference | None
    issued_at: datetime | None
    valid_from: datetime | None
    expires_at: datetime | None
    type_integrity: str | None
    content: Content
    audiences: frozenset[str] | None = None

    def check_audience(self, expected: str) -> None:
        """Raise `CredentialError` (wrong_audience) when its issuer meant it for others alone."""
        if self.audiences is not None and expected not in self.audiences:
            detail = "the issuer restricted it to others"
            raise CredentialError(CredentialFailure.WRONG_AUDIENCE, "wrong_audience", detail)

    def verify_binding(
        self, request: Request, *, now: datetime, max_age: timedelta
    ) -> HolderBinding:
        """Return what its holder signed for this request.

        Raises `CredentialError`: holder_key_missing for a credential bound to nobody, and what
        `Content.verify_binding` does.
        """
        if self.holder is None:
            detail = "the credential is bound to no key"
            raise CredentialError(CredentialFailure.HOLDER_KEY_MISSING, "not_bound", detail)
        return self.content.verify_binding(self.holder, request, now=now, max_age=max_age)


class Said(NamedTuple):
    """What a credential says before anything of it is proven; ``holder`` is a public JWK."""

    type: JsonValue
    claims: JsonObject
    holder: JsonValue


class UnverifiedCredential(Protocol):
    """A credential as it was received: what it says of itself, believed by nobody yet."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Its issuer's certificates, leaf first; raises `KeysError`."""
        ...

    @property
    def holder(self) -> str | None:
        """The thumbprint of the key it says it is bound to, None without one."""
        ...

    @property
    def expires_at(self) -> datetime | None:
        """The end it says it has."""
        ...

    @property
    def issuer_part(self) -> str:
        """As `Content.issuer_part`."""
        ...

    @property
    def holder_part(self) -> str | None:
        """As `Content.holder_part`."""
        ...

    def said(self) -> Said:
        """Return what it says, all of it, or raise `CredentialError`."""
        ...

    def verify(self, key: VerificationKey, *, profile: Profile, now: datetime) -> ProvenCredential:
        """Return what the issuer with ``key`` states, or raise `CredentialError`."""
        ...

    def content(self, key: VerificationKey) -> Content:
        """Return what the issuer with ``key`` signed, whatever the time, or raise.

        For what was checked in full when it came.
        """
        ...


class CredentialFormat(Protocol):
    """One format, by the name it has on the wire (OpenID4VP 1.0 appendix B)."""

    @property
    def name(self) -> str:
        """Its name on the wire."""
        ...

    @property
    def binding_method(self) -> str:
        """How a credential names its holder's key, as issuers' metadata say (VCI 12.2.4)."""
        ...

    def algorithm(self, algorithm: Algorithm) -> str | int:
        """Return what metadata call a signature's algorithm: a JOSE name or a COSE number."""
        ...

    def is_claim(self, path: Sequence[Step]) -> bool:
        """Tell whether a claims path pointer can be so (VCI appendix C); None is every element."""
        ...

    @property
    def signs_further(self) -> bool:
        """Whether its holder can sign more with a presentation, such as a transaction's hash."""
        ...

    @property
    def fits_codes(self) -> bool:
        """Whether a code on a screen can carry it (`standards.shown_code`)."""
        ...

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
        """Return a credential as it stands in a Credential Response.

        ``x5c`` is the signer's chain in base64, leaf first and no anchor. ``frame`` says what may
        be shown by itself (None: everything), and ``decoys`` are mixed into what hides a number of
        claims, where the format can.
        """
        ...

    def read_issued(self, text: str) -> UnverifiedCredential:
        """Take apart what an issuer handed out, or raise `CredentialError`."""
        ...

    def read_presented(self, text: str) -> UnverifiedCredential:
        """Take apart what a holder presented, or raise `CredentialError`."""
        ...

    def read_issuer_part(self, text: str) -> IssuerPart:
        """Take apart an `issuer_part` as it was kept.

        Raises `CredentialError`, also where more was kept than that.
        """
        ...

    def read_holder_part(self, text: str) -> HolderPart:
        """Take apart a `holder_part` as it was kept.

        Raises `CredentialError` or `KeysError`, also where more was kept than that.
        """
        ...
