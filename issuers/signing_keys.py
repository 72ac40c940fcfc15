"""The keys an authority signs with: one for certificates, one for status lists."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from issuers.authority import Authority
from keys.authority import CertificateAuthority
from keys.jwk import PublicJwk
from keys.key_store import Certify, KeyStore
from keys.role import Role
from keys.signer import Signer
from keys.x5c import to_base64

# How long a key that was read is used before the key store is asked again.
READ_AGAIN = timedelta(seconds=10)


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


class StoredAuthorityKeys:
    """`AuthorityKeys` in a key store; what was read is used for some seconds.

    So a rotation, by whatever process, takes effect soon, and not every signature opens a file.
    """

    def __init__(self, store: KeyStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._read: dict[str, tuple[datetime, CertifiedSigner]] = {}

    def issuing(self, authority: str) -> CertifiedSigner:
        """Return the active key of role issuer, or raise `KeysError` (key_unknown)."""
        return self._certified(key_name(Role.ISSUER, authority))

    def status(self, authority: str) -> CertifiedSigner:
        """Return the active key of role status, or raise `KeysError` (key_unknown)."""
        return self._certified(key_name(Role.STATUS, authority))

    def _certified(self, name: str) -> CertifiedSigner:
        now = self._clock()
        read = self._read.get(name)
        if read is None or abs(now - read[0]) >= READ_AGAIN:
            read = self._read[name] = (now, self._from_store(name))
        return read[1]

    def _from_store(self, name: str) -> CertifiedSigner:
        signer = self._store.signer(name)
        # Found by its key: between the two looks another one may have become active.
        stored = next(key for key in self._store.all(name) if key.kid == signer.public.kid)
        return CertifiedSigner(signer, tuple(map(to_base64, stored.chain)))


def key_name(role: Role, authority: str) -> str:
    """Return the name an authority's key has in the key store."""
    return f"{role.value}-{authority}"


def create_missing_keys(
    store: KeyStore,
    authorities: Iterable[Authority],
    roots: Mapping[Role, CertificateAuthority],
    *,
    base: str,
    now: datetime,
) -> None:
    """Make the keys an authority does not have yet, certified by the root of their role.

    The certificate names the authority and, as a URI, its Credential Issuer identifier.
    """
    for authority in authorities:
        for role in (Role.ISSUER, Role.STATUS):
            name = key_name(role, authority.name)
            if name not in store.names():
                certify = _certifier(authority, roots[role], base=base, now=now)
                store.create(name, certify=certify)


def _certifier(
    authority: Authority, root: CertificateAuthority, *, base: str, now: datetime
) -> Certify:
    def certify(public: PublicJwk) -> tuple[bytes, ...]:
        uris = (authority.identifier(base),)
        return root.issue(public, authority.label.en, now=now, uris=uris)

    return certify
