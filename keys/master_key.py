"""The key over the key store: from a passphrase, or from a file of its own.

The passphrase is for installations whose disks are copied for backup; the file is for machines
that must start alone. A check value tells a wrong key before anything is written under it.
"""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys import private_files
from keys.entropy import Entropy
from keys.errors import KeysError, KeysFailure
from keys.sealing import KEY_OCTETS, DataKey

# RFC 7914, at the size OWASP recommends for one guess: 128 MiB and about a third of a second.
_SCRYPT_N: Final = 2**17
_SCRYPT_R: Final = 8
_SCRYPT_P: Final = 1
_SALT_OCTETS: Final = 16

_KEY_FILE: Final = "master.key"
_SALT_FILE: Final = "master.salt"
_CHECK_FILE: Final = "master.check"
_CHECK_CONTEXT: Final = b"mydata-master-check-1"


def master_key(directory: Path, passphrase: str | None, entropy: Entropy) -> DataKey:
    """Return the master key of a private directory, made at the first use.

    Raises store_locked when it is not the key this store was made with.
    """
    with private_files.locked(directory):
        check = private_files.read(directory / _CHECK_FILE)
        name, size = (_KEY_FILE, KEY_OCTETS) if passphrase is None else (_SALT_FILE, _SALT_OCTETS)
        octets = private_files.read(directory / name)
        if octets is None:
            if check is not None:
                raise KeysError(KeysFailure.STORE_LOCKED, f"{name} of this key store is missing")
            octets = entropy(size)
            private_files.replace(directory / name, octets)
        if len(octets) != size:
            raise KeysError(KeysFailure.STORE_CORRUPT, f"{name} has {size} octets")
        key = DataKey(octets if passphrase is None else _derived(passphrase, octets))
        _check(key, check, directory, entropy)
        return key


def _derived(passphrase: str, salt: bytes) -> bytes:
    kdf = Scrypt(salt=salt, length=KEY_OCTETS, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return kdf.derive(passphrase.encode())


def _check(key: DataKey, check: bytes | None, directory: Path, entropy: Entropy) -> None:
    if check is None:
        sealed = key.seal(b"", context=_CHECK_CONTEXT, entropy=entropy)
        private_files.replace(directory / _CHECK_FILE, sealed)
        return
    try:
        key.open(check, context=_CHECK_CONTEXT)
    except KeysError:
        raise KeysError(KeysFailure.STORE_LOCKED, "another passphrase or master key") from None
