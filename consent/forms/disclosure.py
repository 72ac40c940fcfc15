"""What was disclosed, as one commitment: recomputed with the presentation, found by no issuer."""

import hashlib
from collections.abc import Iterable
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import HASH_SIZE
from keys import base64url
from keys.errors import KeysError

_CONTEXT: Final = b"mydata-disclosure-v1"
_KEY_BINDING_CONTEXT: Final = b"mydata-key-binding-v1"
_TRANSACTION_CONTEXT: Final = b"mydata-transaction-v1"
_SALT_SIZE: Final = 32


def disclosure_commitment(salt: bytes, sd_hash: str, digests: Iterable[str]) -> bytes:
    """Return SHA-256("mydata-disclosure-v1" || salt || sd_hash || sorted digests), 32 octets.

    ``sd_hash`` (of the key binding) and ``digests`` (of the disclosures) come as they stand in the
    SD-JWT. Who has the presentation and the salt can recompute it; the issuer, who knows every
    digest but not the salt, cannot find its certificates' uses in the ledger.
    """
    if len(salt) != _SALT_SIZE:
        raise ValueError(f"{_SALT_SIZE} octets of salt are needed")
    head = _digest(sd_hash)
    parts = sorted(_digest(digest) for digest in digests)
    if any(len(part) != len(head) for part in parts):
        raise ConsentError(ConsentFailure.MALFORMED, "digests of one presentation have one length")
    return hashlib.sha256(_CONTEXT + salt + head + b"".join(parts)).digest()


def key_binding_commitment(salt: bytes, kb_sha256: bytes) -> bytes:
    """Return SHA-256("mydata-key-binding-v1" || salt || kb_sha256), 32 octets, for a record.

    ``kb_sha256`` is `shared_kb_sha256`, ``salt`` the disclosure salt. A key binding is short and
    most of it can be guessed: the plain hash in a record would let an issuer and a ledger's
    operator together try every certificate.
    """
    if len(salt) != _SALT_SIZE or len(kb_sha256) != HASH_SIZE:
        raise ValueError(f"{_SALT_SIZE} octets of salt and a hash are needed")
    return hashlib.sha256(_KEY_BINDING_CONTEXT + salt + kb_sha256).digest()


def transaction_commitment(salt: bytes, encoded: str) -> bytes:
    """Return SHA-256("mydata-transaction-v1" || salt || SHA-256(text)), 32 octets, for a record.

    ``encoded`` is an entry of ``transaction_data`` as it stood in the request, ``salt`` the
    disclosure salt: without it, a sum of money and its payee would soon be guessed.
    """
    if len(salt) != _SALT_SIZE:
        raise ValueError(f"{_SALT_SIZE} octets of salt are needed")
    digest = hashlib.sha256(encoded.encode()).digest()
    return hashlib.sha256(_TRANSACTION_CONTEXT + salt + digest).digest()


def shared_sd_hash(sd_hashes: Iterable[str]) -> str:
    """Return the one ``sd_hash`` of an answer: of several presentations, the hash over theirs."""
    hashes = tuple(sd_hashes)
    if len(hashes) == 1:
        return hashes[0]
    joined = b"".join(base64url.decode(text) for text in hashes)
    return base64url.encode(hashlib.sha256(joined).digest())


def shared_kb_sha256(kb_sha256s: Iterable[bytes]) -> bytes:
    """Return the one hash of all the holder signed in an answer, over ``header.payload``.

    One presentation stands for itself; of several, the hash over their hashes in order.
    """
    hashes = tuple(kb_sha256s)
    return hashes[0] if len(hashes) == 1 else hashlib.sha256(b"".join(hashes)).digest()


def _digest(text: str) -> bytes:
    try:
        digest = base64url.decode(text)
    except KeysError:
        raise ConsentError(ConsentFailure.MALFORMED, "a digest is base64url") from None
    if len(digest) < HASH_SIZE:
        raise ConsentError(ConsentFailure.MALFORMED, f"a digest has {HASH_SIZE} octets or more")
    return digest
