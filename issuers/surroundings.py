"""Where an installation of this room stands, and what it draws on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from keys.entropy import SYSTEM_ENTROPY, Entropy
from keys.trust_list import TrustList

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an installation stands and what it draws on.

    ``base`` is the public address without path, ``secret`` 32 octets that only this room's
    processes share, ``clock`` the time in UTC. ``trust`` is the trust list as it is now: whose
    certificates count, our own signers' too. With ``encrypted_only`` certificates leave encrypted
    to their wallet alone.
    """

    base: str
    secret: bytes
    clock: Clock
    trust: Callable[[], TrustList]
    entropy: Entropy = SYSTEM_ENTROPY
    encrypted_only: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.path or parts.query or not parts.netloc:
            raise ValueError("the public address is scheme and host without a path")
