"""A credential held up against one credential query: the rules both sides share (section 6.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from keys.strict_json import JsonObject
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.errors import DcqlFailure
from standards.positions import UNMOVED, ClaimPath, Positions


@dataclass(frozen=True, slots=True)
class CandidateCredential:
    """A credential as matching sees it: held in a wallet, or presented to a verifier.

    ``claims`` is the processed payload; ``vct`` is the type, for an mdoc its doctype.
    ``holder_bound``: a holder's key is named in it (wallet), or key binding was proved (verifier).
    ``trusted_lists`` are the addresses of the configured trust lists in which its chain's root
    stands. Wallet only: ``rank`` says how well it stands, 0 the best; what stands worse is not
    preferred for showing less.
    Verifier only: ``disclosed_paths`` says where in ``claims`` the selectively disclosable ones
    are that were disclosed, ``positions`` where the issuer had the elements of arrays that lost
    some. A wallet sees every element, and counts what is there.
    """

    id: str
    format: str
    vct: str
    claims: JsonObject
    holder_bound: bool = True
    authority_key_identifiers: tuple[bytes, ...] = ()
    trusted_lists: frozenset[str] = frozenset()
    rank: int = 0
    disclosed_paths: tuple[ClaimPath, ...] = ()
    positions: Positions = UNMOVED


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer one credential query: a credential, and the claims to disclose of it.

    ``claim_set`` is the index into ``claim_sets``, None when the query has none. ``paths`` lead
    through the credential's ``claims`` as they are.
    """

    query_id: str
    credential_id: str
    claim_set: int | None
    paths: tuple[ClaimPath, ...]


# Where each claim query of a credential query found its claims; nothing where it found none.
Found = Sequence[tuple[ClaimPath, ...]]


def fits(query: CredentialQuery, candidate: CandidateCredential) -> DcqlFailure | None:
    """Return why ``candidate`` is not the credential asked for, claims aside; None when it is."""
    is_type = candidate.vct in query.types or not query.types
    if candidate.format != query.format or not is_type:
        return DcqlFailure.WRONG_TYPE
    if query.require_cryptographic_holder_binding and not candidate.holder_bound:
        return DcqlFailure.NOT_HOLDER_BOUND
    if query.trusted_authorities and not _is_vouched_for(query, candidate):
        return DcqlFailure.WRONG_AUTHORITY
    return None


def _is_vouched_for(query: CredentialQuery, candidate: CandidateCredential) -> bool:
    identifiers = frozenset(candidate.authority_key_identifiers)
    return any(
        entry.vouches(identifiers, candidate.trusted_lists) for entry in query.trusted_authorities
    )


def find_claims(query: CredentialQuery, candidate: CandidateCredential) -> Found:
    """Return where each claim of ``query`` is in ``candidate``, in the order of the query."""
    return [claim.find(candidate.claims, candidate.positions) for claim in query.claims]


def answering_paths(positions: Sequence[int], found: Found) -> tuple[ClaimPath, ...] | None:
    """Return the paths of the claims at these positions; None when one is not found."""
    places = [found[position] for position in positions]
    if not all(places):
        return None
    return tuple(dict.fromkeys(path for paths in places for path in paths))
