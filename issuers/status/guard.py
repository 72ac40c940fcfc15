"""The signer guard: nothing is signed that the world could not verify.

A certificate is worth what its signer's chain, and the list its status stands on, are worth when
somebody checks it. Issuers of other makers went on signing with certificates that had ended, and
every wallet found out later. So before each issuance the authority's own signers are looked at as
a stranger will look at them: certified by who is in the trust list, until the certificate's end,
with a status list that is signed and fresh. What is wrong is seen at the readiness page and by
``mydata doctor`` before a citizen sees it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from issuers.errors import IssuerError, IssuerFailure
from issuers.status.signing_keys import CertifiedSigner
from keys.certificate_reader import read_certificate
from keys.errors import KeysError, KeysFailure
from keys.jwk import PublicJwk
from keys.role import Role
from keys.trust_list import TrustList
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from keys.x509 import ValidatedChain, validate_chain

# A certificate this close to its end may end between the signature and its first showing, and
# whoever has to renew it needs a working week; the doctor speaks months earlier.
NEAR_END: Final = timedelta(days=7)
# Time for an operator to be told and to act; wallets that ask sooner are only told again.
RETRY_AFTER: Final = timedelta(minutes=5)
# A few authorities, two signers each, and their successors.
_KNOWN_SIGNERS: Final = 256

_TIME: Final = frozenset({KeysFailure.CHAIN_EXPIRED, KeysFailure.CHAIN_NOT_YET_VALID})


@dataclass(frozen=True, slots=True)
class TrustedSigner:
    """Whom a signer's chain leads to, and when the first certificate of that path ends."""

    key: VerificationKey
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Readiness:
    """One authority as the readiness page shows it; nothing hinders when ``hindrance`` is None.

    ``ends_at`` is when the certificate of its issuing key ends, None without one.
    ``published_at`` is when its latest status list was last seen signed and fresh.
    """

    authority: str
    ends_at: datetime | None
    is_trusted: bool
    published_at: datetime | None
    hindrance: IssuerFailure | None


def check_signer(
    keys: CertifiedSigner, role: Role, trust: TrustList, *, until: datetime, now: datetime
) -> TrustedSigner:
    """Return the signer when it may sign what must hold ``until``, or raise `IssuerError`.

    signer_untrusted: its chain does not lead to a root in the list for this role, or is another
    key's. signer_ending: a certificate of the path has ended, ends within `NEAR_END` or before
    ``until``. A chain is proven once for each set of roots; only the time is looked at each time.
    """
    try:
        chain = _chain(keys.x5c)
        proven = validate_chain(chain, anchors=trust.anchors(role, now), role=role, now=now)
    except KeysError as error:
        raise (_ending() if error.failure in _TIME else untrusted(error.detail)) from None
    if _thumbprint(proven.leaf_key) != keys.signer.public.thumbprint():
        raise untrusted("the certificate is another key's")
    found = TrustedSigner(proven.leaf_key, _end(chain, proven))
    if found.ends_at < max(until, now + NEAR_END):
        raise _ending()
    return found


def certificate_end(keys: CertifiedSigner) -> datetime | None:
    """Return when a signer's own certificate ends, trusted or not; None when it has none."""
    return read_certificate(_chain(keys.x5c)[0]).not_after if keys.x5c else None


def untrusted(reason: str) -> IssuerError:
    """Return the error of a signer that nobody would trust; ``reason`` tells an operator more."""
    return _hindered(
        IssuerFailure.SIGNER_UNTRUSTED, f"its signing key is not in the trust list ({reason})"
    )


def unpublished() -> IssuerError:
    """Return the error of an authority whose status list cannot be had as signed and fresh."""
    return _hindered(
        IssuerFailure.STATUS_UNPUBLISHED, "its status list cannot be signed and published now"
    )


@lru_cache(maxsize=_KNOWN_SIGNERS)
def _chain(x5c: tuple[str, ...]) -> tuple[bytes, ...]:
    return parse_x5c([*x5c])


@lru_cache(maxsize=_KNOWN_SIGNERS)
def _thumbprint(key: VerificationKey) -> str:
    return PublicJwk.of(key).thumbprint()


def _end(chain: tuple[bytes, ...], proven: ValidatedChain) -> datetime:
    path = (*chain, proven.anchor.certificate)
    return min(read_certificate(der).not_after for der in path)


def _ending() -> IssuerError:
    return _hindered(
        IssuerFailure.SIGNER_ENDING, "the certificate of its signing key ends too soon"
    )


def _hindered(failure: IssuerFailure, reason: str) -> IssuerError:
    detail = f"the authority signs nothing at the moment: {reason}; try again later"
    return IssuerError(failure, detail, retry_after=RETRY_AFTER)
