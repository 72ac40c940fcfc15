"""Nonces of an authority, for three uses: given out without storing them.

A nonce carries its end and a MAC over it, its issuer and its use, so giving out millions costs no
memory (H51). A ``c_nonce`` (OpenID4VCI section 7) is taken once: the few that come back in a proof
are remembered until they would have ended anyway. A ``DPoP-Nonce`` (RFC 9449 section 8) and an
attestation challenge only prove that what is signed with them is new; there the ``jti`` is taken
once (`issuers.numbers.replays`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret, at_rest, equal
from keys import base64url
from keys.entropy import Entropy
from keys.errors import KeysError

# A wallet asks for it right before it signs; a person may have to unlock a key in between.
NONCE_LIFE = timedelta(minutes=5)

_RANDOM = 16
_TIME = 6
_MAC = 16


class NonceUse(StrEnum):
    """What a nonce is good for; one use's is worth nothing for another."""

    C_NONCE = "c_nonce"
    DPOP = "dpop"
    ATTESTATION = "attestation challenge"


@dataclass(frozen=True, slots=True)
class UsedNonce:
    """What is remembered of a nonce: its hash, and until when it must not come again."""

    nonce_hash: bytes
    expires_at: datetime


def new_nonce(
    authority: str,
    *,
    use: NonceUse = NonceUse.C_NONCE,
    secret: IssuerSecret,
    now: datetime,
    entropy: Entropy,
) -> str:
    """Return a nonce of this authority, good for five minutes."""
    ends = int((now + NONCE_LIFE).timestamp()).to_bytes(_TIME, "big")
    body = entropy(_RANDOM) + ends
    return base64url.encode(body + _mac(body, authority, use, secret))


def check_nonce(
    nonce: str,
    authority: str,
    *,
    use: NonceUse = NonceUse.C_NONCE,
    secret: IssuerSecret,
    now: datetime,
) -> UsedNonce:
    """Return the nonce as used, or raise `IssuerError` (nonce_invalid).

    Refused: one we never gave out, one of another authority or use, one past its end. Whether it
    was used before, the store knows.
    """
    try:
        octets = base64url.decode(nonce)
    except KeysError:
        raise invalid() from None
    body, mac = octets[:-_MAC], octets[-_MAC:]
    if len(body) != _RANDOM + _TIME or not equal(mac, _mac(body, authority, use, secret)):
        raise invalid()
    ends = datetime.fromtimestamp(int.from_bytes(body[_RANDOM:], "big"), UTC)
    if now >= ends:
        raise invalid()
    return UsedNonce(at_rest(nonce), ends)


def invalid() -> IssuerError:
    """Return the one error for every nonce that is not good (any more)."""
    return IssuerError(IssuerFailure.NONCE_INVALID, "get a fresh c_nonce and prove the key again")


def _mac(body: bytes, authority: str, use: NonceUse, secret: IssuerSecret) -> bytes:
    return secret.mac(use.value, authority, base64url.encode(body))[:_MAC]
