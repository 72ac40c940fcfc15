"""The verification policy of one purpose: declared as data with what it may ask, rules at work.

Nothing declared is nothing asked for beyond the protocol; a status list that cannot be fetched is
then "could not check", and refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consent.forms.terms import LocalText
from keys.json_value import JsonObject
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import DcqlQuery
from verifiers.presented.issued_for import IssuedFor, left_to_rules
from verifiers.presented.policy import (
    AssuredAs,
    HeldBy,
    IssuedBy,
    IssuedWithin,
    Policy,
    PolicyName,
    SameValue,
)
from verifiers.presented.verified import Assurance, VerifiedCredential


@dataclass(frozen=True, slots=True)
class StatusGrace:
    """What is accepted when a status list cannot be fetched: the last one seen, for so long.

    Never past the time its provider set for it (Token Status List 13.7), and never what was
    revoked in it. ``reason`` says why this purpose cannot wait; it is published with it.
    """

    period: timedelta
    reason: LocalText


@dataclass(frozen=True, slots=True)
class SameClaim:
    """Two claims that must be equal, each by its query id and its path."""

    query_id: str
    path: ClaimsPathPointer
    other_query_id: str
    other_path: ClaimsPathPointer


@dataclass(frozen=True, slots=True)
class DeclaredPolicy:
    """What a registration says of verification; None or empty is no demand.

    ``issuers`` are pairs of a type and the issuers it is taken from, ``issued_for`` what
    certificates have to be made out for. Durations are days and shorter, so that they need no
    calendar.
    """

    issuers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    max_age: timedelta | None = None
    assurance: Assurance | None = None
    holder_keys: tuple[str, ...] = ()
    same: tuple[SameClaim, ...] = ()
    issued_for: tuple[IssuedFor, ...] = ()
    status_grace: StatusGrace | None = None

    def rules(self) -> tuple[Policy, ...]:
        """Return the rules, in the order in which they are checked and told."""
        rules: list[Policy] = [IssuedBy(vct, frozenset(names)) for vct, names in self.issuers]
        if self.max_age is not None:
            rules.append(IssuedWithin(self.max_age))
        if self.assurance is not None:
            rules.append(AssuredAs(self.assurance))
        if self.holder_keys:
            rules.append(HeldBy(frozenset(self.holder_keys)))
        rules += (
            SameValue(one.query_id, one.path, one.other_query_id, one.other_path)
            for one in self.same
        )
        return (*rules, *self.issued_for)

    def as_dict(self) -> JsonObject:
        """Return the published form: durations in seconds."""
        grace = self.status_grace
        return {
            "issuers": {vct: [*names] for vct, names in self.issuers},
            "max_age": None if self.max_age is None else int(self.max_age.total_seconds()),
            "assurance": None if self.assurance is None else self.assurance.value,
            "holder_keys": [*self.holder_keys],
            "same": [
                [one.query_id, one.path.dotted(), one.other_query_id, one.other_path.dotted()]
                for one in self.same
            ],
            "issued_for": [one.as_dict() for one in self.issued_for],
            "status_grace": None
            if grace is None
            else {"period": int(grace.period.total_seconds()), "reason": grace.reason.as_dict()},
        }


NOTHING_DECLARED = DeclaredPolicy()


@dataclass(frozen=True, slots=True)
class Requirements:
    """What one verification is held to: the rules of step 10, and the grace of step 9."""

    rules: tuple[Policy, ...] = ()
    status_grace: StatusGrace | None = None

    def asked(self, query: DcqlQuery) -> DcqlQuery:
        """Return the query an answer is held against in step 8; what rules check is left out."""
        return left_to_rules(query, [rule for rule in self.rules if isinstance(rule, IssuedFor)])

    def check(
        self, credentials: Sequence[VerifiedCredential], *, now: datetime
    ) -> tuple[PolicyName, ...]:
        """Return the names of the rules that hold, each once, or raise the first refusal."""
        for rule in self.rules:
            rule.check(credentials, now=now)
        return tuple(dict.fromkeys(rule.name for rule in self.rules))
