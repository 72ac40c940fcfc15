"""The ``credential_identifiers`` of an authorization (OpenID4VCI section 6.2)."""

from issuers.numbers.codes import IssuerSecret
from keys import base64url

_PURPOSE = "credential_identifier"
_OCTETS = 16


def identifiers_of(offer_id_hash: bytes, secret: IssuerSecret) -> tuple[str, ...]:
    """Return what the certificate of an offer is asked for by.

    Computed, so that every token of the offer says the same, after refreshes too; it names and
    opens nothing.
    """
    mac = secret.mac(_PURPOSE, base64url.encode(offer_id_hash))
    return (base64url.encode(mac[:_OCTETS]),)
