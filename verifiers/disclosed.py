"""What was asked and what was shown, as paths: the part of a record that people read."""

from collections.abc import Iterable, Sequence

from consent.forms.record import Asked
from standards.dcql.candidates import Answer
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.query import DcqlQuery
from verifiers.registration import asked_paths


def disclosed_claims(query: DcqlQuery, answers: Sequence[Answer], types: Iterable[str]) -> Asked:
    """Return the paths (dotted) requested, chosen beyond need, and disclosed, and the ``types``.

    Chosen beyond need is what the answered queries ask for and some other way to answer does not:
    optional claims come as alternatives (`verifiers.services.profile`).
    """
    disclosed = _unique(path for answer in answers for path in _paths(query, answer))
    needed = needed_claims(query)
    return Asked(
        requested=asked_paths(query),
        optional_chosen=tuple(path for path in disclosed if path not in needed),
        disclosed=disclosed,
        credential_types=_unique(types),
    )


def _paths(query: DcqlQuery, answer: Answer) -> list[str]:
    """Return the claims of the combination that was answered."""
    credential = query.credential(answer.query_id)
    return [] if credential is None else _alternative(credential, answer.claim_set or 0)


def needed_claims(query: DcqlQuery) -> frozenset[str]:
    """Return the claims that every way to answer some required set shows: none may be left out."""
    needed: set[str] = set()
    for entry in query.sets():
        shown = [_option_paths(query, option) for option in entry.options]
        if entry.required:
            needed |= shown[0].intersection(*shown[1:])
    return frozenset(needed)


def _option_paths(query: DcqlQuery, option: Sequence[str]) -> frozenset[str]:
    named = (query.credential(query_id) for query_id in option)
    return frozenset(
        path for credential in named if credential for path in _alternative(credential, 0)
    )


def _alternative(credential: CredentialQuery, index: int) -> list[str]:
    """Return one combination of claims as dotted text."""
    positions = credential.alternatives()[index]
    return [credential.claims[position].path.dotted() for position in positions]


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
