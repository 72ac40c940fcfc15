"""What an issuer and its authorization server say of themselves: OpenID4VCI 12.2, RFC 8414.

Each is asked at the one address its identifier stands for, with the well-known part put between
host and path, and believed only when it names itself by that identifier, letter for letter.
"""

from typing import Final

from keys.role import Role
from keys.strict_json import JsonObject
from standards.oauth import metadata as oauth
from standards.oauth.errors import OAuthError, OAuthFailure
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.openid4vci.errors import VciError, VciFailure
from standards.openid4vci.metadata import WELL_KNOWN, CredentialIssuerMetadata
from standards.openid4vci.signed_metadata import MEDIA_TYPE as SIGNED
from standards.openid4vci.signed_metadata import verify_signed_metadata
from wallet.errors import WalletError, WalletFailure
from wallet.outside.correspondence import (
    JSON,
    LARGE_ANSWER,
    Answer,
    Correspondent,
    UnansweredError,
    json_object,
)
from wallet.ports import Ports

_OK: Final = 200
# Each costs a question; issuers name one or two.
SERVERS_LIMIT: Final = 4


async def read_issuer_metadata(identifier: str, ports: Ports) -> CredentialIssuerMetadata:
    """Return what an issuer makes, and where (VCI-58, VCI-61); signed where it signs (VCI-59).

    What came signed counts only with a signature that holds: never as if it were plain (H79).
    Raises ``WalletError``: issuer_unreachable, issuer_mismatch, issuer_untrusted,
    issuer_answer_invalid.
    """
    url = oauth.well_known_url(identifier, WELL_KNOWN)
    answer = await _fetched(url, ports.correspondent, accept=f"{SIGNED}, {JSON};q=0.9")
    try:
        if answer.media_type != SIGNED:
            document = json_object(answer, _invalid)
            return CredentialIssuerMetadata.parse(document, expected_issuer=identifier)
        now = ports.clock()
        return verify_signed_metadata(
            answer.body.decode("ascii", "replace"),
            anchors=ports.trust().anchors(Role.ISSUER, now),
            expected_issuer=identifier,
            now=now,
        )
    except VciError as error:
        raise _metadata_error(error) from None


async def read_server(
    issuer: CredentialIssuerMetadata,
    *,
    named: str | None,
    grant_type: str,
    correspondent: Correspondent,
) -> AuthorizationServerMetadata:
    """Return the authorization server to ask: the ``named`` one, or the first that will do.

    A grant may name one of those the issuer lists (VCI-6); without that they are asked in turn for
    one that takes ``grant_type``, and one that does not say may take any.

    Raises ``WalletError``: as `read_issuer_metadata`, and offer_unsupported.
    """
    try:
        first = issuer.authorization_server(named)
    except VciError as error:
        raise _invalid(error.detail) from None
    candidates = (first,) if named else issuer.authorization_servers or (first,)
    for identifier in candidates[:SERVERS_LIMIT]:
        server = await _server_metadata(identifier, correspondent)
        if not server.grant_types_supported or grant_type in server.grant_types_supported:
            return server
    raise WalletError(WalletFailure.OFFER_UNSUPPORTED, "No server of the issuer takes this grant")


async def _server_metadata(
    identifier: str, correspondent: Correspondent
) -> AuthorizationServerMetadata:
    """Ask nothing more of a server that names itself otherwise (RFC 8414 section 3.3)."""
    document = await _fetch(oauth.well_known_url(identifier, oauth.WELL_KNOWN), correspondent)
    try:
        return AuthorizationServerMetadata.parse(document, expected_issuer=identifier)
    except OAuthError as error:
        if error.failure is OAuthFailure.ISSUER_MISMATCH:
            raise WalletError(WalletFailure.ISSUER_MISMATCH) from None
        raise _invalid(error.detail) from None


async def _fetch(url: str, correspondent: Correspondent) -> JsonObject:
    return json_object(await _fetched(url, correspondent, accept=JSON), _invalid)


async def _fetched(url: str, correspondent: Correspondent, *, accept: str) -> Answer:
    try:
        answer = await correspondent.get(url, accept=accept, limit=LARGE_ANSWER)
    except UnansweredError as error:
        raise WalletError(WalletFailure.ISSUER_UNREACHABLE, str(error)) from None
    if answer.status != _OK:
        raise _invalid(f"metadata answered {answer.status}")
    return answer


def _metadata_error(error: VciError) -> WalletError:
    match error.failure:
        case VciFailure.ISSUER_MISMATCH:
            return WalletError(WalletFailure.ISSUER_MISMATCH)
        case VciFailure.SIGNER_UNTRUSTED:
            return WalletError(WalletFailure.ISSUER_UNTRUSTED)
        case _:
            return _invalid(error.detail)


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
