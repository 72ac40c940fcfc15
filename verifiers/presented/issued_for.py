"""Certificates that were made out for something: for one use, and for one institution.

A tax payment certificate says what it is to be used for and who pays (국세징수법 시행규칙 별지
제94호서식). Shown for another use, or to another institution, it proves nothing there. What has to
stand where is data of the purpose, so no kind of certificate is known here.

The request asks for these values too (OpenID4VP 6.3), so that a wallet shows none in vain and can
tell its holder why. That is a filter and no check (14.9); the check is the rule below.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from keys.json_value import JsonObject
from standards.dcql.claim_query import ClaimQuery
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import DcqlQuery
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.policy import PolicyName
from verifiers.presented.verified import VerifiedCredential

_Change: TypeAlias = Callable[[ClaimQuery, "IssuedFor"], ClaimQuery]


class MadeOutFor(StrEnum):
    """What a certificate may be made out for, as definition files call it."""

    USE = "use"
    RECEIVER = "receiver"


_REFUSALS: Final = {
    MadeOutFor.USE: Failure.ISSUED_FOR_ANOTHER_USE,
    MadeOutFor.RECEIVER: Failure.ISSUED_FOR_ANOTHER_RECEIVER,
}


@dataclass(frozen=True, slots=True)
class IssuedFor:
    """Certificates of a type are taken when the claim at ``path`` is one of ``accepted``.

    Letter for letter: what is nearly our name is a name the authority did not write.
    """

    vct: str
    aspect: MadeOutFor
    path: ClaimsPathPointer
    accepted: tuple[str, ...]

    @property
    def name(self) -> PolicyName:
        """What it is about."""
        return PolicyName.ISSUED_FOR

    def check(self, credentials: Sequence[VerifiedCredential], *, now: datetime) -> None:
        """Raise ISSUED_FOR_ANOTHER_USE or ISSUED_FOR_ANOTHER_RECEIVER.

        Also for a certificate that does not say what it is for.
        """
        for credential in credentials:
            if credential.vct == self.vct and not self._is_met_by(credential):
                where = f"{credential.query_id}: {self.path.dotted()}"
                raise VerifierError(_REFUSALS[self.aspect], where)

    def as_dict(self) -> JsonObject:
        """Return the published form."""
        return {
            "type": self.vct,
            "made_out_for": self.aspect.value,
            "claim": self.path.dotted(),
            "accepted": [*self.accepted],
        }

    def _is_met_by(self, credential: VerifiedCredential) -> bool:
        found = self.path.resolve(credential.claims, credential.positions)
        return bool(found) and all(one.value in self.accepted for one in found)


def with_values(query: DcqlQuery, rules: Sequence[IssuedFor]) -> DcqlQuery:
    """Return the query as it is sent: asking for what the rules accept, where they look."""
    return _mapped(query, rules, lambda claim, rule: replace(claim, values=rule.accepted))


def left_to_rules(query: DcqlQuery, rules: Sequence[IssuedFor]) -> DcqlQuery:
    """Return the query as an answer is held against it: without the values of the rules.

    These are checked with the policy, where the refusal says what is wrong.
    """

    def bare(claim: ClaimQuery, rule: IssuedFor) -> ClaimQuery:
        return replace(claim, values=()) if claim.values == rule.accepted else claim

    return _mapped(query, rules, bare)


def _mapped(query: DcqlQuery, rules: Sequence[IssuedFor], change: _Change) -> DcqlQuery:
    """Return the query with the claims changed that a rule looks at."""

    def claim_of(credential: CredentialQuery, claim: ClaimQuery) -> ClaimQuery:
        for rule in rules:
            if (rule.vct,) == credential.types and rule.path == claim.path:
                return change(claim, rule)
        return claim

    return replace(
        query,
        credentials=tuple(
            replace(each, claims=tuple(claim_of(each, claim) for claim in each.claims))
            for each in query.credentials
        ),
    )
