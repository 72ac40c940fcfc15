"""A code the holder shows and anybody may read: one credential, chosen claims, 30 seconds."""

from dataclasses import dataclass, field
from datetime import datetime

from standards.dcql.paths import ClaimsPathPointer
from wallet.holdings import HeldCredential
from wallet.labels import Language
from wallet.ports import Ports
from wallet.vault import Vault


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What to draw as a QR code; after ``expires_at`` no desk takes it."""

    text: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Showing:
    """A holder about to show something; ``language`` is that of the holder's screen."""

    ports: Ports
    vault: Vault
    now: datetime
    language: Language


async def show_code(
    credential: HeldCredential, paths: tuple[ClaimsPathPointer, ...], showing: Showing
) -> ShownCode:
    """Return the code for these claims, after recording the consent to show them."""
    raise NotImplementedError
