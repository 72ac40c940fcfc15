"""What of a query was answered: each presentation beside the credential query it is for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consent.forms.terms import Terms
from keys.strict_json import loads
from standards.dcql.candidates import Answer
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.query import DcqlQuery
from standards.openid4vp.vp_token import VpToken
from verifiers.errors import VerifierError
from verifiers.presented.checked import CheckedPresentation
from verifiers.presented.confirmed import ConfirmedTransaction
from verifiers.presented.presentation import check_query
from verifiers.recording.agreement import Agreement
from verifiers.recording.recorder import Use
from verifiers.registered.disclosed import disclosed_claims
from verifiers.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Answered:
    """Presentations that passed by themselves, and what of the query they answer (step 8)."""

    transaction: Transaction
    query: DcqlQuery
    presentations: tuple[CheckedPresentation, ...]
    answers: tuple[Answer, ...]
    confirmed: tuple[ConfirmedTransaction, ...] = ()

    def use(self, agreement: Agreement) -> Use:
        """Return what happened, as it is written down."""
        presented = [one.candidate() for one in self.presentations]
        return Use(
            transaction=self.transaction,
            terms=Terms.parse(loads(self.transaction.terms)),
            agreement=agreement,
            presentations=self.presentations,
            asked=disclosed_claims(self.query, self.answers, presented),
            confirmed=self.confirmed,
        )


def asked_and_given(query: DcqlQuery, vp_token: VpToken) -> Iterator[tuple[CredentialQuery, str]]:
    """Yield each presentation with the credential query it says it answers, in query order."""
    given = dict(vp_token.by_query)
    for asked in query.credentials:
        for text in given.get(asked.id, ()):
            yield asked, text


def answered_by_code(
    transaction: Transaction, query: DcqlQuery, checked: CheckedPresentation
) -> Answered:
    """Return a shown code's answer to the first alternative of the query that it fits exactly."""
    fitting = fitted(query, checked)
    return Answered(transaction, query, (fitting,), check_query(query, (fitting,)))


def fitted(query: DcqlQuery, checked: CheckedPresentation) -> CheckedPresentation:
    """Return what a code shows as the answer to the first alternative that it fits exactly.

    A code names no credential query, so each is tried; the first, which asks for least, says what
    is wrong with a code that answers none.
    """
    refusals: list[VerifierError] = []
    for asked in query.credentials:
        tried = replace(checked, query_id=asked.id)
        try:
            check_query(query, (tried,))
        except VerifierError as error:
            refusals.append(error)
        else:
            return tried
    raise refusals[0]
