"""What is known of one certificate once it was checked: what policies and results are about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keys.json_value import JsonObject
from standards.positions import UNMOVED, Positions


class CredentialStatus(StrEnum):
    """What its issuer says of it today; anything but these ends the verification."""

    VALID = "valid"
    # Valid in the last list that could be fetched; only where the purpose declares a grace.
    VALID_AT_LAST = "valid_at_last"
    # The credential names no status list: its expiry is the only limit its issuer set.
    NOT_LISTED = "not_listed"


class Assurance(StrEnum):
    """How far a certificate is proven, each level with all before it.

    An SD-JWT VC says nothing of how its subject was identified, so no level pretends to know.
    """

    # A listed authority signed it, and it is in its time.
    SIGNED = "signed"
    # Its holder signed this very request.
    BOUND = "bound"
    # Its status list was asked, and says that it holds today.
    CURRENT = "current"

    @property
    def rank(self) -> int:
        """Its place among the levels, from zero."""
        return list(Assurance).index(self)


@dataclass(frozen=True, slots=True)
class VerifiedCredential:
    """One certificate that answers one credential query.

    ``claims`` are those about the subject, as far as they were disclosed: no key, salt, digest,
    signature or time of the credential is among them (nothing that marks this very copy).
    ``issuer`` is ``iss`` where the issuer's certificate names it, else the certificate's own name.
    ``positions`` are the issuer's of array elements in ``claims``: policies count by them.
    ``holder_algorithm`` is None where no holder signed; like ``issued_at`` it is for policies and
    goes into no result.
    """

    query_id: str
    vct: str
    issuer: str
    claims: JsonObject
    status: CredentialStatus
    positions: Positions = UNMOVED
    issued_at: datetime | None = None
    holder_algorithm: str | None = None

    @property
    def assurance(self) -> Assurance:
        """How far it is proven."""
        if self.holder_algorithm is None:
            return Assurance.SIGNED
        is_current = self.status is CredentialStatus.VALID
        return Assurance.CURRENT if is_current else Assurance.BOUND
