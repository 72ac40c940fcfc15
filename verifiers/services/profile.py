"""A profile: what one service asks for, ready to be sent.

DCQL cannot mark a claim optional (OpenID4VP 6.4.1). A service with optional claims sends several
credential queries on the same type under one required set, the smallest first: ``base``,
``base_and_moved_in_on`` and so on. The id that is answered says what the person agreed to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from consent.forms.terms import LocalText
from standards.dcql.claim_query import ClaimQuery
from standards.dcql.credential_query import SD_JWT_VC, CredentialQuery
from standards.dcql.errors import malformed
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import CredentialSet, DcqlQuery
from standards.members import members
from standards.openid4vp.request import ResponseMode
from verifiers.presented.policy import Policy
from verifiers.services.record_keys import RecordKeys
from verifiers.transaction import Flow

# Three optional claims make eight queries; more choices nobody would read.
MAX_ALTERNATIVES: Final = 8


@dataclass(frozen=True, slots=True)
class Profile:
    """One question as it is sent: by whom, for which registered purpose, met how.

    ``signs_in`` says whom of the register an answer is about, where people sign in with it.
    """

    name: str
    title: LocalText
    party: str
    purpose: str
    sender: str
    query: DcqlQuery
    policies: tuple[Policy, ...] = ()
    flow: Flow = Flow.COUNTER
    mode: ResponseMode = ResponseMode.DIRECT_POST_JWT
    signs_in: RecordKeys | None = None


def paths(*dotted: str) -> tuple[ClaimsPathPointer, ...]:
    """Return claim path pointers from their dotted text."""
    return tuple(ClaimsPathPointer.parse_dotted(text) for text in dotted)


def credential(
    query_id: str,
    vct: str,
    claims: Iterable[ClaimsPathPointer],
    credential_format: str = SD_JWT_VC,
) -> CredentialQuery:
    """Return the query for one certificate of one type, with these claims.

    Raises `DcqlError` for a path that certificates of this format do not have.
    """
    query = CredentialQuery(
        id=query_id,
        format=credential_format,
        types=(vct,),
        claims=tuple(ClaimQuery(path) for path in claims),
    )
    return CredentialQuery.parse(members(query.as_dict(), query_id, malformed))


def with_alternatives(queries: Iterable[CredentialQuery], instead: Mapping[str, str]) -> DcqlQuery:
    """Return the query for all of these, but one of those that stand ``instead`` of each other.

    ``instead`` names for a query the one whose place it takes; the person chooses.
    """
    asked = tuple(queries)
    if not instead:
        return DcqlQuery(asked)
    options: dict[str, list[tuple[str, ...]]] = {}
    for query in asked:
        options.setdefault(instead.get(query.id, query.id), []).append((query.id,))
    return DcqlQuery(asked, tuple(CredentialSet(tuple(each)) for each in options.values()))


def with_optional(
    vct: str,
    required: tuple[ClaimsPathPointer, ...],
    optional: Mapping[str, ClaimsPathPointer],
    credential_format: str = SD_JWT_VC,
) -> DcqlQuery:
    """Return the query in which each of ``optional`` (by short name) may be left out."""
    chosen = [names for size in range(len(optional) + 1) for names in combinations(optional, size)]
    if len(chosen) > MAX_ALTERNATIVES:
        raise ValueError(f"at most {MAX_ALTERNATIVES} alternatives are sent")
    queries = tuple(
        credential(
            "_and_".join(("base", *names)),
            vct,
            (*required, *(optional[name] for name in names)),
            credential_format,
        )
        for names in chosen
    )
    return DcqlQuery(queries, (CredentialSet(tuple((query.id,) for query in queries)),))
