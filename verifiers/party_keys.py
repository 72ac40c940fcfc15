"""The signing keys of the relying parties, with the certificates that name them."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Protocol

from keys.errors import KeysError
from keys.key_store import KeyStore
from keys.signer import Signer, SoftwareSigner
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


class PartyKeys(Protocol):
    """Where the keys are. Keys being rotated out stay usable for transactions they began."""

    def current(self, party: str) -> PartyKey:
        """Return the key new requests are signed with, or raise KEY_NOT_READY."""
        ...

    def by_leaf(self, party: str, leaf_sha256: bytes) -> PartyKey:
        """Return the key whose certificate has this hash, or raise KEY_NOT_READY."""
        ...


class StoredPartyKeys:
    """`PartyKeys` from the key store: one name per relying party, chains kept with the keys."""

    def __init__(self, key_store: KeyStore) -> None:
        self._store = key_store
        # A certificate names one key for ever; opening the store's files for each answer is slow.
        self._by_leaf: dict[tuple[str, bytes], PartyKey] = {}

    def current(self, party: str) -> PartyKey:
        """Return the active key, or raise KEY_NOT_READY when it is missing or not certified."""
        return self._certified(party)[0]

    def by_leaf(self, party: str, leaf_sha256: bytes) -> PartyKey:
        """Return the key with this certificate, or raise KEY_NOT_READY when it is retired."""
        known = self._by_leaf.get((party, leaf_sha256))
        if known is not None:
            return known
        for key in self._certified(party):
            self._by_leaf[party, key.leaf_sha256] = key
        if (party, leaf_sha256) not in self._by_leaf:
            raise VerifierError(Failure.KEY_NOT_READY, "its key is retired")
        return self._by_leaf[party, leaf_sha256]

    def _certified(self, party: str) -> list[PartyKey]:
        """Return the keys that can sign and are named by a certificate, the active one first."""
        try:
            stored = self._store.all(key_name(party))
        except KeysError as error:
            raise VerifierError(Failure.KEY_NOT_READY, error.failure.value) from error
        if not stored[0].chain:
            raise VerifierError(Failure.KEY_NOT_READY, "it has no certificate")
        return [
            PartyKey(SoftwareSigner.from_der(key.private), key.chain)
            for key in stored
            if key.private is not None and key.chain
        ]


def key_name(party: str) -> str:
    """Return the name in the key store of a relying party's signing key."""
    return f"verifier-{party}"
