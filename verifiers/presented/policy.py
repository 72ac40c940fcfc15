"""What a service needs beyond the protocol: small rules about verified facts, that compose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consent.forms.statutory import StatutoryRule, covers, kind_of
from standards.dcql.paths import ClaimsPathPointer
from standards.positions import leaves
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.verified import VerifiedCredential


class Policy(Protocol):
    """One rule of one service."""

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

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise POLICY_NOT_MET unless both claims are there and equal."""
        values = _values(credentials, self.query_id, self.path)
        others = _values(credentials, self.other_query_id, self.other_path)
        if not values or values != others:
            where = f"{self.query_id}: {self.path.dotted()}, {self.other_query_id}"
            raise VerifierError(Failure.POLICY_NOT_MET, f"{where}: {self.other_path.dotted()}")


@dataclass(frozen=True, slots=True)
class WithinRule:
    """Nothing is taken that the law behind the purpose keeps from this relying party.

    What is asked for stays within it already (`verifiers.registered.registration`); this is about
    what came all the same: a claim its issuer left open is shown with every other.
    """

    rule: StatutoryRule

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
