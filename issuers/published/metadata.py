"""What each authority publishes of itself as an issuer."""

from issuers.catalogue import AnyKind
from issuers.certificate.authority import Authority
from issuers.certificate.statutory import is_promised
from issuers.issuance.issuing import BATCH_SIZE
from issuers.label import Label
from keys.encryption_key import ECDH_ES, EncryptionJwk
from keys.jwe import Enc
from keys.jwk import Algorithm
from standards.dcql.paths import ClaimsPathPointer
from standards.formats.known import format_of
from standards.openid4vci.configuration import (
    ClaimDescription,
    CredentialConfiguration,
    ProofTypeSupport,
)
from standards.openid4vci.credential import ProofType
from standards.openid4vci.display import Display
from standards.openid4vci.encryption import RequestEncryptionSupport, ResponseEncryptionSupport
from standards.openid4vci.metadata import CredentialIssuerMetadata

_ENCS = tuple(enc.value for enc in Enc)


def issuer_metadata(
    authority: Authority,
    kinds: tuple[AnyKind, ...],
    base: str,
    encryption_keys: tuple[EncryptionJwk, ...] = (),
    *,
    encrypted_only: bool = False,
) -> CredentialIssuerMetadata:
    """Return the Credential Issuer Metadata of an authority (OpenID4VCI section 12.2).

    Encryption is offered when there are keys to encrypt requests to, and demanded of an
    installation that is ``encrypted_only``.
    """
    issuer = authority.identifier(base)
    return CredentialIssuerMetadata(
        credential_issuer=issuer,
        credential_endpoint=f"{issuer}/credential",
        nonce_endpoint=f"{issuer}/nonce",
        deferred_credential_endpoint=f"{issuer}/deferred",
        notification_endpoint=f"{issuer}/notification",
        batch_size=BATCH_SIZE,
        display=_displays(authority.label),
        credential_configurations_supported=tuple(configuration(kind, base) for kind in kinds),
        credential_request_encryption=_to_us(encryption_keys, required=encrypted_only),
        credential_response_encryption=_to_wallets(encryption_keys, required=encrypted_only),
    )


def configuration(kind: AnyKind, base: str) -> CredentialConfiguration:
    """Return the credential configuration of a kind; its id is the kind's name."""
    es256, written_in = (Algorithm.ES256.value,), format_of(kind.format)
    return CredentialConfiguration(
        id=kind.name,
        format=kind.format,
        scope=kind.name,
        type=kind.vct(base),
        cryptographic_binding_methods_supported=(written_in.binding_method,),
        credential_signing_alg_values_supported=(written_in.algorithm(Algorithm.ES256),),
        proof_types_supported=tuple(
            ProofTypeSupport(proof_type.value, es256, kind.key_attestation)
            for proof_type in ProofType
        ),
        display=_card(kind),
        claims=tuple(
            ClaimDescription(
                ClaimsPathPointer(claim.path), is_promised(kind, claim), _displays(claim.label)
            )
            for claim in kind.described
            if written_in.is_claim(claim.path)
        ),
    )


def _to_us(keys: tuple[EncryptionJwk, ...], *, required: bool) -> RequestEncryptionSupport | None:
    """Return how requests are encrypted to an authority; None without keys."""
    if not keys:
        return None
    return RequestEncryptionSupport(keys, _ENCS, encryption_required=required)


def _to_wallets(
    keys: tuple[EncryptionJwk, ...], *, required: bool
) -> ResponseEncryptionSupport | None:
    """Return how responses are encrypted to wallets; who cannot ask so (VCI-35) gets none."""
    if not keys:
        return None
    return ResponseEncryptionSupport((ECDH_ES,), _ENCS, encryption_required=required)


def _card(kind: AnyKind) -> tuple[Display, ...]:
    """Return how a wallet shows a certificate of the kind, one object per language."""
    descriptions = dict(kind.description.by_locale())
    return tuple(
        Display(
            name=name,
            locale=locale,
            description=descriptions[locale],
            background_color=kind.authority.background_color,
            text_color=kind.authority.text_color,
        )
        for locale, name in kind.label.by_locale()
    )


def _displays(label: Label) -> tuple[Display, ...]:
    """Return one display object per language (section 12.2.4)."""
    return tuple(Display(name=name, locale=locale) for locale, name in label.by_locale())
