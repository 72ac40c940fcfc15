"""A log to be witnessed, as its operator could make it: honest, or another under the same key."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.merkle import consistency_proof, leaf_hash, root_of
from consent.tlog.signed_note import NoteSigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner

ORIGIN = "log.example/2026"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def ed25519() -> SoftwareSigner:
    return SoftwareSigner.generate(Algorithm.ED25519)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Tree:
    """A log with its key, and its leaf hashes; ``history`` makes other entries of it."""

    signer: NoteSigner = field(default_factory=lambda: NoteSigner(ORIGIN, ed25519()))
    history: bytes = b""

    def leaves(self, size: int) -> list[bytes]:
        return [leaf_hash(self.history + bytes([index])) for index in range(size)]

    def node(self, level: int, index: int) -> bytes:
        return root_of(self.leaves(256)[index << level : (index + 1) << level])

    def note(self, size: int, root: bytes | None = None) -> str:
        checkpoint = Checkpoint(
            self.signer.verifier_key.name, size, root or root_of(self.leaves(size))
        )
        return sign_checkpoint(checkpoint, self.signer)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return consistency_proof(old, new, self.node) if old else ()

    def request(self, old: int, new: int) -> bytes:
        """The request by which a log goes from one size to the next."""
        return request(old, self.proof(old, new), self.note(new))


def request(old: int | str, proof: Sequence[bytes], note: str) -> bytes:
    lines = [f"old {old}", *(base64.b64encode(octets).decode() for octets in proof), "", note]
    return "\n".join(lines).encode()
