"""Whose certificates count: a signed list in the data directory, read again when it changes.

``mydata trust add`` writes the file; a running service looks at it before every use and so takes
the change at once.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.errors import CommandError
from keys import jws, private_files
from keys.certificate_reader import pem_certificates, read_certificate, to_pem
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.jwt_time import numeric_date
from keys.key_store import KeyStore, StoredKey
from keys.role import Role
from keys.strict_json import loads_object
from keys.trust_list import TrustEntry, TrustList, sign_trust_list, verify_trust_list
from web.errors import Party

FILE: Final = "trust-list.jwt"
KEY: Final = "trust-list"
# The service signs the list again every day it runs; one that stands still for a month expires.
LIFETIME: Final = timedelta(days=30)
RENEWAL: Final = timedelta(days=1)
TTL: Final = timedelta(hours=1)
# A prefix of a SHA-256 that a person copies from the list; shorter could mean two.
FINGERPRINT_DIGITS: Final = 8

Clock = Callable[[], datetime]
_Stamp = tuple[int, int, int]


class TrustFile:
    """The trust list of one data directory."""

    def __init__(self, home: Path, store: KeyStore, clock: Clock) -> None:
        self._path = home / FILE
        self._home = home
        self._store = store
        self._clock = clock
        self._read: tuple[_Stamp, TrustList] | None = None

    def current(self) -> TrustList:
        """Return the list as it is now on the disk; unchanged files are not read again.

        Raises ``CommandError`` when the file is missing, changed by another hand, or expired.
        """
        stamp = self._stamp()
        if self._read is not None and self._read[0] == stamp:
            return self._read[1]
        trusted = self._verified(self._clock())
        self._read = (stamp, trusted)
        return trusted

    def add(
        self, role: Role, certificates: Iterable[bytes], *, lists: tuple[str, ...] = ()
    ) -> tuple[TrustEntry, ...]:
        """Trust these roots (DER) for a role from now on; those already there stay once.

        ``lists`` are the addresses of the public trust lists they were taken from.
        """
        now = self._clock()
        added = tuple(TrustEntry.of(role, der, now=now, lists=lists) for der in certificates)
        keys = {(entry.role, entry.certificate) for entry in added}
        self._change(
            lambda entries: (
                *(entry for entry in entries if (entry.role, entry.certificate) not in keys),
                *added,
            )
        )
        return added

    def remove(self, prefix: str) -> tuple[TrustEntry, ...]:
        """Stop trusting the root whose SHA-256 begins with ``prefix``, or raise when none does."""
        if len(prefix) < FINGERPRINT_DIGITS:
            detail = f"give at least {FINGERPRINT_DIGITS} digits of the fingerprint"
            raise CommandError("fingerprint_short", Party.CALLER, detail)
        gone = tuple(
            entry
            for entry in self.current().entries
            if fingerprint(entry).startswith(prefix.lower())
        )
        if not gone:
            detail = "no root in the list has this fingerprint: mydata trust list"
            raise CommandError("fingerprint_unknown", Party.TRUST_LIST, detail)
        self._change(lambda entries: tuple(entry for entry in entries if entry not in gone))
        return gone

    def renew(self) -> None:
        """Sign the list again when it is a day old, expired, or was never written."""
        if self._path.exists() and self._clock() - self._kept().issued_at < RENEWAL:
            return
        self._change(lambda entries: entries)

    def token(self) -> str:
        """Return the list as a token anyone may keep: what was trusted today, signed."""
        return (private_files.read(self._path) or b"").decode("ascii", "replace")

    def keeper(self) -> PublicJwk:
        """Return the key the list is signed with, for whoever keeps a copy of it."""
        return self._store.signer(KEY).public

    def rotate(self) -> StoredKey:
        """Give the list a new key and sign it again; readers between the two try once more."""
        kept = self._kept()
        key = self._store.rotate(KEY, self._clock())
        with private_files.locked(self._home):
            self._sign(kept)
        return key

    def export(self, directory: Path) -> tuple[Path, ...]:
        """Write the roots of each role into a file (``issuer.pem``), for others to trust us."""
        directory.mkdir(parents=True, exist_ok=True)
        trusted, now = self.current(), self._clock()
        return tuple(
            _export(directory, role, [anchor.certificate for anchor in trusted.anchors(role, now)])
            for role in Role
        )

    def _change(self, change: Callable[[tuple[TrustEntry, ...]], tuple[TrustEntry, ...]]) -> None:
        # Two commands at once change one after the other.
        with private_files.locked(self._home):
            now = self._clock()
            known = self._kept() if self._path.exists() else TrustList((), now, now, TTL)
            self._sign(replace(known, entries=change(known.entries)))

    def _sign(self, trusted: TrustList) -> None:
        now = self._clock()
        renewed = replace(trusted, issued_at=now, expires_at=now + LIFETIME)
        token = sign_trust_list(renewed, self._store.signer(KEY))
        private_files.replace(self._path, token.encode())

    def _stamp(self) -> _Stamp:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            detail = f"there is no {self._path}: start the service once"
            raise CommandError("no_trust_list", Party.TRUST_LIST, detail) from None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _kept(self) -> TrustList:
        """Return the list as we signed it, expired or not: its keeper may sign it again."""
        token = (private_files.read(self._path) or b"").decode("ascii", "replace")
        try:
            signed_at = numeric_date(loads_object(jws.parse(token).payload).get("iat"))
        except KeysError as error:
            raise _unusable(error) from None
        return self._verified(signed_at)

    def _verified(self, now: datetime) -> TrustList:
        token = (private_files.read(self._path) or b"").decode("ascii", "replace")
        key = self._store.signer(KEY).public.verification_key()
        try:
            return verify_trust_list(token, key, now)
        except KeysError as error:
            raise _unusable(error) from None


def fingerprint(entry: TrustEntry) -> str:
    """Return the SHA-256 of a root's certificate, in hexadecimal digits."""
    return hashlib.sha256(entry.certificate).hexdigest()


def read_roots(path: Path) -> tuple[bytes, ...]:
    """Return the certificates (DER) of a PEM file, each fit to be a root, or ``CommandError``."""
    try:
        certificates = pem_certificates(path.read_bytes())
    except (OSError, KeysError):
        detail = f"{path} holds no certificate in PEM form"
        raise CommandError("certificate_unreadable", Party.CALLER, detail) from None
    for der in certificates:
        if not read_certificate(der).is_ca:
            detail = f"{path} holds a certificate that may not certify others: ask for the root"
            raise CommandError("certificate_not_a_root", Party.CALLER, detail)
    return certificates


def _unusable(error: KeysError) -> CommandError:
    return CommandError(error.failure.value, Party.TRUST_LIST, error.detail)


def _export(directory: Path, role: Role, certificates: list[bytes]) -> Path:
    path = directory / f"{role.value}.pem"
    path.write_bytes(to_pem(tuple(certificates)))
    return path
