"""What all rooms of one process share: where it stands, its keys, whom it trusts, the time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.authorisation import Gate
from app.authorities import role_authorities, roots_to_make, tls_authority_file
from app.clock import utc_now
from app.errors import CommandError, StartError
from app.keyring import DIRECTORY, Keyring, certified_keys
from app.log_key import LogKey
from app.metrics import Metrics
from app.settings import Role as Served
from app.settings import Settings
from app.trust import KEY as TRUST_KEY
from app.trust import TTL, TrustFile
from consent.errors import ConsentError
from consent.transactions.types import TransactionTypes, load_types
from issuers.catalogue import Catalogue as Kinds
from issuers.catalogue import every_kind
from issuers.declared.problem import CatalogueError
from keys import private_files
from keys.authority import CertificateAuthority
from keys.entropy import SYSTEM_ENTROPY, Entropy
from keys.key_store import KeyStore
from keys.role import Role
from keys.trust_list import TrustList
from verifiers.services.catalogue import Catalogue as Services
from web.outbound import Outbound

DEMO_NAME: Final = "MyData demo"
NAME: Final = "MyData"
_SECRET_OCTETS: Final = 32
# An operator's own types of transaction, one file each, beside those we ship.
TRANSACTION_TYPES: Final = "transaction-types"


@dataclass(frozen=True)
class Installation:
    """One process of one data directory."""

    settings: Settings
    store: KeyStore
    trust: TrustFile
    gate: Gate
    keyring: Keyring
    kinds: Kinds
    services: Services
    transaction_types: TransactionTypes
    log_key: LogKey
    metrics: Metrics
    entropy: Entropy = SYSTEM_ENTROPY

    @staticmethod
    def clock() -> datetime:
        """Return the present moment in UTC."""
        return utc_now()

    @property
    def host(self) -> str:
        """Host and port of the public address, as it stands there."""
        return urlsplit(self.settings.base).netloc

    def trust_or_none(self) -> TrustList:
        """Return the trust list as it is now; one that cannot be used trusts nobody."""
        try:
            return self.trust.current()
        except CommandError:
            now = self.clock()
            return TrustList((), now, now, TTL)

    def room_secret(self, room: str) -> bytes:
        """Return 32 octets that only the processes of one room share."""
        path = self.settings.home / DIRECTORY / f"{room}.secret"
        with private_files.locked(path.parent):
            secret = private_files.read(path)
            if secret is None:
                secret = self.entropy(_SECRET_OCTETS)
                private_files.replace(path, secret)
        return secret

    def outbound(self, *, also: frozenset[str] = frozenset()) -> Outbound:
        """Return a client of its own for one room: connections are not shared between parties.

        ``also`` are further origins (``host:port``) that the operator has named.
        """
        local = tls_authority_file(self.settings.home)
        given = self.settings.authority_file
        return Outbound(
            allow_origins=self.settings.contactable | also,
            authority_files=[file for file in (local, given) if file and file.exists()],
        )


def open_installation(settings: Settings) -> Installation:
    """Return the installation of a data directory that `prepare_keys` has made ready."""
    home = settings.home
    store = KeyStore(home / DIRECTORY)
    kinds = _kinds()
    services = Services(settings.base)
    known = certified_keys(settings.base, kinds.authorities, services.registrations.parties)
    return Installation(
        settings=settings,
        store=store,
        trust=TrustFile(home, store, utc_now),
        gate=Gate(home, clock=utc_now, entropy=SYSTEM_ENTROPY),
        keyring=Keyring(store, home, known, base=settings.base, clock=utc_now),
        kinds=kinds,
        services=services,
        transaction_types=_transaction_types(home),
        log_key=LogKey(
            home,
            settings.ledger_base,
            is_own=Served.CONSENT.value in settings.role.rooms,
        ),
        metrics=Metrics(),
    )


def _kinds() -> Kinds:
    """Return the kinds of certificate, or raise ``StartError`` naming the file that is wrong."""
    try:
        return every_kind()
    except CatalogueError as error:
        raise StartError("catalogue_wrong", str(error)) from None


def _transaction_types(home: Path) -> TransactionTypes:
    """Return what can be confirmed here, or raise ``StartError`` naming the file that is wrong."""
    try:
        return load_types(home / TRANSACTION_TYPES)
    except ConsentError as error:
        raise StartError("transaction_type_wrong", error.detail) from None


def prepare_keys(installation: Installation) -> None:
    """Make what is missing: roots, keys, certificates, the trust list, the operator's token."""
    settings = installation.settings
    if TRUST_KEY not in installation.store.names():
        installation.store.create(TRUST_KEY)
    new_roots = roots_to_make(settings.home)
    authorities = local_authorities(settings)
    installation.keyring.prepare(authorities)
    first_start = not (settings.home / "trust-list.jwt").exists()
    installation.trust.renew()
    for role in authorities if first_start else new_roots:
        installation.trust.add(role, [authorities[role].anchor.certificate])
    installation.gate.write_operator_token()


def local_authorities(settings: Settings) -> Mapping[Role, CertificateAuthority]:
    """Return this installation's own roots."""
    name = DEMO_NAME if settings.demo else NAME
    return role_authorities(settings.home, name=name, now=utc_now())
