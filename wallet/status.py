"""Whether a credential is still good, asked of its status list; what is not told is a no."""

from datetime import datetime
from typing import Final

from keys.errors import KeysError
from keys.trust_list import TrustList
from keys.x509 import Role, ValidatedChain, parse_x5c, validate_chain
from standards.status_list.bits import Status
from standards.status_list.errors import StatusListError
from standards.status_list.reference import StatusReference
from standards.status_list.token import (
    MAX_TOKEN,
    MEDIA_TYPE,
    VerifiedStatusList,
    parse_status_token,
    verify_status_token,
)
from wallet.correspondence import Correspondent, UnansweredError
from wallet.errors import WalletError, WalletFailure

_OK: Final = 200


async def check_status(
    reference: StatusReference, *, trust: TrustList, correspondent: Correspondent, now: datetime
) -> None:
    """Return when the credential is VALID (Token Status List section 8.3).

    Raises ``WalletError``: status_unavailable, credential_revoked, credential_suspended,
    credential_outdated.
    """
    token = await _fetch(reference.uri, correspondent)
    try:
        status = _read(token, reference.uri, trust, now).status_at(reference.idx)
    except StatusListError as error:
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, error.failure.value) from None
    except KeysError as error:
        reason = f"The status list is not trusted ({error.failure.value})"
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, reason) from None
    match status:
        case Status.VALID:
            return
        case Status.INVALID:
            raise WalletError(WalletFailure.CREDENTIAL_REVOKED)
        case Status.SUSPENDED:
            raise WalletError(WalletFailure.CREDENTIAL_SUSPENDED)
        case Status.APPLICATION_SPECIFIC:
            raise WalletError(WalletFailure.CREDENTIAL_OUTDATED)


async def _fetch(uri: str, correspondent: Correspondent) -> str:
    try:
        answer = await correspondent.get(uri, accept=MEDIA_TYPE, limit=MAX_TOKEN)
    except UnansweredError as error:
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, str(error)) from None
    if answer.status != _OK or answer.media_type != MEDIA_TYPE or not answer.body.isascii():
        reason = f"The status list answered {answer.status}"
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, reason)
    return answer.body.decode("ascii")


def _read(token: str, uri: str, trust: TrustList, now: datetime) -> VerifiedStatusList:
    """Believe a list that its provider signed, under a root trusted for status (HAIP 6.1)."""
    unverified = parse_status_token(token)
    chain: ValidatedChain = validate_chain(
        parse_x5c(unverified.header.get("x5c")),
        anchors=trust.anchors(Role.STATUS, now),
        role=Role.STATUS,
        now=now,
    )
    return verify_status_token(unverified, chain.leaf_key, expected_uri=uri, now=now)
