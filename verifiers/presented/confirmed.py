"""What the holder confirmed: each transaction of the request, once, by one of its credentials.

OpenID4VP 1.0 sections 5.1 and B.3.3. The hashes stand in the key binding, so they are the
holder's; here they are held against what was asked, text by text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keys.json_value import JsonObject, JsonValue
from standards.openid4vp.transaction_data import HASHES, HASHES_ALG, TransactionData
from standards.sd_jwt.disclosure import HashAlgorithm
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.checked import CheckedPresentation
from verifiers.presented.expected import claims_asked
from verifiers.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ConfirmedTransaction:
    """One transaction, and the credential query whose holder key confirmed it."""

    data: TransactionData
    query_id: str


def asked_transactions(transaction: Transaction) -> tuple[TransactionData, ...]:
    """Return what a request of ours asks to be confirmed."""
    asked = claims_asked(transaction).get("transaction_data", [])
    return tuple(map(TransactionData.parse, asked if isinstance(asked, list) else ()))


def check_confirmed(
    asked: Sequence[TransactionData], presentations: Sequence[CheckedPresentation]
) -> tuple[ConfirmedTransaction, ...]:
    """Return what was confirmed: all that was asked, each once (part of step 7).

    Raises CONFIRMATION_UNEXPECTED for hashes of what was not asked of that credential,
    CONFIRMATION_WRONG for a list or an algorithm that may not be, or a second confirmation,
    CONFIRMATION_MISSING for a transaction nobody confirmed.
    """
    confirmed = [
        ConfirmedTransaction(entry, presentation.query_id)
        for presentation in presentations
        for entry in _confirmed_by(presentation, asked)
    ]
    texts = [each.data.encoded for each in confirmed]
    if len(set(texts)) < len(texts):
        raise VerifierError(Failure.CONFIRMATION_WRONG, "two credentials confirm one transaction")
    for entry in asked:
        if entry.encoded not in texts:
            raise VerifierError(Failure.CONFIRMATION_MISSING, ", ".join(entry.credential_ids))
    return tuple(confirmed)


def confirmed_form(confirmed: ConfirmedTransaction) -> JsonObject:
    """Return a confirmed transaction of a result; its members are what this party had asked."""
    data = confirmed.data
    return {"type": data.type, "members": data.members, "confirmed_by": confirmed.query_id}


def _confirmed_by(
    presentation: CheckedPresentation, asked: Sequence[TransactionData]
) -> Sequence[TransactionData]:
    claims: JsonObject = {} if presentation.binding is None else presentation.binding.further
    where = presentation.query_id
    if HASHES not in claims and HASHES_ALG not in claims:
        return ()
    mine = [entry for entry in asked if where in entry.credential_ids]
    if not mine:
        raise VerifierError(Failure.CONFIRMATION_UNEXPECTED, where)
    algorithm = _algorithm(claims.get(HASHES_ALG), where)
    hashes = _hashes(claims.get(HASHES), where)
    by_hash = {entry.digest(algorithm): entry for entry in mine}
    if not hashes <= by_hash.keys():
        raise VerifierError(Failure.CONFIRMATION_UNEXPECTED, where)
    found = [by_hash[each] for each in by_hash if each in hashes]
    if any(algorithm.value not in entry.accepted for entry in found):
        raise VerifierError(Failure.CONFIRMATION_WRONG, f"{where}: algorithm")
    return found


def _algorithm(value: JsonValue, where: str) -> HashAlgorithm:
    """Return the algorithm a key binding names; none named is sha-256 (B.3.3)."""
    name = HashAlgorithm.SHA_256.value if value is None else value
    if not isinstance(name, str) or name not in set(HashAlgorithm):
        raise VerifierError(Failure.CONFIRMATION_WRONG, f"{where}: algorithm")
    return HashAlgorithm(name)


def _hashes(value: JsonValue, where: str) -> frozenset[str]:
    if not isinstance(value, list) or not value:
        raise VerifierError(Failure.CONFIRMATION_WRONG, f"{where}: hashes")
    hashes = frozenset(each for each in value if isinstance(each, str))
    if len(hashes) != len(value):
        raise VerifierError(Failure.CONFIRMATION_WRONG, f"{where}: hashes")
    return hashes
