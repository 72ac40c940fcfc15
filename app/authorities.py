"""The roots of this installation, one per role and one for https, made at the first start.

An installation that has certificates from elsewhere puts their chains beside its keys and their
roots into the trust list; these serve the demonstration and closed installations.
"""

import ssl
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from issuers.certificate.authority import KOREA
from keys import private_files
from keys.authority import CertificateAuthority, TlsIdentity
from keys.role import Role

DIRECTORY: Final = "authorities"
_TLS: Final = "tls"


def role_authorities(
    home: Path, *, name: str, now: datetime
) -> Mapping[Role, CertificateAuthority]:
    """Return the five roots; those that do not exist yet are made and kept."""
    return {
        role: _authority(home, f"{role.value}.pem", f"{name} {role.value} root", role, now)
        for role in Role
    }


def roots_to_make(home: Path) -> tuple[Role, ...]:
    """Return the roles whose root was not made yet; a later release may bring one more."""
    return tuple(role for role in Role if not (home / DIRECTORY / f"{role.value}.pem").exists())


def tls_identity(home: Path, hosts: list[str], *, name: str, now: datetime) -> tuple[Path, Path]:
    """Return the files of a server certificate for ``hosts`` and of its authority, for https.

    The certificate is made anew at every start; the authority stays, so that whoever trusts it
    once (``tls/authority.pem``) goes on trusting.
    """
    authority = _authority(home, "tls.pem", f"{name} https root", None, now)
    directory = home / _TLS
    private_files.open_directory(directory)
    identity: TlsIdentity = authority.issue_tls(hosts, now)
    server = directory / "server.pem"
    private_files.replace(server, identity.chain_pem + identity.key_pem)
    trusted = tls_authority_file(home)
    pem = ssl.DER_cert_to_PEM_cert(authority.anchor.certificate)
    private_files.replace(trusted, pem.encode())
    return server, trusted


def tls_authority_file(home: Path) -> Path:
    """Return where the certificate of the local https authority is kept, for others to trust."""
    return home / _TLS / "authority.pem"


def _authority(
    home: Path, file: str, name: str, role: Role | None, now: datetime
) -> CertificateAuthority:
    directory = home / DIRECTORY
    private_files.open_directory(directory)
    with private_files.locked(directory):
        pem = private_files.read(directory / file)
        country = KOREA if role is Role.ISSUER else None
        if pem is not None:
            return CertificateAuthority.from_pem(pem, role, country=country)
        authority = CertificateAuthority.create(name, role, now, country=country)
        private_files.replace(directory / file, authority.private_pem())
        return authority
