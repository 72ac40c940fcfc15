"""Certificates are read in full or not at all.

The library parses lazily and complains in many ways; here everything is looked at once, and what
cannot be looked at is malformed (H16, H54).
"""

import warnings
from functools import lru_cache
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtensionOID as Oid
from cryptography.x509.oid import NameOID, SignatureAlgorithmOID

from keys.certificate import Certificate
from keys.errors import KeysError, KeysFailure

# Octets of DER; a certificate with a large RSA key and many names stays below 4 KiB.
CERTIFICATE_LIMIT: Final = 8 * 1024
# A file of roots to trust.
PEM_LIMIT: Final = 256 * 1024
# RFC 5280 section 4.1.2.2: at most 20 octets.
_SERIAL_BITS: Final = 160
# NIST SP 800-57 asks for 2048 bits; beyond 8192 a check is slow enough to hurt.
_RSA_BITS: Final = range(2048, 8192 + 1)
# Certificates seen lately: the same issuers and relying parties come again and again.
_REMEMBERED: Final = 512

_HASHES: Final = (SHA256, SHA384, SHA512)
# Extensions that are understood here and may therefore be critical.
_UNDERSTOOD: Final = frozenset(
    {
        Oid.BASIC_CONSTRAINTS,
        Oid.KEY_USAGE,
        Oid.EXTENDED_KEY_USAGE,
        Oid.SUBJECT_ALTERNATIVE_NAME,
        Oid.NAME_CONSTRAINTS,
        Oid.AUTHORITY_KEY_IDENTIFIER,
        Oid.SUBJECT_KEY_IDENTIFIER,
        # Every policy is acceptable here, so there is nothing to process.
        Oid.CERTIFICATE_POLICIES,
    }
)

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


@lru_cache(maxsize=_REMEMBERED)
def read_certificate(der: bytes) -> Certificate:
    """Return the facts of one DER certificate, or raise `KeysError` (malformed, too_large)."""
    if len(der) > CERTIFICATE_LIMIT:
        raise KeysError(
            KeysFailure.TOO_LARGE, f"a certificate of at most {CERTIFICATE_LIMIT} octets expected"
        )
    try:
        with warnings.catch_warnings():
            # Of a long name the library complains, counting octets where RFC 5280 counts letters:
            # a Korean institution's may have 64 of them.
            warnings.simplefilter("ignore", UserWarning)
            # What the library tolerates today with a warning, it will refuse tomorrow.
            warnings.simplefilter("error", CryptographyDeprecationWarning)
            return _facts(x509.load_der_x509_certificate(der), der)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise KeysError(KeysFailure.MALFORMED, "not a certificate in DER") from None
    except CryptographyDeprecationWarning:
        raise KeysError(KeysFailure.MALFORMED, "a certificate against RFC 5280") from None
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise KeysError(KeysFailure.MALFORMED, "an extension that cannot be read") from None


def pem_certificates(pem: bytes) -> tuple[bytes, ...]:
    """Return the DER of every certificate in a PEM file, in order, or raise `KeysError`."""
    if len(pem) > PEM_LIMIT:
        raise KeysError(KeysFailure.TOO_LARGE, f"a file of at most {PEM_LIMIT} octets expected")
    try:
        loaded = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise KeysError(KeysFailure.MALFORMED, "a PEM file of certificates expected") from None
    return tuple(
        read_certificate(certificate.public_bytes(Encoding.DER)).der for certificate in loaded
    )


def to_pem(chain: tuple[bytes, ...]) -> bytes:
    """Return DER certificates as one PEM file, in order."""
    loaded = map(x509.load_der_x509_certificate, chain)
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in loaded)


def common_name(der: bytes) -> str:
    """Return the subject's common name, or its organisation, or nothing: to show in a list."""
    certificate = read_certificate(der)
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        text = certificate.subject_text(oid)
        if text:
            return text
    return ""


def _facts(loaded: x509.Certificate, der: bytes) -> Certificate:
    if loaded.serial_number.bit_length() > _SERIAL_BITS:
        raise ValueError("serial number")
    # The library does not look at the count of unused bits before the signature, which is all
    # of a certificate that its signature does not cover.
    if not der.endswith(b"\0" + loaded.signature):
        raise ValueError("unused bits")
    extensions = loaded.extensions
    basic = _extension(extensions, x509.BasicConstraints)
    usage = _extension(extensions, x509.KeyUsage)
    purposes = _extension(extensions, x509.ExtendedKeyUsage)
    authority = _extension(extensions, x509.AuthorityKeyIdentifier)
    own = _extension(extensions, x509.SubjectKeyIdentifier)
    return Certificate(
        der=der,
        subject=loaded.subject,
        issuer=loaded.issuer,
        not_before=loaded.not_valid_before_utc,
        not_after=loaded.not_valid_after_utc,
        is_ca=None if basic is None else basic.ca,
        path_length=None if basic is None else basic.path_length,
        # A seal's key may be for content commitment alone (ETSI EN 319 412-2).
        may_sign=usage is None or usage.digital_signature or usage.content_commitment,
        may_certify=usage is None or usage.key_cert_sign,
        usages=None if purposes is None else frozenset(oid.dotted_string for oid in purposes),
        names=_names(loaded),
        constraints=_extension(extensions, x509.NameConstraints),
        authority_key_identifier=None if authority is None else authority.key_identifier,
        subject_key_identifier=None if own is None else own.digest,
        unknown_critical=any(e.critical and e.oid not in _UNDERSTOOD for e in extensions),
        strong=_is_strong(loaded),
        loaded=loaded,
    )


def _extension(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _names(loaded: x509.Certificate) -> tuple[x509.GeneralName, ...]:
    alternative = _extension(loaded.extensions, x509.SubjectAlternativeName) or ()
    subject = [x509.DirectoryName(loaded.subject)] if list(loaded.subject) else []
    # RFC 5280 section 4.2.1.10: an address in the subject counts as one.
    addresses = [
        x509.RFC822Name(str(attribute.value))
        for attribute in loaded.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
    ]
    return (*alternative, *subject, *addresses)


def _is_strong(loaded: x509.Certificate) -> bool:
    """Tell whether neither the signature nor the key is of yesterday."""
    signed_well = loaded.signature_algorithm_oid == SignatureAlgorithmOID.ED25519 or isinstance(
        loaded.signature_hash_algorithm, _HASHES
    )
    public = loaded.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return signed_well and public.key_size in _RSA_BITS
    return signed_well and isinstance(public, ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey)
