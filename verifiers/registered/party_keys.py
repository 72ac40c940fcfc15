"""The signing keys of the relying parties, with the certificates that name them."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keys.errors import KeysError
from keys.signer import Signer
from keys.trust_list import TrustList
from keys.x509 import Role, ValidatedChain, validate_chain
from verifiers.errors import VerifierError
from verifiers.failure import Failure


@dataclass(frozen=True, slots=True)
class PartyKey:
    """One key of one relying party; ``chain`` is DER, leaf first, without the anchor."""

    signer: Signer
    chain: tuple[bytes, ...]

    @property
    def leaf_sha256(self) -> bytes:
        """SHA-256 of the leaf certificate: the name behind ``x509_hash:`` (OpenID4VP 5.9.3)."""
        return hashlib.sha256(self.chain[0]).digest()

    @property
    def x5c(self) -> list[str]:
        """The chain as a header carries it."""
        return [base64.b64encode(certificate).decode("ascii") for certificate in self.chain]

    def certified(self, trust: TrustList, *, now: datetime) -> ValidatedChain:
        """Hold the certificate against the trust list before a wallet does, or KEY_NOT_READY."""
        anchors = trust.anchors(Role.VERIFIER, now)
        try:
            return validate_chain(self.chain, anchors=anchors, role=Role.VERIFIER, now=now)
        except KeysError as error:
            raise VerifierError(Failure.KEY_NOT_READY, error.failure.value) from error


class PartyKeys(Protocol):
    """Where the keys are. Keys being rotated out stay usable for transactions they began."""

    def current(self, party: str) -> PartyKey:
        """Return the key new requests are signed with, or raise KEY_NOT_READY."""
        ...

    def by_leaf(self, party: str, leaf_sha256: bytes) -> PartyKey:
        """Return the key whose certificate has this hash, or raise KEY_NOT_READY."""
        ...
