"""Logs and witnesses with keys of their own, for the tests of this folder."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.cosignature import Cosigner
from consent.tlog.signed_note import NoteSigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner

ORIGIN = "example.com/log"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PUBLISHED = Path(__file__).parent / "published"


def log(origin: str = ORIGIN) -> NoteSigner:
    """Return the signer of a log."""
    return NoteSigner(origin, SoftwareSigner.generate(Algorithm.ED25519))


def cosigner(name: str, algorithm: Algorithm = Algorithm.ED25519) -> Cosigner:
    """Return a witness."""
    return Cosigner(name, SoftwareSigner.generate(algorithm))


@dataclass(frozen=True)
class Seen:
    """A checkpoint and who signed it."""

    checkpoint: Checkpoint
    log: NoteSigner

    def note(self, *witnesses: Cosigner, at: datetime = NOW) -> str:
        """Return its note with the lines of these witnesses."""
        lines = [witness.line(self.checkpoint.text(), at) for witness in witnesses]
        return sign_checkpoint(self.checkpoint, self.log) + "".join(lines)


def seen(size: int = 5, origin: str = ORIGIN) -> Seen:
    """Return a checkpoint of a new log."""
    return Seen(Checkpoint(origin, size, bytes(range(32))), log(origin))
