"""The keys an authority signs with: one for certificates, one for status lists."""

from dataclasses import dataclass
from typing import Protocol

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
