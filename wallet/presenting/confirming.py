"""What a request wants confirmed with an answer: in words before, signed once after (VP B.3.3).

A type nobody defined here, or a member its definition does not know, refuses the whole request:
the holder would sign what no page can show (OpenID4VP section 5.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from consent.errors import ConsentError
from consent.transactions.definition import ShownTransaction
from consent.transactions.types import TransactionTypes
from keys.strict_json import JsonObject
from standards.formats.known import FORMATS
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.transaction_data import (
    TransactionData,
    confirming_claims,
    hash_algorithm,
    invalid_transaction_data,
)
from standards.sd_jwt.disclosure import HashAlgorithm
from wallet.errors import WalletError, WalletFailure
from wallet.presenting.choosing import Choice, Disclosing


@dataclass(frozen=True, slots=True)
class Confirming:
    """One transaction of a request, and how it is put in words."""

    data: TransactionData
    shown: ShownTransaction

    def as_dict(self) -> JsonObject:
        """Return the JSON form, for the holder alone."""
        return {"type": self.data.type, **self.shown.as_dict()}


def read_transactions(
    request: AuthorizationRequest, types: TransactionTypes
) -> tuple[Confirming, ...]:
    """Return the transactions of a request, or raise `RequestError` (transaction_data).

    Also for one that no certificate asked for could confirm: an mdoc's holder signs no more than
    the presentation (OpenID4VP B.2.1).
    """
    able = {each.id for each in request.dcql_query.credentials if _can_confirm(each.format)}
    for entry in request.transaction_data:
        if able.isdisjoint(entry.credential_ids):
            raise invalid_transaction_data(
                "what is asked for is of a format that confirms nothing"
            )
    return tuple(_read(entry, types) for entry in request.transaction_data)


def confirms(choice: Choice, transactions: Sequence[Confirming]) -> bool:
    """Tell whether an answer shows, for each transaction, a credential that may confirm it."""
    return all(_confirmer(choice, each.data) is not None for each in transactions)


def further_claims(
    choice: Choice, transactions: Sequence[Confirming]
) -> tuple[JsonObject | None, ...]:
    """Return what the key binding of each presentation says beside its own claims.

    Each transaction is confirmed by one credential alone, the first that may. Raises
    ``WalletError`` (claim_required) when the answer shows none of those the request names.
    """
    if not transactions:
        return (None,) * len(choice)
    algorithm = hash_algorithm(each.data for each in transactions)
    if not confirms(choice, transactions):
        raise WalletError(WalletFailure.CLAIM_REQUIRED, "Nothing chosen confirms the transaction")
    return tuple(_claims(each, choice, transactions, algorithm) for each in choice)


def _claims(
    disclosing: Disclosing,
    choice: Choice,
    transactions: Sequence[Confirming],
    algorithm: HashAlgorithm,
) -> JsonObject | None:
    mine = [each.data for each in transactions if _confirmer(choice, each.data) is disclosing]
    return confirming_claims(mine, algorithm) if mine else None


def _confirmer(choice: Choice, entry: TransactionData) -> Disclosing | None:
    able = (each for each in choice if _can_confirm(each.credential.format))
    return next((each for each in able if each.query_id in entry.credential_ids), None)


def _can_confirm(credential_format: str) -> bool:
    return credential_format in FORMATS and FORMATS[credential_format].signs_further


def _read(entry: TransactionData, types: TransactionTypes) -> Confirming:
    try:
        return Confirming(entry, types.shown(entry.type, entry.members))
    except ConsentError as error:
        raise invalid_transaction_data(error.detail) from None
