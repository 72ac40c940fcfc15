"""Whether a response answers the query: the verifier's own check (OpenID4VP 1.0 section 8.6).

A verifier never relies on the wallet having followed the query (section 14.9). Signatures, trust
and status are judged before and after; here only what was asked is compared with what came.

An index in a path is the issuer's, however few elements are shown (`standards.positions`).
"""

from collections.abc import Iterator, Mapping, Sequence

from standards.dcql.candidates import (
    Answer,
    CandidateCredential,
    answering_paths,
    find_claims,
    fits,
)
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.options import check_sets
from standards.dcql.paths import dotted
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath

Presented = Mapping[str, Sequence[CandidateCredential]]


def check_answer(query: DcqlQuery, presented: Presented) -> tuple[Answer, ...]:
    """Return what each presentation answers, in query order, or raise `DcqlError`.

    1. every id is one of the query's, with one presentation, or several where it says `multiple`;
    2. every credential is of the type, binding and authority asked for;
    3. every claim of one combination is there, and nothing else was disclosed;
    4. every required set is answered, and no credential came that no answered option names.
    """
    for query_id, presentations in presented.items():
        _check_number(query, query_id, presentations)
    answers = [
        _check_presentation(credential, presentation, query, presented)
        for credential in query.credentials
        for presentation in presented.get(credential.id, ())
    ]
    check_sets(query, frozenset(presented))
    return tuple(answers)


def _check_number(
    query: DcqlQuery, query_id: str, presentations: Sequence[CandidateCredential]
) -> None:
    credential = query.credential(query_id)
    if credential is None:
        raise DcqlError(DcqlFailure.UNKNOWN_QUERY_ID, "an answer to a question not asked")
    if not presentations:
        raise DcqlError(DcqlFailure.NO_PRESENTATION, f"{query_id}: no presentation")
    if len(presentations) > 1 and not credential.multiple:
        raise DcqlError(DcqlFailure.TOO_MANY_PRESENTATIONS, f"{query_id}: more than one")


def _check_presentation(
    credential: CredentialQuery,
    presentation: CandidateCredential,
    query: DcqlQuery,
    presented: Presented,
) -> Answer:
    failure = fits(credential, presentation)
    if failure is not None:
        raise DcqlError(failure, f"{credential.id}: not the credential asked for")
    answers = list(_answers(credential, presentation))
    if not answers:
        raise DcqlError(DcqlFailure.CLAIM_MISSING, f"{credential.id}: a claim is missing")
    elsewhere = list(_asked_elsewhere(credential, presentation, query, presented))
    for answer in answers:
        if not _surplus(presentation, [*answer.paths, *elsewhere]):
            return answer
    surplus = _surplus(presentation, [*answers[0].paths, *elsewhere])
    issued = presentation.positions.issued
    names = ", ".join(dotted(issued(path)) for path in surplus[:8])
    raise DcqlError(DcqlFailure.OVER_DISCLOSED, f"{credential.id}: not asked for: {names}")


def _answers(credential: CredentialQuery, presentation: CandidateCredential) -> Iterator[Answer]:
    found = find_claims(credential, presentation)
    for index, positions in enumerate(credential.alternatives()):
        paths = answering_paths(positions, found)
        if paths is not None:
            claim_set = index if credential.claim_sets else None
            yield Answer(credential.id, presentation.id, claim_set, paths)


def _asked_elsewhere(
    credential: CredentialQuery,
    presentation: CandidateCredential,
    query: DcqlQuery,
    presented: Presented,
) -> Iterator[ClaimPath]:
    """Yield what other answered queries ask of the same credential (section 6.4)."""
    for other in query.credentials:
        is_answered = other.id in presented and other is not credential
        if is_answered and fits(other, presentation) is None:
            for paths in find_claims(other, presentation):
                yield from paths


def _surplus(presentation: CandidateCredential, requested: Sequence[ClaimPath]) -> list[ClaimPath]:
    """Return what was disclosed though neither it, nor a part or parent of it, was requested."""
    inside = set(requested)
    parents = {path[:length] for path in requested for length in range(len(path))}
    return [
        path
        for path in presentation.disclosed_paths
        if path not in parents
        and inside.isdisjoint(path[:length] for length in range(1, len(path) + 1))
    ]
