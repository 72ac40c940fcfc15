"""One X.509 certificate as the facts that path validation asks about (RFC 5280 section 4)."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID, ObjectIdentifier

from keys.errors import KeysError, KeysFailure
from keys.verification_key import VerificationKey


@dataclass(frozen=True, slots=True)
class Certificate:
    """The facts of one certificate; extensions that are absent are None or empty.

    ``names`` are all that name constraints apply to: alternative names, subject, and the e-mail
    addresses in it. ``may_sign`` and ``may_certify`` are what key usage allows.
    """

    der: bytes
    subject: x509.Name
    issuer: x509.Name
    not_before: datetime
    not_after: datetime
    is_ca: bool | None
    path_length: int | None
    may_sign: bool
    may_certify: bool
    usages: frozenset[str] | None
    names: tuple[x509.GeneralName, ...]
    constraints: x509.NameConstraints | None
    authority_key_identifier: bytes | None
    subject_key_identifier: bytes | None
    unknown_critical: bool
    strong: bool
    loaded: x509.Certificate = field(repr=False, compare=False)

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of the DER octets, as in ``x509_hash`` (OpenID4VP section 5.9.3)."""
        return hashlib.sha256(self.der).digest()

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are one name (RFC 5280 section 3.2)."""
        return self.subject == self.issuer

    @property
    def country(self) -> str | None:
        """The subject's country (ISO/IEC 18013-5 section B.1.4), None when it names none."""
        return self.subject_text(NameOID.COUNTRY_NAME)

    @property
    def state(self) -> str | None:
        """The subject's state or province, None when it names none."""
        return self.subject_text(NameOID.STATE_OR_PROVINCE_NAME)

    def check_issued_by(self, issuer: "Certificate") -> None:
        """Return when the signature is the issuer's, or raise chain_signature_invalid."""
        try:
            self.loaded.verify_directly_issued_by(issuer.loaded)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            raise KeysError(
                KeysFailure.CHAIN_SIGNATURE_INVALID, "not signed by the certificate above it"
            ) from None

    def verification_key(self) -> VerificationKey:
        """Return the key for tokens, P-256 or Ed25519, or raise key_refused."""
        public = self.loaded.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            return VerificationKey(public)
        if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name == "secp256r1":
            return VerificationKey(public)
        raise KeysError(KeysFailure.KEY_REFUSED, "a key on P-256 or Ed25519 was expected")

    def subject_text(self, oid: ObjectIdentifier) -> str | None:
        """Return the first value of a subject attribute."""
        attributes = self.subject.get_attributes_for_oid(oid)
        return str(attributes[0].value) if attributes else None
