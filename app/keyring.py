"""Every signing key of this installation, with the certificate that says whose it is.

The rooms name a party (an authority, a relying party); here the name becomes a key in the key
store. A key is read from its file when the file changed, so that ``mydata keys rotate`` counts at
once on the running service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

from consent.opening.question import LedgerKey
from issuers.certificate.authority import Authority
from issuers.status.signing_keys import CertifiedSigner
from keys.authority import CertificateAuthority
from keys.certificate_reader import read_certificate
from keys.encryption_key import DecryptionKey
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.key_store import Certify, KeyStore, StoredKey
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.x5c import to_base64
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.party_keys import PartyKey
from verifiers.registered.registration import RelyingParty

DIRECTORY: Final = "keys"
# Whom a wallet sees when its holder opens receipts at the ledger itself.
LEDGER: Final = "consent-ledger"
LEDGER_NAME: Final = "동의 기록"
# Who vouches for our wallets, and the name of its key.
PROVIDER: Final = "wallet-provider"
PROVIDER_NAME: Final = "마이데이터 지갑"
# Who signs what relying parties registered, and the name of its key.
REGISTRAR: Final = "registrar"
REGISTRAR_NAME: Final = "이용기관 등록부"
# A certificate is renewed at a start this long before it ends: what it signs on its last day of
# use holds up to 90 days, and without a start for a month the doctor and the guard speak.
RENEWAL: Final = timedelta(days=120)

Clock = Callable[[], datetime]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Certified:
    """What the certificate of a key says: for which role, who, and at which addresses."""

    role: Role
    subject: str
    organization_id: str
    uris: tuple[str, ...] = ()


def certified_keys(
    base: str, authorities: Mapping[str, Authority], parties: tuple[RelyingParty, ...]
) -> Mapping[str, Certified]:
    """Return every certified key of an installation at ``base`` by its name in the key store."""
    known: dict[str, Certified] = {}
    for authority in authorities.values():
        name, uris = authority.label.ko, (authority.identifier(base),)
        known[_issuing(authority.name)] = Certified(Role.ISSUER, name, authority.name, uris)
        known[_status(authority.name)] = Certified(Role.STATUS, name, authority.name, uris)
    for party in parties:
        known[_party(party.id)] = _certified_party(party)
    known[_party(LEDGER)] = Certified(Role.VERIFIER, LEDGER_NAME, LEDGER)
    known[PROVIDER] = Certified(
        Role.WALLET_PROVIDER, PROVIDER_NAME, PROVIDER, (provider_id(base),)
    )
    known[REGISTRAR] = Certified(Role.REGISTRAR, REGISTRAR_NAME, REGISTRAR, (registrar_id(base),))
    return known


def registrar_id(base: str) -> str:
    """Return the name our registrar signs under (``iss`` of its certificates)."""
    return f"{base}/{REGISTRAR}"


def provider_id(base: str) -> str:
    """Return the name our wallet provider signs under (``iss`` of its attestations)."""
    return f"{base}/{PROVIDER}"


class Keyring:
    """The certified keys of one data directory; implements the rooms' ports for their keys."""

    def __init__(
        self,
        store: KeyStore,
        home: Path,
        known: Mapping[str, Certified],
        *,
        base: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._known = dict(known)
        self._hosts = _dns_names(base)
        self._clock = clock
        directory = home / DIRECTORY
        self._issuers = _ByFile(directory, self._certified_signer)
        self._parties = _ByFile(directory, self._party_keys)
        self._decrypting = _ByFile(directory, self._decryption_keys)

    def prepare(self, authorities: Mapping[Role, CertificateAuthority]) -> None:
        """Make the keys that are missing, and the certificates that are missing or end soon."""
        for name, wanted in self._known.items():
            self._prepare(name, wanted, authorities)
            if wanted.role is Role.ISSUER:
                self._prepare_encryption(_encryption(wanted.organization_id))

    def prepare_party(
        self, party: RelyingParty, authorities: Callable[[], Mapping[Role, CertificateAuthority]]
    ) -> None:
        """Make the key and certificate of a party registered later; one that is ready stays."""
        name, wanted = _party(party.id), _certified_party(party)
        before = self._known.get(name)
        if before == wanted:
            return
        self._known[name] = wanted
        if before is not None and name in self._store.names():
            # It calls itself otherwise now, and its certificate is what names it to people.
            certify = self.certify(name, authorities())
            self._store.set_chain(name, certify(self._store.all(name)[0].public))
        else:
            self._prepare(name, wanted, authorities())

    def _prepare(
        self, name: str, wanted: Certified, authorities: Mapping[Role, CertificateAuthority]
    ) -> None:
        certify = self.certify(name, authorities)
        if name not in self._store.names():
            self._store.create(name, certify=certify)
        elif not self._is_current(
            self._store.chain(name), wanted, authorities[wanted.role].country
        ):
            self._store.set_chain(name, certify(self._store.all(name)[0].public))

    def certify(self, name: str, authorities: Mapping[Role, CertificateAuthority]) -> Certify:
        """Return what makes the certificate for a key of this name; plain names get none."""

        def make(public: PublicJwk) -> tuple[bytes, ...]:
            wanted = self._known.get(name)
            if wanted is None:
                return ()
            return authorities[wanted.role].issue(
                public,
                wanted.subject,
                now=self._clock(),
                organization_id=wanted.organization_id,
                dns_names=self._hosts,
                uris=wanted.uris,
            )

        return make

    def issuing(self, authority: str) -> CertifiedSigner:
        """Return the key that signs the certificates of an authority."""
        return self._issuers.get(_issuing(authority))

    def status(self, authority: str) -> CertifiedSigner:
        """Return the key that signs the status lists of an authority."""
        return self._issuers.get(_status(authority))

    def encryption(self, authority: str) -> tuple[DecryptionKey, ...]:
        """Return the keys that requests to an authority are encrypted to, the newest first."""
        return self._decrypting.get(_encryption(authority))

    def current(self, party: str) -> PartyKey:
        """Return the key a relying party signs new requests with."""
        return self._keys_of(party)[0]

    def ledger(self) -> LedgerKey:
        """Return the key the ledger asks with."""
        key = self._keys_of(LEDGER)[0]
        return LedgerKey(key.signer, key.chain)

    def by_leaf(self, party: str, leaf_sha256: bytes) -> PartyKey:
        """Return the relying party's key with this certificate, retiring ones included."""
        for key in self._keys_of(party):
            if key.leaf_sha256 == leaf_sha256:
                return key
        raise VerifierError(Failure.KEY_NOT_READY)

    def wallet_provider(self) -> CertifiedSigner:
        """Return the key that vouches for our wallets."""
        return self._issuers.get(PROVIDER)

    def registrar(self) -> CertifiedSigner:
        """Return the key that signs what relying parties registered."""
        return self._issuers.get(REGISTRAR)

    def _keys_of(self, party: str) -> tuple[PartyKey, ...]:
        try:
            return self._parties.get(_party(party))
        except KeysError:
            raise VerifierError(Failure.KEY_NOT_READY) from None

    def _certified_signer(self, name: str) -> CertifiedSigner:
        return CertifiedSigner(
            self._store.signer(name), tuple(map(to_base64, self._store.chain(name)))
        )

    def _party_keys(self, name: str) -> tuple[PartyKey, ...]:
        return tuple(_party_key(key) for key in self._store.all(name) if key.private is not None)

    def _decryption_keys(self, name: str) -> tuple[DecryptionKey, ...]:
        return tuple(
            DecryptionKey.from_der(key.private, kid=key.kid)
            for key in self._store.all(name)
            if key.private is not None
        )

    def _prepare_encryption(self, name: str) -> None:
        """Make the key; a wallet finds it in the metadata, so nobody certifies it."""
        if name not in self._store.names():
            self._store.create(name)

    def _is_current(
        self, chain: tuple[bytes, ...], wanted: Certified, country: str | None
    ) -> bool:
        if not chain:
            return False
        leaf = read_certificate(chain[0])
        if leaf.country != country:
            return False
        names = {getattr(name, "value", None) for name in leaf.names}
        return leaf.not_after - self._clock() > RENEWAL and {*wanted.uris, *self._hosts} <= names


class _ByFile(Generic[_Value]):
    """Values made from the key store's files, made again when a file changes."""

    def __init__(self, directory: Path, make: Callable[[str], _Value]) -> None:
        self._directory = directory
        self._make = make
        self._made: dict[str, tuple[tuple[int, int], _Value]] = {}

    def get(self, name: str) -> _Value:
        try:
            found = (self._directory / f"{name}.ring").stat()
        except FileNotFoundError:
            return self._make(name)
        stamp = (found.st_ino, found.st_mtime_ns)
        kept = self._made.get(name)
        if kept is None or kept[0] != stamp:
            kept = (stamp, self._make(name))
            self._made[name] = kept
        return kept[1]


def _party_key(key: StoredKey) -> PartyKey:
    return PartyKey(SoftwareSigner.from_der(key.private or b""), key.chain)


def _issuing(authority: str) -> str:
    return f"issuer-{authority}"


def _status(authority: str) -> str:
    return f"status-{authority}"


def _encryption(authority: str) -> str:
    return f"encryption-{authority}"


def _certified_party(party: RelyingParty) -> Certified:
    return Certified(Role.VERIFIER, party.names.ko, party.id)


def originals_of(party: str) -> str:
    """Return the name of the key an institution's kept originals are sealed with."""
    return f"original-{party}"


def _party(party: str) -> str:
    return f"verifier-{party}"


def _dns_names(base: str) -> tuple[str, ...]:
    host = urlsplit(base).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return (host,)
    return ()
