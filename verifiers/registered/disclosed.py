"""What was asked and what was shown, as paths: the part of a record that people read."""

from collections.abc import Iterable, Sequence

from consent.forms.record import Asked
from standards.dcql.candidates import Answer, CandidateCredential
from standards.dcql.claim_query import ClaimQuery
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.paths import dotted
from standards.dcql.query import DcqlQuery
from verifiers.registered.registration import asked_paths


def disclosed_claims(
    query: DcqlQuery, answers: Sequence[Answer], presented: Sequence[CandidateCredential]
) -> Asked:
    """Return the paths (dotted) requested, chosen beyond need, and disclosed, and the types.

    ``presented`` are the credentials that answered, in the order of the answers. A question for
    every element of a list is answered by those that came, each at its issuer's place: so the
    wallet names them too. Chosen beyond need is what the answered queries ask for and some other
    way to answer does not: optional claims come as alternatives (`verifiers.services.profile`).
    """
    needed = needed_claims(query)
    shown = [
        (name, claim.path.dotted() in needed)
        for answer, credential in zip(answers, presented, strict=True)
        for claim in _claims(query, answer)
        for name in _places(claim, credential)
    ]
    of_need = {name for name, is_needed in shown if is_needed}
    disclosed = _unique(name for name, _ in shown)
    return Asked(
        requested=asked_paths(query),
        optional_chosen=tuple(name for name in disclosed if name not in of_need),
        disclosed=disclosed,
        credential_types=_unique(credential.vct for credential in presented),
    )


def _claims(query: DcqlQuery, answer: Answer) -> list[ClaimQuery]:
    """Return the claims of the combination that was answered."""
    credential = query.credential(answer.query_id)
    return [] if credential is None else _alternative(credential, answer.claim_set or 0)


def _places(claim: ClaimQuery, credential: CandidateCredential) -> list[str]:
    positions = credential.positions
    return [dotted(positions.issued(path)) for path in claim.find(credential.claims, positions)]


def needed_claims(query: DcqlQuery) -> frozenset[str]:
    """Return the claims that every way to answer some required set shows: none may be left out.

    Of several credentials that would do, each counts by itself: whoever chose it needs its claims.
    """
    needed: set[str] = set()
    for entry in query.sets():
        by_credential: dict[frozenset[_Kind], list[frozenset[str]]] = {}
        for option in entry.options if entry.required else ():
            shown = by_credential.setdefault(_kinds(query, option), [])
            shown.append(_option_paths(query, option))
        for paths in by_credential.values():
            needed |= paths[0].intersection(*paths[1:])
    return frozenset(needed)


# Format and types of a credential asked for.
_Kind = tuple[str, tuple[str, ...]]


def _kinds(query: DcqlQuery, option: Sequence[str]) -> frozenset[_Kind]:
    named = (query.credential(query_id) for query_id in option)
    return frozenset((each.format, each.types) for each in named if each)


def _option_paths(query: DcqlQuery, option: Sequence[str]) -> frozenset[str]:
    named = (query.credential(query_id) for query_id in option)
    return frozenset(
        claim.path.dotted()
        for credential in named
        if credential
        for claim in _alternative(credential, 0)
    )


def _alternative(credential: CredentialQuery, index: int) -> list[ClaimQuery]:
    """Return one combination of claims."""
    return [credential.claims[position] for position in credential.alternatives()[index]]


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
