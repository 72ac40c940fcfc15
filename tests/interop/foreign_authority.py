"""A certificate authority that is not ours: plain X.509, no extensions of our making."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
    )


@dataclass
class ForeignAuthority:
    """A root and one leaf for `localhost`; `write` puts them down as PEM files."""

    root_key: ec.EllipticCurvePrivateKey
    leaf_key: ec.EllipticCurvePrivateKey
    root: x509.Certificate
    leaf: x509.Certificate
    folder: Path = field(default_factory=Path)

    @classmethod
    @cache
    def cached(cls) -> "ForeignAuthority":
        """The one foreign authority of this test run."""
        root_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = (
            _builder("Another root", "Another root", root_key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False
            )
            .sign(root_key, hashes.SHA256())
        )
        leaf = (
            _builder("Another maker", "Another root", leaf_key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
            )
            .sign(root_key, hashes.SHA256())
        )
        return cls(root_key, leaf_key, root, leaf)

    @property
    def root_file(self) -> Path:
        """What others are asked to trust."""
        return self.folder / "root.pem"

    @property
    def identity(self) -> tuple[str, str]:
        """The leaf certificate and its key, as file names."""
        return str(self.folder / "leaf.pem"), str(self.folder / "leaf.key")

    def root_pem(self, file: Path) -> None:
        """Write the root alone."""
        file.write_bytes(self.root.public_bytes(Encoding.PEM))

    def write(self, folder: Path) -> None:
        """Write root, leaf and the leaf's key."""
        self.folder = folder
        self.root_pem(self.root_file)
        certificate, key = (Path(name) for name in self.identity)
        certificate.write_bytes(self.leaf.public_bytes(Encoding.PEM))
        key.write_bytes(
            self.leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
