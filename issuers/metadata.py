"""What each authority publishes of itself: issuer metadata and authorization server metadata."""

from issuers.authority import Authority
from issuers.catalogue import AnyKind
from issuers.issuing import BATCH_SIZE
from issuers.label import Label
from issuers.statutory import is_promised
from keys.jwk import Algorithm
from standards.dcql.paths import ClaimsPathPointer
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.openid4vci.configuration import (
    ClaimDescription,
    CredentialConfiguration,
    ProofTypeSupport,
)
from standards.openid4vci.credential import ProofType
from standards.openid4vci.display import Display
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.offer import PRE_AUTHORIZED_GRANT
from standards.profiles import DC_SD_JWT


def issuer_metadata(
    authority: Authority, kinds: tuple[AnyKind, ...], base: str
) -> CredentialIssuerMetadata:
    """Return the Credential Issuer Metadata of an authority (OpenID4VCI section 12.2)."""
    issuer = authority.identifier(base)
    return CredentialIssuerMetadata(
        credential_issuer=issuer,
        credential_endpoint=f"{issuer}/credential",
        nonce_endpoint=f"{issuer}/nonce",
        notification_endpoint=f"{issuer}/notification",
        batch_size=BATCH_SIZE,
        display=_displays(authority.label),
        credential_configurations_supported=tuple(configuration(kind, base) for kind in kinds),
    )


def configuration(kind: AnyKind, base: str) -> CredentialConfiguration:
    """Return the credential configuration of a kind; its id is the kind's name."""
    es256 = (Algorithm.ES256.value,)
    return CredentialConfiguration(
        id=kind.name,
        format=DC_SD_JWT,
        scope=kind.name,
        vct=kind.vct(base),
        cryptographic_binding_methods_supported=("jwk",),
        credential_signing_alg_values_supported=es256,
        proof_types_supported=(ProofTypeSupport(ProofType.JWT.value, es256),),
        display=_card(kind),
        claims=tuple(
            ClaimDescription(
                ClaimsPathPointer(claim.path), is_promised(kind, claim), _displays(claim.label)
            )
            for claim in kind.described
        ),
    )


def server_metadata(
    authority: Authority, kinds: tuple[AnyKind, ...], base: str
) -> AuthorizationServerMetadata:
    """Return the metadata of the authority as its own authorization server (RFC 8414)."""
    issuer = authority.identifier(base)
    return AuthorizationServerMetadata(
        issuer=issuer,
        token_endpoint=f"{issuer}/token",
        grant_types_supported=(PRE_AUTHORIZED_GRANT,),
        token_endpoint_auth_methods_supported=("none",),
        scopes_supported=tuple(kind.name for kind in kinds),
        pre_authorized_grant_anonymous_access_supported=True,
    )


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
