"""What must hold of metadata before an issuer publishes it (OpenID4VCI 1.0 section 12.2.4).

A wallet is more patient with the metadata of others than an issuer may be with its own.
"""

import re
from collections.abc import Iterable

from keys.encryption_key import ECDH_ES
from keys.jwe import Enc
from standards.openid4vci.configuration import TYPE_MEMBERS, CredentialConfiguration
from standards.openid4vci.credential import ProofType
from standards.openid4vci.display import Display
from standards.openid4vci.errors import malformed
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.profiles import DC_SD_JWT, VC_SD_JWT

# RFC 6749 section 3.3: one scope-token.
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
# BCP 47 in its usual letter case: language, script, region.
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
# RFC 7518 section 3.1, RFC 9864: the asymmetric signature algorithms in use.
_ASYMMETRIC = frozenset(
    {"ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "PS384", "PS512", "RS256"}
)


def check_publishable(metadata: CredentialIssuerMetadata) -> None:
    """Return when ``metadata`` keeps the issuer's own rules, else raise `VciError`."""
    _check_displays(metadata.display)
    needs_nonce = False
    for configuration in metadata.credential_configurations_supported:
        _check_type(configuration)
        _check_signatures(configuration)
        _check_proofs(configuration)
        _check_displays(configuration.display)
        for claim in configuration.claims:
            _check_displays(claim.display)
        needs_nonce = needs_nonce or bool(configuration.proof_types_supported)
    if needs_nonce and metadata.nonce_endpoint is None:  # VCI-28
        raise malformed("proofs need a nonce, so there must be a nonce_endpoint")
    _check_encryption(metadata)


def _check_encryption(metadata: CredentialIssuerMetadata) -> None:
    """Check VCI-35, VCI-63 and VCI-64: whoever encrypts answers takes encrypted requests too.

    Only what can be done here may be promised.
    """
    request = metadata.credential_request_encryption
    response = metadata.credential_response_encryption
    if response is not None and request is None:
        raise malformed("an encrypted response is asked for in a request encrypted to a key")
    if request is not None:
        names = [key.kid for key in request.keys]
        if not names or None in names or len(set(names)) != len(names):
            raise malformed("keys for requests have names of their own")
        _check_among(request.enc_values_supported, Enc)
    if response is not None:
        _check_among(response.enc_values_supported, Enc)
        _check_among(response.alg_values_supported, (ECDH_ES,))


def _check_among(said: Iterable[str], known: Iterable[str]) -> None:
    if not set(known).issuperset(said):
        raise malformed(f"only {', '.join(known)} can be done here")


def _check_type(configuration: CredentialConfiguration) -> None:
    """Check VCI-74 and VCI-75, and that the final names of formats are used."""
    name = configuration.id
    if configuration.scope is not None and not _SCOPE.fullmatch(configuration.scope):
        raise malformed(f"{name}: scope is one scope-token")
    if configuration.format == VC_SD_JWT:
        raise malformed(f"{name}: the format is called {DC_SD_JWT}")
    member = TYPE_MEMBERS.get(configuration.format)
    if member is not None and configuration.type is None:
        raise malformed(f"{name}: {member} is missing")


def _check_signatures(configuration: CredentialConfiguration) -> None:
    """Check that credentials are signed with algorithms there are; COSE numbers are for mdoc."""
    algorithms = configuration.credential_signing_alg_values_supported
    names = {name for name in algorithms if isinstance(name, str)}
    if not _ASYMMETRIC.issuperset(names):
        raise malformed(f"{configuration.id}: no such signature algorithm")
    if len(names) != len(algorithms) and configuration.format != "mso_mdoc":
        raise malformed(f"{configuration.id}: algorithms are JOSE names")


def _check_proofs(configuration: CredentialConfiguration) -> None:
    """VCI-66: key binding and key proofs come together; VCI-83: by real algorithms."""
    supported = configuration.proof_types_supported
    if bool(supported) != bool(configuration.cryptographic_binding_methods_supported):
        raise malformed(f"{configuration.id}: binding methods and proof types come together")
    for proof_type in supported:
        if proof_type.proof_type not in set(ProofType):
            raise malformed(f"{configuration.id}: this proof type is not taken here")
        if not _ASYMMETRIC.issuperset(proof_type.proof_signing_alg_values_supported):
            raise malformed(f"{configuration.id}: proofs are signed with asymmetric algorithms")


def _check_displays(displays: Iterable[Display]) -> None:
    """VCI-65: one display object per language, each language a BCP 47 tag."""
    locales = [display.locale for display in displays]
    if len(set(locales)) != len(locales):
        raise malformed("two display objects in one language")
    if not all(locale is None or _LOCALE.fullmatch(locale) for locale in locales):
        raise malformed("a locale is a BCP 47 tag such as ko-KR")
