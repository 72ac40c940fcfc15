"""How a kind of certificate wants our keys proven, and the proofs (OpenID4VCI 1.0 appendix F).

An issuer may ask for a level of protection that nobody vouches for here: then this device cannot
hold the certificate, and that is said before anything is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from standards.openid4vci.configuration import CredentialConfiguration, ProofTypeSupport
from standards.openid4vci.credential import Proofs, ProofType
from standards.openid4vci.proof import ProofClaims, make_proof
from wallet.errors import WalletError, WalletFailure
from wallet.outside.provider import WalletProvider


@dataclass(frozen=True, slots=True)
class ProofPlan:
    """The kind of proof, and whether our provider's word on the keys goes with it."""

    proof_type: ProofType = ProofType.JWT
    attested: bool = False

    def check_provider(self, provider: WalletProvider | None) -> None:
        """Return when whoever has to vouch is there, or raise ``WalletError`` (device_unfit)."""
        if self.attested and provider is None:
            raise WalletError(WalletFailure.DEVICE_UNFIT, "Nobody vouches for the keys kept here")


def plan_of(configuration: CredentialConfiguration) -> ProofPlan:
    """Return how keys are proven for a kind of certificate: by themselves where that will do.

    Raises ``WalletError``: device_unfit for a level of protection we do not state,
    offer_unsupported when no proof of ours is taken.
    """
    offered = [
        (proof_type, support)
        for proof_type in (ProofType.JWT, ProofType.ATTESTATION)
        if (support := configuration.proof_type(proof_type)) is not None
        and Algorithm.ES256 in support.proof_signing_alg_values_supported
    ]
    if not offered:
        raise WalletError(WalletFailure.OFFER_UNSUPPORTED, "The credential binds no key of ours")
    possible = [each for each in offered if not _demands_level(each[1])]
    if not possible:
        raise WalletError(WalletFailure.DEVICE_UNFIT)
    proof_type, support = possible[0]
    attested = proof_type is ProofType.ATTESTATION or support.key_attestations_required is not None
    return ProofPlan(proof_type, attested)


def prove(
    plan: ProofPlan,
    signers: Sequence[SoftwareSigner],
    claims: ProofClaims,
    *,
    provider: WalletProvider | None,
    now: datetime,
) -> Proofs:
    """Return the proofs of all ``signers``; raises ``WalletError`` (device_unfit)."""
    plan.check_provider(provider)
    attestation = None
    if plan.attested and provider is not None:
        attestation = provider.attest_keys(
            [signer.public for signer in signers], claims.nonce, now
        )
    match plan.proof_type:
        case ProofType.JWT:
            made = (make_proof(claims, each, key_attestation=attestation) for each in signers)
            return Proofs(ProofType.JWT, tuple(made))
        case ProofType.ATTESTATION:
            return Proofs(ProofType.ATTESTATION, (attestation or "",))
        case _:
            assert_never(plan.proof_type)


def _demands_level(support: ProofTypeSupport) -> bool:
    demanded = support.key_attestations_required
    return demanded is not None and bool(demanded.key_storage or demanded.user_authentication)
