"""What the law behind a request lets its party see, whatever it asks and whatever is ticked.

Terms that carry the legal basis of a rule (`consent.forms.statutory`) are held to that rule: an
answer that would show more is no answer, even where the holder would agree.

Everybody else gets no unique identifier, whoever agrees (PIPA article 24-2), but by a statute that
a registrar signed for this very party: the party's own word on a law counts for nothing, and the
holder's consent is none. Whatever else is asked for, the holder alone decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from consent.forms.legal_basis import is_law
from consent.forms.registration_certificate import RegistrationCertificate
from consent.forms.statutory import (
    UNIQUE_IDENTIFIERS,
    UNIQUE_IDENTIFIERS_ARTICLE,
    StatutoryRule,
    covers,
    kind_of,
    rule_for,
)
from consent.forms.terms import Terms
from standards.dcql.candidates import Answer
from standards.dcql.matching import Matches
from standards.dcql.paths import ClaimsPathPointer, Step, dotted
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath, leaves
from wallet.kept.holdings import HeldCredential
from wallet.presenting.pool import Pool


@dataclass(frozen=True, slots=True)
class NoStatute:
    """What holds for a party that shows no law: no unique identifier."""

    article: str = UNIQUE_IDENTIFIERS_ARTICLE


@dataclass(frozen=True, slots=True)
class ByStatute:
    """What holds for a party whose registration names a law: the identifiers it registered."""

    registration: RegistrationCertificate
    statute: str
    article: str = UNIQUE_IDENTIFIERS_ARTICLE


NO_STATUTE: Final = NoStatute()
# What an asking party may not see, whatever is chosen.
Limit: TypeAlias = StatutoryRule | NoStatute | ByStatute


def limit_of(terms: Terms | None, registration: RegistrationCertificate | None) -> Limit:
    """Return the limit of a party that shows these terms and this registration, each or none.

    Both have to rest on a law for its statute to count.
    """
    if terms is not None and (rule := rule_for(terms.legal_basis)) is not None:
        return rule
    if registration is None or registration.statute is None:
        return NO_STATUTE
    if not is_law(registration.legal_basis) or (terms and not is_law(terms.legal_basis)):
        return NO_STATUTE
    return ByStatute(registration, registration.statute)


def lawful(matches: Matches, pool: Pool, limit: Limit) -> Matches:
    """Return the answers that show nothing beyond ``limit``."""
    return Matches(
        tuple(
            (name, tuple(each for each in answers if _is_lawful(each, pool, limit)))
            for name, answers in matches.by_query
        )
    )


def withheld_claims(query: DcqlQuery, limit: Limit) -> tuple[str, ...]:
    """Return the claims a query names that ``limit`` keeps from its party, as dotted text.

    It depends on the question alone.
    """
    named = (
        claim.path
        for credential in query.credentials
        for claim in credential.claims
        if not all(_permits(limit, vct, claim.path.steps) for vct in credential.types or ("",))
    )
    return tuple(dict.fromkeys(path.dotted() for path in named))


def withholding_claims(beyond: Matches, pool: Pool, limit: Limit) -> tuple[str, ...]:
    """Return the claims of ``beyond`` that would show what ``limit`` withholds, as dotted text.

    The question does not name what is withheld: it lies in them, in a certificate kept here. So
    this is for the holder's eyes alone.
    """
    answers = (answer for _, found in beyond.by_query for answer in found)
    named = (
        path
        for answer in answers
        for path in answer.paths
        if not _is_lawful(replace(answer, paths=(path,)), pool, limit)
    )
    return tuple(dict.fromkeys(map(dotted, named)))


def _is_lawful(answer: Answer, pool: Pool, limit: Limit) -> bool:
    credential = pool.credential(answer.credential_id)
    match limit:
        case StatutoryRule():
            is_of_a_kind = (kind_of(credential.vct) or "") in limit.permitted
            return is_of_a_kind and _shows_permitted(credential, answer, limit)
        case NoStatute() | ByStatute():
            # Of most nothing is kept back: those need not be presented to see.
            return not credential.holds_identifier or _shows_permitted(credential, answer, limit)


def _shows_permitted(credential: HeldCredential, answer: Answer, limit: Limit) -> bool:
    shown = (*answer.paths, *_shown(credential, answer.paths))
    return all(_permits(limit, credential.vct, path) for path in shown)


def _permits(limit: Limit, vct: str, path: Sequence[Step]) -> bool:
    match limit:
        case StatutoryRule():
            # A type of no kind of ours is permitted nothing of.
            return covers(limit, kind_of(vct) or "", path)
        case NoStatute():
            return UNIQUE_IDENTIFIERS.isdisjoint(path)
        case ByStatute(registration=registration):
            is_registered = registration.allows(vct, ClaimsPathPointer(tuple(path)))
            return is_registered or UNIQUE_IDENTIFIERS.isdisjoint(path)


def _shown(credential: HeldCredential, paths: Sequence[ClaimPath]) -> Iterator[ClaimPath]:
    """Yield every claim a presentation of ``paths`` would show, by the issuer's positions.

    It is read back from the presentation itself: what an issuer left open, or put into one
    disclosure with something else, is shown too.
    """
    shown = credential.content.showing(paths)
    for path, value in leaves(shown.about_subject):
        # A frame whose content stays hidden says nothing.
        if value not in ({}, []):
            yield shown.positions.issued(path)
