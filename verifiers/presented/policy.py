"""What a service needs beyond the protocol: small rules about verified facts, that compose.

A rule has a name, which stands among the outcomes of a verification, and checks all certificates
of an answer at once. What a purpose declares (`verifiers.presented.requirements`) is made of the
rules below; each knows nothing of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from consent.forms.statutory import UNIQUE_IDENTIFIERS, StatutoryRule, covers, kind_of
from standards.dcql.paths import ClaimsPathPointer
from standards.positions import leaves
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.verified import Assurance, VerifiedCredential


class PolicyName(StrEnum):
    """What a rule is about, as outcomes and definition files call it."""

    WITHIN_LAW = "within_law"
    NO_UNIQUE_IDENTIFIERS = "no_unique_identifiers"
    ISSUERS = "issuers"
    MAX_AGE = "max_age"
    ASSURANCE = "assurance"
    HOLDER_KEYS = "holder_keys"
    SAME_VALUE = "same_value"
    ISSUED_FOR = "issued_for"


class Policy(Protocol):
    """One rule of one service."""

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        ...

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise `VerifierError` unless the certificates are what the service needs."""
        ...


@dataclass(frozen=True, slots=True)
class SameValue:
    """Two certificates of different authorities are about one person: one claim is equal in both.

    The keys they are bound to differ by design, so this is what ties them together.
    """

    query_id: str
    path: ClaimsPathPointer
    other_query_id: str
    other_path: ClaimsPathPointer

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.SAME_VALUE

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise POLICY_NOT_MET unless both claims are there and equal."""
        values = _values(credentials, self.query_id, self.path)
        others = _values(credentials, self.other_query_id, self.other_path)
        if not values or values != others:
            where = f"{self.query_id}: {self.path.dotted()}, {self.other_query_id}"
            raise not_met(self.name, f"{where}: {self.other_path.dotted()}")


@dataclass(frozen=True, slots=True)
class WithinRule:
    """Nothing is taken that the law behind the purpose keeps from this relying party.

    What is asked for stays within it already (`verifiers.registered.registration`); this is about
    what came all the same: a claim its issuer left open is shown with every other.
    """

    rule: StatutoryRule

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.WITHIN_LAW

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise SHOWN_BEYOND_LAW when a certificate shows more than the rule permits."""
        for credential in credentials:
            kind = kind_of(credential.vct) or ""
            for path, value in leaves(credential.claims):
                # A frame whose content stays hidden says nothing.
                if value not in ({}, []) and not covers(
                    self.rule, kind, credential.positions.issued(path)
                ):
                    raise VerifierError(Failure.SHOWN_BEYOND_LAW, credential.query_id)


@dataclass(frozen=True, slots=True)
class NoUniqueIdentifiers:
    """Without a statute no resident number is taken, whatever its holder agreed to."""

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.NO_UNIQUE_IDENTIFIERS

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise SHOWN_BEYOND_LAW when a certificate shows one."""
        for credential in credentials:
            for path, _ in leaves(credential.claims):
                if not UNIQUE_IDENTIFIERS.isdisjoint(path):
                    raise VerifierError(Failure.SHOWN_BEYOND_LAW, credential.query_id)


@dataclass(frozen=True, slots=True)
class IssuedBy:
    """Certificates of a type are taken from these issuers only, of all the trust list names."""

    vct: str
    issuers: frozenset[str]

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.ISSUERS

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise POLICY_NOT_MET for a certificate of another."""
        for credential in credentials:
            if credential.vct == self.vct and credential.issuer not in self.issuers:
                raise not_met(self.name, credential.query_id)


@dataclass(frozen=True, slots=True)
class IssuedWithin:
    """Certificates are as fresh as this; one that does not say when it was issued is not."""

    max_age: timedelta

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.MAX_AGE

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise POLICY_NOT_MET for an older one."""
        for credential in credentials:
            issued_at = credential.issued_at
            if issued_at is None or now - issued_at > self.max_age:
                raise not_met(self.name, credential.query_id)


@dataclass(frozen=True, slots=True)
class AssuredAs:
    """Every certificate is proven at least so far (`verifiers.presented.verified.Assurance`)."""

    least: Assurance

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.ASSURANCE

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise POLICY_NOT_MET for what is proven less far."""
        for credential in credentials:
            if credential.assurance.rank < self.least.rank:
                raise not_met(self.name, credential.query_id)


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Certificates are bound to a key of one of these kinds (JOSE algorithm names)."""

    algorithms: frozenset[str]

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.HOLDER_KEYS

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise POLICY_NOT_MET for another kind of key, or none."""
        for credential in credentials:
            if credential.holder_algorithm not in self.algorithms:
                raise not_met(self.name, credential.query_id)


def not_met(name: PolicyName, where: str) -> VerifierError:
    """Return the refusal of a rule; ``where`` names a query or a path, never a value."""
    return VerifierError(Failure.POLICY_NOT_MET, f"{name.value}: {where}")


def _values(
    credentials: Sequence[VerifiedCredential], query_id: str, path: ClaimsPathPointer
) -> list[object]:
    """Return what one query's certificate says at a path; the empty list when it says nothing."""
    return [
        selected.value
        for credential in credentials
        if credential.query_id == query_id
        for selected in path.resolve(credential.claims, credential.positions)
    ]
