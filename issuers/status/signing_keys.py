"""The keys of an authority: for certificates, for status lists, and for what is sent to it."""

from dataclasses import dataclass
from typing import Protocol

from keys.encryption_key import DecryptionKey
from keys.signer import Signer


@dataclass(frozen=True, slots=True)
class CertifiedSigner:
    """A signer with its certificate chain as ``x5c`` values, leaf first, without the anchor."""

    signer: Signer
    x5c: tuple[str, ...]


class AuthorityKeys(Protocol):
    """Where an authority's keys in use are found; asked at every signature, as keys rotate."""

    def issuing(self, authority: str) -> CertifiedSigner:
        """Return the key that signs the certificates of an authority (role issuer)."""
        ...

    def status(self, authority: str) -> CertifiedSigner:
        """Return the key that signs the status lists of an authority (role status)."""
        ...

    def encryption(self, authority: str) -> tuple[DecryptionKey, ...]:
        """Return the keys requests are encrypted to: the one published, then retiring ones."""
        ...
