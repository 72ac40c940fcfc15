"""What an issuer handed out is believed only after these checks; nothing is kept before.

In this order, and the status last: nothing is fetched for a credential that already failed.

1. it is an issued credential, not somebody's presentation (RFC 9901 section 7.2);
2. its certificate chain leads to a root trusted for issuers (HAIP section 6.1.1);
3. signature, type, digests, time (RFC 9901 section 7.1, SD-JWT VC section 3.4);
4. its issuer may issue this type, and is the one its certificate names;
5. it is from the issuer that offered it, of the type its metadata named;
6. it is bound to the key made for it (OpenID4VCI section 8.3).
"""

from dataclasses import dataclass
from datetime import datetime

from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.trust_list import TrustList
from keys.x509 import Role, ValidatedChain, parse_x5c, validate_chain
from standards.profiles import Profile
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.parse import UnverifiedSdJwt, parse_issued_sd_jwt
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc
from standards.sd_jwt_vc.errors import VcError, VcFailure
from wallet.errors import WalletError, WalletFailure


@dataclass(frozen=True, slots=True)
class Accepted:
    """A credential that passed every check but its status; only `check_received` makes one."""

    text: str
    vc: VerifiedVc
    chain: ValidatedChain


def check_received(
    text: str,
    *,
    expected_issuer: str,
    expected_vct: str,
    expected_key: PublicJwk,
    trust: TrustList,
    now: datetime,
) -> Accepted:
    """Return the credential in ``text`` as believed, or raise ``WalletError``."""
    unverified = _parse(text)  # 1
    chain = _issuer_chain(unverified, trust, now)  # 2
    vc = _verify(unverified, chain, now)  # 3
    _check_authority(vc, chain)  # 4
    if vc.issuer is not None and vc.issuer != expected_issuer:  # 5
        raise WalletError(WalletFailure.ISSUER_MISMATCH)
    if vc.vct != expected_vct:
        raise WalletError(WalletFailure.CREDENTIAL_WRONG_TYPE)
    if vc.holder is None or vc.holder.thumbprint() != expected_key.thumbprint():  # 6
        raise WalletError(WalletFailure.CREDENTIAL_NOT_OURS)
    return Accepted(text, vc, chain)


def _parse(text: str) -> UnverifiedSdJwt:
    try:
        return parse_issued_sd_jwt(text)
    except SdJwtError as error:
        raise WalletError(WalletFailure.CREDENTIAL_INVALID, error.failure.value) from None


def _issuer_chain(unverified: UnverifiedSdJwt, trust: TrustList, now: datetime) -> ValidatedChain:
    try:
        chain = parse_x5c(unverified.header.get("x5c"))
        return validate_chain(
            chain, anchors=trust.anchors(Role.ISSUER, now), role=Role.ISSUER, now=now
        )
    except KeysError as error:
        raise WalletError(WalletFailure.ISSUER_UNTRUSTED, error.failure.value) from None


def _verify(unverified: UnverifiedSdJwt, chain: ValidatedChain, now: datetime) -> VerifiedVc:
    try:
        return verify_vc(unverified, chain.leaf_key, profile=Profile.PLAIN, now=now)
    except SdJwtError as error:
        raise WalletError(WalletFailure.CREDENTIAL_INVALID, error.failure.value) from None
    except VcError as error:
        failure = (
            WalletFailure.CREDENTIAL_EXPIRED
            if error.failure in _TIME_FAILURES
            else WalletFailure.CREDENTIAL_INVALID
        )
        raise WalletError(failure, error.failure.value) from None


def _check_authority(vc: VerifiedVc, chain: ValidatedChain) -> None:
    """Hold a root to the types it is trusted for, and a leaf to the issuers it names (H87).

    A scope entry is a ``vct``, or the start of one when it ends in ``/``; no entry is no limit.
    """
    scope = chain.anchor.scope
    if scope and not any(_covers(entry, vc.vct) for entry in scope):
        raise WalletError(WalletFailure.ISSUER_UNTRUSTED, "The root is not trusted for this type")
    if vc.issuer is not None and chain.uris and vc.issuer not in chain.uris:
        raise WalletError(WalletFailure.ISSUER_UNTRUSTED, "The certificate names another issuer")


def _covers(entry: str, vct: str) -> bool:
    return vct.startswith(entry) if entry.endswith("/") else vct == entry


_TIME_FAILURES = frozenset({VcFailure.EXPIRED, VcFailure.NOT_YET_VALID})
