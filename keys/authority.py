"""A certificate authority of our own, for the demonstration and for closed installations.

One root per role. It makes certificates that `keys.x509` and other makers' verifiers accept; it
keeps no register, for what it issued is listed where it is trusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys import certificate_making as making
from keys.certificate_reader import common_name, pem_certificates, to_pem
from keys.jwk import PublicJwk
from keys.role import OWN_USAGE, Role
from keys.signer import SoftwareSigner
from keys.x509 import Anchor

ROOT_LIFETIME: Final = timedelta(days=3650)
LEAF_DAYS: Final = 365
# Browsers refuse server certificates that live much longer.
TLS_DAYS: Final = 90

_SERVER_USAGE: Final = ExtendedKeyUsageOID.SERVER_AUTH.dotted_string


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """What a server needs for https, as PEM: its certificate, and its private key in clear."""

    chain_pem: bytes
    key_pem: bytes


class CertificateAuthority:
    """A root certificate with its key, for one role, or for TLS servers when it has none.

    ``country`` is ISO 3166-1's, two letters: the certificates it makes name it, as driving
    licences are held against their signer's (ISO/IEC 18013-5 section 9.3.1).
    """

    def __init__(
        self,
        signer: SoftwareSigner,
        certificate: bytes,
        role: Role | None,
        country: str | None = None,
    ) -> None:
        self._signer = signer
        self._certificate = x509.load_der_x509_certificate(certificate)
        self.role = role
        self.country = country
        self.anchor = Anchor(certificate, common_name(certificate))

    @classmethod
    def create(
        cls,
        name: str,
        role: Role | None,
        now: datetime,
        *,
        signer: SoftwareSigner | None = None,
        country: str | None = None,
    ) -> Self:
        """Return a new root, good for ten years; its key is new when no ``signer`` is given."""
        signer = signer or SoftwareSigner.generate()
        subject = making.distinguished_name(name, country=country)
        builder = making.root(subject, signer.public, now, ROOT_LIFETIME)
        if role is not None:
            builder = making.with_usage(builder, OWN_USAGE[role])
        return cls(signer, making.signed(builder, signer), role, country)

    @classmethod
    def from_pem(cls, pem: bytes, role: Role | None, *, country: str | None = None) -> Self:
        """Return the authority that `private_pem` wrote; a root of before names no country."""
        return cls(SoftwareSigner.from_pem(pem), pem_certificates(pem)[0], role, country)

    def private_pem(self) -> bytes:
        """Return root certificate and private key as PEM, the key in clear."""
        return self._signer.private_pem() + to_pem((self.anchor.certificate,))

    def issue(
        self,
        public: PublicJwk,
        subject_name: str,
        *,
        now: datetime,
        organization_id: str | None = None,
        dns_names: Sequence[str] = (),
        uris: Sequence[str] = (),
        days: int = LEAF_DAYS,
    ) -> tuple[bytes, ...]:
        """Return the chain of a new certificate for ``public``: the leaf alone, root left out."""
        if self.role is None:
            raise ValueError("this authority is for TLS servers")
        subject = making.distinguished_name(subject_name, organization_id, country=self.country)
        builder = making.leaf(subject, public, self._certificate, now, timedelta(days=days))
        names: list[x509.GeneralName] = [x509.DNSName(name) for name in dns_names]
        names += [x509.UniformResourceIdentifier(uri) for uri in uris]
        builder = making.with_usage(making.with_names(builder, names), OWN_USAGE[self.role])
        return (making.signed(builder, self._signer),)

    def issue_tls(
        self, hosts: Sequence[str], now: datetime, *, days: int = TLS_DAYS
    ) -> TlsIdentity:
        """Return a server certificate for DNS names and IP addresses, with a new P-256 key."""
        if self.role is not None:
            raise ValueError(f"this authority is for the role {self.role}")
        server = SoftwareSigner.generate()
        subject = making.distinguished_name(hosts[0])
        builder = making.leaf(subject, server.public, self._certificate, now, timedelta(days=days))
        builder = making.with_names(builder, [making.host_name(host) for host in hosts])
        leaf = making.signed(making.with_usage(builder, _SERVER_USAGE), self._signer)
        return TlsIdentity(to_pem((leaf,)), server.private_pem())
