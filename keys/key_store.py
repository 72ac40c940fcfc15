"""Keys at rest: encrypted files in one private directory, and their rotation.

Each name has a ring (`keys.key_ring`) or a data key, sealed under the master key and bound to its
name, so that one file put in another's place does not open. A change is on the disk when the
method returns; another process sees it at its next call.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from keys import private_files
from keys.certificate_reader import read_certificate
from keys.entropy import SYSTEM_ENTROPY, Entropy
from keys.errors import KeysError, KeysFailure
from keys.jwk import Algorithm, PublicJwk
from keys.key_ring import KeyRing, KeyState, StoredKey
from keys.master_key import master_key
from keys.sealing import KEY_OCTETS, DataKey
from keys.signer import Signer, SoftwareSigner

__all__ = ["Certify", "KeyState", "KeyStore", "StoredKey"]

# Returns the chain for a key that is about to become active, leaf first.
Certify = Callable[[PublicJwk], tuple[bytes, ...]]

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_RING: Final = "ring"
_DATA_KEY: Final = "data-key"


def no_certificate(_public: PublicJwk) -> tuple[bytes, ...]:
    """Certify nothing: for keys that are known by themselves."""
    return ()


class KeyStore:
    """A directory of sealed keys; names are lower-case words with hyphens."""

    def __init__(
        self,
        directory: Path,
        *,
        passphrase: str | None = None,
        entropy: Entropy = SYSTEM_ENTROPY,
    ) -> None:
        """Open the store, making it at the first use; without a passphrase with a key file.

        Raises store_file_mode when others may read it, store_locked for a wrong master key.
        """
        private_files.open_directory(directory)
        self._directory = directory
        self._entropy = entropy
        self._master = master_key(directory, passphrase, entropy)

    def names(self) -> tuple[str, ...]:
        """Return the names that have signing keys, sorted."""
        return tuple(sorted(path.stem for path in self._directory.glob(f"*.{_RING}")))

    def create(
        self,
        name: str,
        algorithm: Algorithm = Algorithm.ES256,
        *,
        certify: Certify = no_certificate,
    ) -> StoredKey:
        """Return a new active key for a name that has none, or raise key_refused."""
        with private_files.locked(self._directory):
            if self._open(name, _RING) is not None:
                raise KeysError(KeysFailure.KEY_REFUSED, f"{name} has keys: rotate them")
            signer = SoftwareSigner.generate(algorithm)
            chain = _checked(certify(signer.public), signer.public)
            return self._keep(name, KeyRing.new(signer, chain))

    def signer(self, name: str) -> Signer:
        """Return the signer of the active key, or raise key_unknown."""
        return self._ring(name).signer()

    def chain(self, name: str) -> tuple[bytes, ...]:
        """Return the certificate chain of the active key; empty when it has none."""
        return self._ring(name).active.chain

    def all(self, name: str) -> tuple[StoredKey, ...]:
        """Return every key that ever had the name, newest first."""
        return self._ring(name).keys

    def rotate(self, name: str, now: datetime, *, certify: Certify = no_certificate) -> StoredKey:
        """Return a new active key of the same algorithm; the former one is retiring.

        The new key is certified before it becomes active: there is no moment without a chain.
        """
        with private_files.locked(self._directory):
            ring = self._ring(name)
            signer = SoftwareSigner.generate(ring.active.public.algorithm)
            chain = _checked(certify(signer.public), signer.public)
            return self._keep(name, ring.rotated(signer, chain, now))

    def retire(self, name: str, kid: str) -> None:
        """Destroy the private half of a retiring key; retiring twice changes nothing."""
        with private_files.locked(self._directory):
            self._keep(name, self._ring(name).retired(kid))

    def set_chain(self, name: str, chain: tuple[bytes, ...]) -> None:
        """Keep a certificate chain for the active key, or raise key_mismatch."""
        with private_files.locked(self._directory):
            ring = self._ring(name)
            self._keep(name, ring.with_chain(_checked(chain, ring.active.public)))

    def data_key(self, name: str) -> DataKey:
        """Return the data key of a name, made at the first use."""
        with private_files.locked(self._directory):
            octets = self._open(name, _DATA_KEY)
            if octets is not None:
                return DataKey(octets)
            octets = self._entropy(KEY_OCTETS)
            self._seal(name, _DATA_KEY, octets)
            return DataKey(octets)

    def _ring(self, name: str) -> KeyRing:
        octets = self._open(name, _RING)
        if octets is None:
            raise KeysError(KeysFailure.KEY_UNKNOWN, f"no key is named {name}")
        return KeyRing.from_json(octets)

    def _keep(self, name: str, ring: KeyRing) -> StoredKey:
        self._seal(name, _RING, ring.to_json())
        return ring.active

    def _open(self, name: str, kind: str) -> bytes | None:
        sealed = private_files.read(self._path(name, kind))
        if sealed is None:
            return None
        try:
            return self._master.open(sealed, context=_context(name, kind))
        except KeysError:
            raise KeysError(KeysFailure.STORE_CORRUPT, f"{name}.{kind} was changed") from None

    def _seal(self, name: str, kind: str, octets: bytes) -> None:
        sealed = self._master.seal(octets, context=_context(name, kind), entropy=self._entropy)
        private_files.replace(self._path(name, kind), sealed)

    def _path(self, name: str, kind: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError("a key's name is a lower-case word with hyphens")
        return self._directory / f"{name}.{kind}"


def _context(name: str, kind: str) -> bytes:
    # Names hold no slash: every pair has its own text.
    return f"mydata-key-store-1/{kind}/{name}".encode()


def _checked(chain: tuple[bytes, ...], public: PublicJwk) -> tuple[bytes, ...]:
    """Return a chain that is empty or begins with the certificate of ``public``."""
    if chain:
        certified = PublicJwk.of(read_certificate(chain[0]).verification_key())
        if certified.thumbprint() != public.thumbprint():
            raise KeysError(KeysFailure.KEY_MISMATCH, "the chain is of another key")
    return chain
