"""Every relying party and every profile of this service."""

from dataclasses import replace

from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.policy import NoUniqueIdentifiers, WithinRule
from verifiers.presented.requirements import Requirements
from verifiers.registered.registration import Registrations
from verifiers.services import (
    address_check,
    adult_check,
    bank_identity_check,
    contract_payment,
    creditor_check,
    lease_loan,
    loan_review,
    own_query,
)
from verifiers.services.profile import CredentialTypes, Profile
from verifiers.transaction import Transaction


class Catalogue:
    """What can be asked here: ``registrations`` says who may, ``profiles`` what is ready.

    A profile whose purpose rests on a statutory rule carries that rule as its first policy.
    """

    def __init__(self, types: CredentialTypes) -> None:
        parties = (
            adult_check.relying_party(types),
            address_check.relying_party(types),
            lease_loan.relying_party(types),
            creditor_check.relying_party(types),
            bank_identity_check.relying_party(types),
            contract_payment.relying_party(types),
            own_query.relying_party(types),
        )
        self.registrations = Registrations(parties)
        profiles = (
            adult_check.profile(types),
            address_check.profile(types),
            lease_loan.profile(types),
            loan_review.profile(types),
            creditor_check.profile(types),
            bank_identity_check.profile(types),
            contract_payment.profile(types),
        )
        self.profiles = tuple(map(self._held_to_law, profiles))

    def profile(self, name: str) -> Profile:
        """Return the profile of that name, or raise PROFILE_UNKNOWN."""
        for profile in self.profiles:
            if profile.name == name:
                return profile
        raise VerifierError(Failure.PROFILE_UNKNOWN)

    def requirements_of(self, transaction: Transaction) -> Requirements:
        """Return what the answer to a transaction is held to, beyond the protocol."""
        profile = self.profile(transaction.profile) if transaction.profile else None
        purpose = self.registrations.party(transaction.party).purpose(transaction.purpose)
        declared = purpose.policy
        rules = (*declared.rules(), *(() if profile is None else profile.policies))
        if purpose.statute is None:
            rules = (NoUniqueIdentifiers(), *rules)
        return Requirements(rules, declared.status_grace)

    def _held_to_law(self, profile: Profile) -> Profile:
        rule = self.registrations.party(profile.party).purpose(profile.purpose).rule
        if rule is None:
            return profile
        return replace(profile, policies=(WithinRule(rule), *profile.policies))
