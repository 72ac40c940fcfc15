"""What is signed once is taken once: the ``jti`` of proofs, remembered for their window.

RFC 9449 section 11.1, RFC 7523 section 3, and section 12.1 of the attestation draft. A ``jti`` is
unique for its key, so it is remembered together with it; only a hash is kept.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

# Longer than any proof is believed: 70 seconds for DPoP, a challenge's five minutes for the rest.
REPLAY_WINDOW = timedelta(minutes=6)


class Signed(StrEnum):
    """The kinds of proof that are taken once."""

    DPOP = "dpop"
    ATTESTATION_POP = "attestation pop"
    CLIENT_ASSERTION = "client assertion"


class ReplayedError(Exception):
    """The very same proof was taken before."""


class ReplayStore(Protocol):
    """The proofs taken within their window, by all processes."""

    async def remember(self, proof: bytes, *, until: datetime, now: datetime) -> None:
        """Remember a proof, or raise `ReplayedError` when it is remembered already."""
        ...


def replay_key(kind: Signed, signer: str, jti: str) -> bytes:
    """Return what is remembered of a proof: ``signer`` is a key's thumbprint, or a client."""
    return hashlib.sha256(f"{kind.value}\0{signer}\0{jti}".encode()).digest()
