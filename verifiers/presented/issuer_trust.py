"""Whether the one who signed a certificate may issue it: chain, trust list, and kind.

The key comes from the token's own chain and from nowhere else, so nothing is fetched and a token
cannot choose how its key is found (SD-JWT VC draft-13 3.5, 10.2; HAIP 6.1.1).
"""

from datetime import datetime

from keys.errors import KeysError, KeysFailure
from keys.trust_list import TrustList
from keys.x509 import Role, ValidatedChain, validate_chain
from standards.formats.credential import ProvenCredential, UnverifiedCredential
from verifiers.errors import VerifierError
from verifiers.failure import Failure


def check_trust_list(trust: TrustList, *, now: datetime) -> None:
    """Raise TRUST_LIST_UNUSABLE when the list itself is out of date."""
    if trust.expires_at <= now:
        raise VerifierError(Failure.TRUST_LIST_UNUSABLE, "it has expired")


def trusted_issuer(
    unverified: UnverifiedCredential, *, trust: TrustList, now: datetime, where: str
) -> ValidatedChain:
    """Return who the chain in a certificate belongs to.

    Raises ISSUER_NOT_TRUSTED when no listed root signed it, ISSUER_CHAIN_INVALID for the rest.
    """
    try:
        anchors = trust.anchors(Role.ISSUER, now)
        return validate_chain(unverified.chain, anchors=anchors, role=Role.ISSUER, now=now)
    except KeysError as error:
        is_unknown = error.failure is KeysFailure.CHAIN_UNTRUSTED
        failure = Failure.ISSUER_NOT_TRUSTED if is_unknown else Failure.ISSUER_CHAIN_INVALID
        raise VerifierError(failure, f"{where}: {error.failure.value}") from error


def check_authority(credential: ProvenCredential, issuer: ValidatedChain, *, where: str) -> None:
    """Raise ISSUER_OUT_OF_SCOPE when this issuer may not issue this type (H87).

    The trust list may limit a root to types: each entry is a ``vct``, or the start of one when it
    ends in ``/``; no entry is no limit. Where the leaf names issuers, ``iss`` must be one of them.
    """
    scope = issuer.anchor.scope
    if scope and not any(_covers(entry, credential.type) for entry in scope):
        raise VerifierError(Failure.ISSUER_OUT_OF_SCOPE, f"{where}: vct")
    named = credential.issuer
    if named is not None and issuer.uris and named not in issuer.uris:
        raise VerifierError(Failure.ISSUER_OUT_OF_SCOPE, f"{where}: iss")


def _covers(entry: str, vct: str) -> bool:
    return vct.startswith(entry) if entry.endswith("/") else vct == entry
