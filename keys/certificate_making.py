"""How our certificates are made: the fields they share, whoever they are for (RFC 5280).

What is written here is what `keys.x509` asks of the certificates of others, and a little more.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from keys.jwk import PublicJwk
from keys.jwt_time import CLOCK_SKEW
from keys.points import ed25519_point, p256_point
from keys.signer import SoftwareSigner

# Good a little earlier than now: for readers whose clock is a little behind, and because what is
# issued says no more of its time than the hour, which began before.
_EARLIER: Final = timedelta(hours=1) + CLOCK_SKEW


def root(
    name: x509.Name, public: PublicJwk, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    """Return a root to be: it may certify, and one authority may stand below it."""
    return (
        _start(name, name, public, now, lifetime)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_key_usage(certify=True), critical=True)
    )


def leaf(
    subject: x509.Name,
    public: PublicJwk,
    issuer: x509.Certificate,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    """Return a certificate to be for a key that signs, under ``issuer``."""
    above = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above)
    return (
        _start(subject, issuer.subject, public, now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(certify=False), critical=True)
        .add_extension(authority, critical=False)
    )


def with_usage(builder: x509.CertificateBuilder, oid: str) -> x509.CertificateBuilder:
    """Return ``builder`` with one extended key usage, a dotted object identifier."""
    usage = x509.ExtendedKeyUsage([ObjectIdentifier(oid)])
    return builder.add_extension(usage, critical=False)


def with_names(
    builder: x509.CertificateBuilder, names: list[x509.GeneralName]
) -> x509.CertificateBuilder:
    """Return ``builder`` with alternative names; the extension may not be empty."""
    if not names:
        return builder
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False)


def signed(builder: x509.CertificateBuilder, signer: SoftwareSigner) -> bytes:
    """Return the certificate in DER, signed by the authority's key."""
    key = signer.library_key()
    algorithm = SHA256() if isinstance(key, ec.EllipticCurvePrivateKey) else None
    return builder.sign(key, algorithm).public_bytes(Encoding.DER)


def distinguished_name(
    name: str, organization_id: str | None = None, *, country: str | None = None
) -> x509.Name:
    """ETSI EN 319 412-3: country, an organisation's name and registered number, a common name."""
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, country)] if country else []
    attributes += [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if organization_id is not None:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, organization_id))
    return x509.Name(attributes)


def host_name(host: str) -> x509.GeneralName:
    """Return a DNS name, or an IP address where ``host`` is one."""
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _start(
    subject: x509.Name, issuer: x509.Name, public: PublicJwk, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    # Ed25519 has no second coordinate.
    key = p256_point(public.x, public.y) if public.y else ed25519_point(public.x)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now - CLOCK_SKEW + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, certify: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certify,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certify,
        crl_sign=certify,
        encipher_only=False,
        decipher_only=False,
    )
