"""Credential Issuer Metadata as a signed token (OpenID4VCI 1.0 section 12.2.3).

    GET /.well-known/openid-credential-issuer/issuers/x
    Accept: application/jwt

Signed it proves by itself whose it is, wherever a wallet got it from. Its members are the claims.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from keys import jws, jwt_time, strict_json
from keys.errors import KeysError, KeysFailure
from keys.role import Role
from keys.signed_by_chain import verify_signed_by_chain
from keys.signer import Signer
from keys.strict_json import JsonObject
from keys.x509 import Anchor, ValidatedChain
from standards.openid4vci.errors import VciError, VciFailure, malformed
from standards.openid4vci.metadata import CredentialIssuerMetadata

TYP: Final = "openidvci-issuer-metadata+jwt"
MEDIA_TYPE: Final = "application/jwt"
# Metadata of many kinds of credential, each claim named in several languages.
LIMIT: Final = 1024 * 1024


def sign_metadata(
    metadata: CredentialIssuerMetadata,
    *,
    signer: Signer,
    x5c: Sequence[str],
    now: datetime,
    lifetime: timedelta,
) -> str:
    """Return the metadata as a token; ``x5c`` is the signer's chain without the anchor."""
    claims: JsonObject = {
        **metadata.as_dict(),
        "sub": metadata.credential_issuer,
        "iat": jwt_time.seconds(now),
        "exp": jwt_time.seconds(now + lifetime),
    }
    return jws.sign({"typ": TYP, "x5c": [*x5c]}, strict_json.dumps(claims), signer)


def verify_signed_metadata(
    token: str, *, anchors: Sequence[Anchor], expected_issuer: str, now: datetime
) -> CredentialIssuerMetadata:
    """Return what an issuer trusted by ``anchors`` has signed of itself, or raise `VciError`.

    A chain that leads to no anchor is signer_untrusted.

    1. a token of the right type by the leaf of a trusted chain
    2. of now, with ``iat`` (VCI-59)
    3. about ``expected_issuer``, in ``sub`` and in the metadata itself, and by a certificate that
       names its identifier or its host: another issuer, trusted as well, is another (H79)
    """
    try:
        signed = verify_signed_by_chain(  # 1
            token, expected_typ=TYP, anchors=anchors, role=Role.ISSUER, now=now, limit=LIMIT
        )
        claims = signed.token.claims(limit=LIMIT)
        jwt_time.numeric_date(claims.get("iat"))
        jwt_time.check_times(claims, now=now)  # 2
    except KeysError as error:
        if error.failure is KeysFailure.CHAIN_UNTRUSTED:
            raise VciError(VciFailure.SIGNER_UNTRUSTED, error.detail) from None
        raise malformed(f"signed metadata: {error.detail}") from None
    if claims.get("sub") != expected_issuer or not _names(signed.signer, expected_issuer):  # 3
        raise VciError(VciFailure.ISSUER_MISMATCH, "signed metadata of another issuer")
    return CredentialIssuerMetadata.parse(claims, expected_issuer=expected_issuer)


def _names(chain: ValidatedChain, issuer: str) -> bool:
    return issuer in chain.uris or urlsplit(issuer).hostname in chain.dns_names
