"""The numbers of a certificate: drawn from its offer, so that a retry gets the same ones (H56).

A wallet whose answer was lost asks again with the same access token; were the numbers random, the
issue book would hold two entries for one application.
"""

from dataclasses import dataclass

from issuers.numbers.codes import IssuerSecret
from keys import base64url

_DIGITS = 16
_GROUP = 4
_NOTIFICATION = "notification_id"


@dataclass(frozen=True, slots=True)
class Numbers:
    """``issue`` identifies the certificate to the operator, ``document`` to who checks it."""

    issue: str
    document: str


# Of a certificate that is only examined or previewed.
NOT_YET = Numbers("", "")


def numbers_of(order: bytes, secret: IssuerSecret) -> Numbers:
    """Return the numbers of the one certificate an order leads to, guessable to nobody else.

    ``order`` is the offer's id at rest; for a certificate in the place of another it is
    `issuers.authorization.grants.Grant.order`.
    """
    offer = base64url.encode(order)
    return Numbers(
        *(_printed(secret.mac(purpose, offer)) for purpose in ("issue number", "document number"))
    )


def notification_id(number: str, secret: IssuerSecret) -> str:
    """Return the id a wallet names when it tells what became of the certificate (section 11)."""
    return base64url.encode(secret.mac(_NOTIFICATION, number))


def _printed(mac: bytes) -> str:
    """Return 16 digits in groups of four; 32 octets hide the remainder."""
    digits = f"{int.from_bytes(mac, 'big') % 10**_DIGITS:0{_DIGITS}d}"
    groups = range(0, _DIGITS, _GROUP)
    return "-".join(digits[at : at + _GROUP] for at in groups)
