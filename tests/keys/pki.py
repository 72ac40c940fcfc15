"""A maker of certificates, good ones and bad ones, as other people's authorities might make."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
YEAR = timedelta(days=365)

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Plan:
    """What a certificate shall say; None leaves an extension out."""

    subject: x509.Name
    ca: bool | None = False
    path_length: int | None = None
    certifies: bool | None = None
    signs: bool | None = None
    usages: tuple[str, ...] | None = None
    names: tuple[x509.GeneralName, ...] = ()
    constraints: x509.NameConstraints | None = None
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    begins: datetime = NOW - YEAR
    ends: datetime = NOW + YEAR
    hash: HashAlgorithm | None = field(default_factory=SHA256)
    identifiers: bool = True


@dataclass(frozen=True)
class Made:
    """A certificate that was made, with its key, to make others."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def make(self, plan: Plan, key: PrivateKey | None = None) -> "Made":
        """Make a certificate signed by this one."""
        key = key or new_key()
        return Made(_sign(plan, key, self.certificate.subject, self.key), key)


def root(name: str = "Root", key: PrivateKey | None = None, **plan: object) -> Made:
    """Make a root that a generic tool would make."""
    key = key or new_key()
    made = replace(Plan(named(name), ca=True), **plan)  # type: ignore[arg-type]  # a test's knobs
    return Made(_sign(made, key, made.subject, key), key)


def authority(name: str = "Authority", **plan: object) -> Plan:
    """Plan an authority between root and leaf."""
    return replace(Plan(named(name), ca=True), **plan)  # type: ignore[arg-type]  # a test's knobs


def leaf(name: str = "Leaf", **plan: object) -> Plan:
    """Plan the certificate of somebody who signs."""
    return replace(Plan(named(name)), **plan)  # type: ignore[arg-type]  # a test's knobs


def _sign(plan: Plan, key: PrivateKey, issuer: x509.Name, by: PrivateKey) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(plan.subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(plan.begins)
        .not_valid_after(plan.ends)
    )
    for extension, critical in _extensions(plan, key, by):
        builder = builder.add_extension(extension, critical=critical)
    algorithm = None if isinstance(by, ed25519.Ed25519PrivateKey) else plan.hash
    return builder.sign(by, algorithm)  # type: ignore[arg-type]  # weak hashes are made on purpose


def _extensions(
    plan: Plan, key: PrivateKey, by: PrivateKey
) -> list[tuple[x509.ExtensionType, bool]]:
    made = list(plan.more)
    if plan.identifiers:
        made.append((x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False))
        made.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False))
    if plan.ca is not None:
        made.append((x509.BasicConstraints(ca=plan.ca, path_length=plan.path_length), True))
    if plan.signs is not None or plan.certifies is not None:
        made.append((_key_usage(plan), True))
    if plan.usages is not None:
        made.append((x509.ExtendedKeyUsage(map(ObjectIdentifier, plan.usages)), False))
    if plan.names:
        made.append((x509.SubjectAlternativeName(plan.names), False))
    if plan.constraints is not None:
        made.append((plan.constraints, True))
    return made


def _key_usage(plan: Plan) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=bool(plan.signs),
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=bool(plan.certifies),
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
