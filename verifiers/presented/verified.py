"""What is known of one certificate once it was checked: what policies and results are about."""

from dataclasses import dataclass
from enum import StrEnum

from keys.json_value import JsonObject
from standards.positions import UNMOVED, Positions


class CredentialStatus(StrEnum):
    """What its issuer says of it today; anything but these ends the verification."""

    VALID = "valid"
    # The credential names no status list: its expiry is the only limit its issuer set.
    NOT_LISTED = "not_listed"


@dataclass(frozen=True, slots=True)
class VerifiedCredential:
    """One certificate that answers one credential query.

    ``claims`` are those about the subject, as far as they were disclosed: no key, salt, digest,
    signature or time of the credential is among them (nothing that marks this very copy).
    ``issuer`` is ``iss`` where the issuer's certificate names it, else the certificate's own name.
    ``positions`` are the issuer's of array elements in ``claims``: policies count by them.
    """

    query_id: str
    vct: str
    issuer: str
    claims: JsonObject
    status: CredentialStatus
    positions: Positions = UNMOVED
