"""Whether a credential is still good, asked of its status list; what is not told is a no."""

from dataclasses import dataclass
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
from wallet.errors import WalletError, WalletFailure
from wallet.outside.correspondence import Correspondent, UnansweredError

_OK: Final = 200


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list its provider signed, the certificate chain of the signature, and the token itself."""

    statuses: VerifiedStatusList
    chain: tuple[bytes, ...]
    token: str


async def check_status(
    reference: StatusReference, *, trust: TrustList, correspondent: Correspondent, now: datetime
) -> None:
    """Return when the credential is VALID (Token Status List section 8.3).

    Raises ``WalletError``: status_unavailable, credential_revoked, credential_suspended,
    credential_outdated.
    """
    signed = await fetch_list(reference.uri, trust=trust, correspondent=correspondent, now=now)
    try:
        status = signed.statuses.status_at(reference.idx)
    except StatusListError as error:
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, error.failure.value) from None
    match status:
        case Status.VALID:
            return
        case Status.INVALID:
            raise WalletError(WalletFailure.CREDENTIAL_REVOKED)
        case Status.SUSPENDED:
            raise WalletError(WalletFailure.CREDENTIAL_SUSPENDED)
        case Status.APPLICATION_SPECIFIC:
            raise WalletError(WalletFailure.CREDENTIAL_OUTDATED)


async def fetch_list(
    uri: str, *, trust: TrustList, correspondent: Correspondent, now: datetime
) -> SignedList:
    """Return the whole list at ``uri``, or raise ``WalletError`` (status_unavailable)."""
    token = await _fetch(uri, correspondent)
    try:
        return _read(token, uri, trust, now)
    except StatusListError as error:
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, error.failure.value) from None
    except KeysError as error:
        raise _untrusted(error) from None


def check_signer(signed: SignedList, trust: TrustList, now: datetime) -> None:
    """Return while the chain of a list leads to a root trusted for status (HAIP 6.1).

    Raises ``WalletError`` (status_unavailable).
    """
    try:
        _validated(signed.chain, trust, now)
    except KeysError as error:
        raise _untrusted(error) from None


async def _fetch(uri: str, correspondent: Correspondent) -> str:
    try:
        answer = await correspondent.get(uri, accept=MEDIA_TYPE, limit=MAX_TOKEN)
    except UnansweredError as error:
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, str(error)) from None
    if answer.status != _OK or answer.media_type != MEDIA_TYPE or not answer.body.isascii():
        reason = f"The status list answered {answer.status}"
        raise WalletError(WalletFailure.STATUS_UNAVAILABLE, reason)
    return answer.body.decode("ascii")


def _read(token: str, uri: str, trust: TrustList, now: datetime) -> SignedList:
    unverified = parse_status_token(token)
    chain = parse_x5c(unverified.header.get("x5c"))
    signer = _validated(chain, trust, now).leaf_key
    statuses = verify_status_token(unverified, signer, expected_uri=uri, now=now)
    return SignedList(statuses, chain, token)


def _validated(chain: tuple[bytes, ...], trust: TrustList, now: datetime) -> ValidatedChain:
    anchors = trust.anchors(Role.STATUS, now)
    return validate_chain(chain, anchors=anchors, role=Role.STATUS, now=now)


def _untrusted(error: KeysError) -> WalletError:
    reason = f"The status list is not trusted ({error.failure.value})"
    return WalletError(WalletFailure.STATUS_UNAVAILABLE, reason)
