"""Every relying party and every profile of this service."""

from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registration import Registrations
from verifiers.services import address_check, adult_check, lease_loan, own_query
from verifiers.services.profile import CredentialTypes, Profile


class Catalogue:
    """What can be asked here: ``registrations`` says who may, ``profiles`` what is ready."""

    def __init__(self, types: CredentialTypes) -> None:
        parties = (
            adult_check.relying_party(types),
            address_check.relying_party(types),
            lease_loan.relying_party(types),
            own_query.relying_party(types),
        )
        self.registrations = Registrations(parties)
        self.profiles = (
            adult_check.profile(types),
            address_check.profile(types),
            lease_loan.profile(types),
        )

    def profile(self, name: str) -> Profile:
        """Return the profile of that name, or raise PROFILE_UNKNOWN."""
        for profile in self.profiles:
            if profile.name == name:
                return profile
        raise VerifierError(Failure.PROFILE_UNKNOWN)
