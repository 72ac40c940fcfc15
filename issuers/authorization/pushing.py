"""Pushed requests: what a wallet asked for, waiting for the citizen to decide (RFC 9126)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import at_rest, new_token
from keys.entropy import Entropy

# Time to sign in and read one page; FAPI 2.0 section 5.3.2.2 wants less than ten minutes.
REQUEST_LIFE = timedelta(minutes=5)
# RFC 9126 section 2.2.
_PREFIX = "urn:ietf:params:oauth:request_uri:"


class Outcome(StrEnum):
    """A request is decided once."""

    OPEN = "open"
    ALLOWED = "allowed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PushedRequest:
    """A request as it is stored; ``kind`` is the certificate it asks for.

    ``offer`` is the id of the order whose ``issuer_state`` came along, ``with_details`` says that
    it asked by ``authorization_details``. ``dpop_jkt`` is the key the code will be redeemed with,
    ``instance_jkt`` that of the attested wallet instance. ``citizen`` is who decided.
    """

    uri_hash: bytes
    authority: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    state: str | None
    kind: str
    with_details: bool
    offer: bytes | None
    dpop_jkt: str | None
    instance_jkt: str | None
    expires_at: datetime
    outcome: Outcome = Outcome.OPEN
    citizen: str = ""

    def check(self, authority: str, client_id: str) -> None:
        """Return when this is a request of this client to this authority, else raise as unknown.

        H71: what it is called is worth nothing to another client.
        """
        if (self.authority, self.client_id) != (authority, client_id):
            raise unknown_request()

    def check_open(self, now: datetime) -> None:
        """Return when it can still be decided, else raise `IssuerError` (unknown_request)."""
        if self.outcome is not Outcome.OPEN or now >= self.expires_at:
            raise unknown_request()

    def decided(self, outcome: Outcome, citizen: str) -> "PushedRequest":
        """Return the request after its one decision."""
        return replace(self, outcome=outcome, citizen=citizen)


def new_request_uri(entropy: Entropy) -> str:
    """Return what a pushed request is called: 256 random bits."""
    return _PREFIX + new_token(entropy)


def uri_hash_of(request_uri: str) -> bytes:
    """Return where a pushed request is found."""
    return at_rest(request_uri)


def unknown_request() -> IssuerError:
    """Return the one error for a request that never was, is another's, has ended or was used."""
    detail = "the request is unknown, used or expired: begin again in the wallet"
    return IssuerError(IssuerFailure.UNKNOWN_REQUEST, detail)
