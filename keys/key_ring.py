"""The keys of one name through their lives: active, retiring, retired; pure, and as JSON.

One key signs. The one before it stays while what it signed is still in use, then its private half
is destroyed and only the fact that it was is kept.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from keys import base64url, strict_json
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject, JsonValue
from keys.jwk import PublicJwk
from keys.jwt_time import numeric_date, seconds
from keys.signer import SoftwareSigner
from keys.x5c import certificate_of, to_base64


class KeyState(StrEnum):
    """Where a key is in its life; it only moves forward."""

    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as an operator sees it: never its private half.

    ``chain`` is leaf first without the anchor, empty when there is none; ``retiring_since`` is
    when another key took over.
    """

    public: PublicJwk
    state: KeyState
    chain: tuple[bytes, ...] = ()
    retiring_since: datetime | None = None
    private: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def kid(self) -> str:
        """The key's identifier: its RFC 7638 thumbprint."""
        return self.public.thumbprint()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys that ever had one name, the active one first."""

    keys: tuple[StoredKey, ...]

    @classmethod
    def new(cls, signer: SoftwareSigner, chain: tuple[bytes, ...]) -> Self:
        """Return a ring with its first key."""
        return cls((_active(signer, chain),))

    @property
    def active(self) -> StoredKey:
        """The key that signs."""
        return self.keys[0]

    def signer(self) -> SoftwareSigner:
        """Return the signer of the active key."""
        return SoftwareSigner.from_der(self.active.private or b"")

    def rotated(self, signer: SoftwareSigner, chain: tuple[bytes, ...], now: datetime) -> Self:
        """Return the ring with a new active key; the former one is retiring from ``now``."""
        former = replace(self.active, state=KeyState.RETIRING, retiring_since=now)
        return type(self)((_active(signer, chain), former, *self.keys[1:]))

    def retired(self, kid: str) -> Self:
        """Return the ring with one retiring key retired, its private half gone.

        Raises key_unknown, and key_refused for the active key: rotate first.
        """
        if kid == self.active.kid:
            raise KeysError(KeysFailure.KEY_REFUSED, "the active key is rotated, not retired")
        if all(key.kid != kid for key in self.keys):
            raise KeysError(KeysFailure.KEY_UNKNOWN, "no key of this name has that kid")
        return type(self)(tuple(_retired(k) if k.kid == kid else k for k in self.keys))

    def with_chain(self, chain: tuple[bytes, ...]) -> Self:
        """Return the ring with the active key's certificate chain."""
        return type(self)((replace(self.active, chain=chain), *self.keys[1:]))

    def to_json(self) -> bytes:
        """Return the ring with its private halves: only to be sealed at once."""
        return strict_json.dumps([_written(key) for key in self.keys])

    @classmethod
    def from_json(cls, octets: bytes) -> Self:
        """Return the ring that `to_json` wrote, or raise store_corrupt.

        algorithm_refused: it is whole, and of an algorithm this installation's library has not.
        """
        try:
            value = strict_json.loads(octets)
            keys = tuple(map(_read, value)) if isinstance(value, list) else ()
        except (KeysError, ValueError) as error:
            if isinstance(error, KeysError) and error.failure is KeysFailure.ALGORITHM_REFUSED:
                raise
            raise _corrupt() from None
        if not keys or keys[0].private is None:
            raise _corrupt()
        return cls(keys)


def _active(signer: SoftwareSigner, chain: tuple[bytes, ...]) -> StoredKey:
    return StoredKey(signer.public, KeyState.ACTIVE, chain, None, signer.private_octets())


def _retired(key: StoredKey) -> StoredKey:
    return replace(key, state=KeyState.RETIRED, private=None)


def _written(key: StoredKey) -> JsonObject:
    since = key.retiring_since
    return {
        "public": key.public.as_dict(),
        "state": key.state.value,
        "chain": list(map(to_base64, key.chain)),
        "retiring_since": None if since is None else seconds(since),
        "private": None if key.private is None else base64url.encode(key.private),
    }


def _read(value: JsonValue) -> StoredKey:
    match value:
        case {
            "public": public,
            "state": str(state),
            "chain": list(chain),
            "retiring_since": since,
            "private": str() | None as private,
        }:
            return StoredKey(
                public=PublicJwk.parse(public),
                state=KeyState(state),
                chain=tuple(map(certificate_of, chain)),
                retiring_since=None if since is None else numeric_date(since),
                private=None if private is None else base64url.decode(private),
            )
        case _:
            raise _corrupt()


def _corrupt() -> KeysError:
    return KeysError(KeysFailure.STORE_CORRUPT, "not a ring of keys")
