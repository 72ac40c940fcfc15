"""What a desk wants confirmed beside the claims: of a type that is defined, and registered."""

from collections.abc import Sequence

from consent.errors import ConsentError
from consent.transactions.types import TransactionTypes
from keys.errors import KeysError
from keys.json_value import JsonObject
from standards.dcql.query import DcqlQuery
from standards.formats.known import format_of
from standards.members import Members, members
from standards.openid4vp.errors import RequestError
from standards.openid4vp.transaction_data import (
    HASHES_ALG,
    MAX_ENTRIES,
    TransactionData,
    check_referenced,
    hash_algorithm,
)
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.registration import RegisteredPurpose

_OF_EVERY_TYPE = frozenset({"type", "credential_ids", HASHES_ALG})


def transactions_of(
    wished: Sequence[JsonObject],
    query: DcqlQuery,
    *,
    purpose: RegisteredPurpose,
    types: TransactionTypes,
) -> tuple[TransactionData, ...]:
    """Return the entries of ``transaction_data`` for what a desk wrote, or raise `VerifierError`.

    Each of ``wished`` is ``{"type", the type's members…}``; ``credential_ids`` may name which
    credential queries can confirm it, and is otherwise every one of the query that can. Raises
    TRANSACTION_INVALID, TRANSACTION_NOT_REGISTERED.
    """
    if len(wished) > MAX_ENTRIES:
        raise _invalid(f"at most {MAX_ENTRIES}")
    entries = tuple(_entry(members(each, "transaction", _invalid), query) for each in wished)
    for entry in entries:
        _check_type(entry, purpose, types)
    try:
        check_referenced(entries, query)
        # Read as a wallet will: what it would refuse is not sent.
        list(map(TransactionData.parse, (entry.encoded for entry in entries)))
        if entries:
            hash_algorithm(entries)
    except RequestError as error:
        raise _invalid(error.detail) from error
    if any(_names_others(entry, query) for entry in entries):
        raise _invalid("no certificate of a format that can confirm it")
    if len({entry.encoded for entry in entries}) < len(entries):
        raise _invalid("the same one twice")
    return entries


def _entry(reader: Members, query: DcqlQuery) -> TransactionData:
    every = tuple(each.id for each in query.credentials if format_of(each.format).signs_further)
    own = {name: value for name, value in reader.value.items() if name not in _OF_EVERY_TYPE}
    try:
        return TransactionData.of(
            reader.text("type"),
            own,
            credential_ids=reader.optional_texts("credential_ids") or every,
            algorithms=reader.optional_texts(HASHES_ALG),
        )
    except KeysError as error:
        raise _invalid(error.detail) from error


def _names_others(entry: TransactionData, query: DcqlQuery) -> bool:
    """Tell whether an entry names what can confirm nothing."""
    named = (query.credential(name) for name in entry.credential_ids)
    return not all(each and format_of(each.format).signs_further for each in named)


def _check_type(
    entry: TransactionData, purpose: RegisteredPurpose, types: TransactionTypes
) -> None:
    if entry.type not in purpose.transaction_types:
        raise VerifierError(Failure.TRANSACTION_NOT_REGISTERED, f"of {purpose.code}")
    try:
        types.shown(entry.type, entry.members)
    except ConsentError as error:
        raise _invalid(error.detail) from error


def _invalid(where: str) -> VerifierError:
    return VerifierError(Failure.TRANSACTION_INVALID, where)
