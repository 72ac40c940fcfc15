"""What an issuer handed out is believed only after these checks; nothing is kept before.

In this order, and the status last: nothing is fetched for a credential that already failed.

1. it is an issued credential, not somebody's presentation (`standards.formats`);
2. its certificate chain leads to a root trusted for issuers (HAIP section 6.1.1);
3. signature, type, digests, time, as its format has it;
4. its issuer may issue this type, and is the one its certificate names;
5. it is from the issuer that offered it, of the type its metadata named;
6. it is bound to the key made for it (OpenID4VCI section 8.3).
"""

from dataclasses import dataclass
from datetime import datetime

from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.trust_list import TrustList
from keys.x509 import Role, ValidatedChain, validate_chain
from standards.formats.credential import ProvenCredential, UnverifiedCredential
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.known import format_of
from standards.profiles import Profile
from wallet.errors import WalletError, WalletFailure


@dataclass(frozen=True, slots=True)
class Accepted:
    """A credential that passed every check but its status; only `check_received` makes one."""

    text: str
    proven: ProvenCredential
    chain: ValidatedChain


def check_received(
    text: str,
    *,
    expected_format: str,
    expected_issuer: str,
    expected_vct: str,
    expected_key: PublicJwk,
    trust: TrustList,
    now: datetime,
) -> Accepted:
    """Return the credential in ``text`` as believed, or raise ``WalletError``."""
    unverified = _parse(text, expected_format)  # 1
    chain = _issuer_chain(unverified, trust, now)  # 2
    proven = _verify(unverified, chain, now)  # 3
    _check_authority(proven, chain, expected_issuer)  # 4
    if proven.issuer is not None and proven.issuer != expected_issuer:  # 5
        raise WalletError(WalletFailure.ISSUER_MISMATCH)
    if proven.type != expected_vct:
        raise WalletError(WalletFailure.CREDENTIAL_WRONG_TYPE)
    if proven.holder is None or proven.holder.thumbprint() != expected_key.thumbprint():  # 6
        raise WalletError(WalletFailure.CREDENTIAL_NOT_OURS)
    return Accepted(text, proven, chain)


def _parse(text: str, expected_format: str) -> UnverifiedCredential:
    try:
        return format_of(expected_format).read_issued(text)
    except CredentialError as error:
        raise WalletError(WalletFailure.CREDENTIAL_INVALID, error.reason) from None


def _issuer_chain(
    unverified: UnverifiedCredential, trust: TrustList, now: datetime
) -> ValidatedChain:
    try:
        return validate_chain(
            unverified.chain, anchors=trust.anchors(Role.ISSUER, now), role=Role.ISSUER, now=now
        )
    except KeysError as error:
        raise WalletError(WalletFailure.ISSUER_UNTRUSTED, error.failure.value) from None


def _verify(
    unverified: UnverifiedCredential, chain: ValidatedChain, now: datetime
) -> ProvenCredential:
    try:
        return unverified.verify(chain.leaf_key, profile=Profile.PLAIN, now=now)
    except CredentialError as error:
        failure = (
            WalletFailure.CREDENTIAL_EXPIRED
            if error.failure in _TIME_FAILURES
            else WalletFailure.CREDENTIAL_INVALID
        )
        raise WalletError(failure, error.reason) from None


def _check_authority(
    proven: ProvenCredential, chain: ValidatedChain, expected_issuer: str
) -> None:
    """Hold a root to the types it is trusted for, and a leaf to the issuers it names (H87).

    A scope entry is a ``vct``, or the start of one when it ends in ``/``; no entry is no limit.
    Where the credential itself names no issuer, its certificate alone can name another.
    """
    scope = chain.anchor.scope
    if scope and not any(_covers(entry, proven.type) for entry in scope):
        raise WalletError(WalletFailure.ISSUER_UNTRUSTED, "The root is not trusted for this type")
    issuer = proven.issuer or expected_issuer
    if chain.uris and issuer not in chain.uris:
        raise WalletError(WalletFailure.ISSUER_UNTRUSTED, "The certificate names another issuer")


def _covers(entry: str, vct: str) -> bool:
    return vct.startswith(entry) if entry.endswith("/") else vct == entry


_TIME_FAILURES = frozenset({CredentialFailure.EXPIRED, CredentialFailure.NOT_YET_VALID})
