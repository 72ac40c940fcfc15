"""Every relying party and every profile: those that come with this service, and those given to it.

A definition registered later counts from that moment: whoever asks, checks or erases looks here.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Final

from keys.json_value import JsonValue
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.policy import NoUniqueIdentifiers, Policy, WithinRule
from verifiers.presented.requirements import Requirements
from verifiers.registered.registration import RegisteredPurpose, Registrations, asked_paths
from verifiers.services.definition import Definition, read_definition
from verifiers.services.profile import Profile
from verifiers.transaction import Transaction

_SUFFIX: Final = ".toml"


class Catalogue:
    """What can be asked here: ``registrations`` says who may, ``profiles`` what is ready.

    A profile whose purpose rests on a statutory rule carries that rule as its first policy.
    """

    def __init__(self, base: str) -> None:
        self._built_in = tuple(read_definition(each, base=base) for each in _built_in())
        self._given: dict[str, Definition] = {}
        self.registrations = Registrations(())
        self.profiles: tuple[Profile, ...] = ()
        self._take()

    def learn(self, given: Iterable[Definition]) -> None:
        """Take these into account from now on, each in place of what it was before."""
        self._given |= {each.party.id: each for each in given}
        self._take()

    def check(self, wanted: Definition) -> None:
        """Raise DEFINITION_INVALID for what may not be registered beside the rest.

        A purpose that was registered stays, ended or not: what was asked for it is still owed.
        """
        known = {party.id: party for party in self.registrations.parties}.get(wanted.party.id)
        codes = {purpose.code for purpose in wanted.party.purposes}
        for purpose in known.purposes if known is not None else ():
            if purpose.code not in codes:
                where = f"purposes: {purpose.code} was registered: keep it, with ended = true"
                raise VerifierError(Failure.DEFINITION_INVALID, where)
        taken = {each.name for each in self.profiles if each.party != wanted.party.id}
        names = [each.name for each in wanted.profiles]
        if taken & set(names) or len(set(names)) < len(names):
            where = "purposes.profile.name: another profile is called so"
            raise VerifierError(Failure.DEFINITION_INVALID, where)

    def profile(self, name: str) -> Profile:
        """Return the profile of that name, or raise PROFILE_UNKNOWN."""
        for profile in self.profiles:
            if profile.name == name:
                return profile
        raise VerifierError(Failure.PROFILE_UNKNOWN)

    def requirements_of(self, transaction: Transaction) -> Requirements:
        """Return what the answer to a transaction is held to, beyond the protocol."""
        purpose = self.registrations.party(transaction.party).purpose(transaction.purpose)
        rules = _rules(purpose)
        if purpose.statute is None:
            rules = (NoUniqueIdentifiers(), *rules)
        return Requirements(rules, purpose.policy.status_grace)

    def _take(self) -> None:
        """Put everything together: what was given replaces what came with us, party by party."""
        by_party = {each.party.id: each for each in self._built_in} | self._given
        self.registrations.learn(each.party for each in by_party.values())
        profiles = (profile for each in by_party.values() for profile in _ready(each))
        self.profiles = tuple(sorted(profiles, key=_size))


def _ready(definition: Definition) -> Iterator[Profile]:
    """Yield the profiles that may be asked, each with the rules its answers are held to."""
    for profile in definition.profiles:
        purpose = definition.party.purpose(profile.purpose)
        if not purpose.is_ended:
            yield replace(profile, policies=_rules(purpose))


def _rules(purpose: RegisteredPurpose) -> tuple[Policy, ...]:
    declared = purpose.policy.rules()
    return declared if purpose.rule is None else (WithinRule(purpose.rule), *declared)


def _size(profile: Profile) -> int:
    """Order by what is asked: the smallest question comes first."""
    return len(asked_paths(profile.query))


def _built_in() -> Iterator[JsonValue]:
    """Yield the definitions in this package, by name."""
    folder = files(__package__ or "")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(_SUFFIX):
            yield tomllib.loads(file.read_text("utf-8"))
