"""Which keys a credential request proves, and with which nonces of ours (appendix F)."""

from dataclasses import dataclass
from datetime import datetime

from issuers.errors import IssuerError
from issuers.issuance.issuing import BATCH_SIZE
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.nonces import UsedNonce, check_nonce
from keys.jwk import PublicJwk
from keys.x509 import Anchor
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.openid4vci.credential import Proofs
from standards.openid4vci.proof import invalid_nonce, verify_proofs


@dataclass(frozen=True, slots=True)
class Proved:
    """The holder's keys, all different, and the nonces that must not come again."""

    holders: tuple[PublicJwk, ...]
    nonces: tuple[UsedNonce, ...]


@dataclass(frozen=True, slots=True)
class Prover:
    """What proofs are measured against: an authority, its identifier, its nonces, the time.

    ``attesters`` are the roots of the wallet providers whose word on keys counts, ``demanded`` is
    what a kind wants of them; None wants nothing, and then an attestation need only be right.
    """

    authority: str
    issuer: str
    secret: IssuerSecret
    now: datetime
    attesters: tuple[Anchor, ...] = ()
    demanded: KeyAttestationsRequired | None = None

    def prove(self, proofs: Proofs | None) -> Proved:
        """Return what ``proofs`` prove, or raise `CredentialRequestError` (H52, H73).

        All proofs of a batch may share one nonce.
        """
        used: dict[bytes, UsedNonce] = {}

        def take(nonce: str) -> None:
            try:
                found = check_nonce(nonce, self.authority, secret=self.secret, now=self.now)
            except IssuerError:
                raise invalid_nonce() from None
            used[found.nonce_hash] = found

        holders = verify_proofs(
            proofs,
            expected_issuer=self.issuer,
            check_nonce=take,
            now=self.now,
            max_proofs=BATCH_SIZE,
            attesters=self.attesters,
            demanded=self.demanded,
        )
        return Proved(holders, tuple(used.values()))
