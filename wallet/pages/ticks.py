"""Everything of a certificate that can be shown by itself, to tick, under its form's headings."""

from collections.abc import Iterable
from dataclasses import dataclass

from standards.dcql.paths import ClaimsPathPointer
from standards.positions import leaves
from wallet.kept.holdings import HeldCredential
from wallet.pages.question import AskedClaim, claims_of
from wallet.pages.sheet import is_namespace
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class TickGroup:
    """One block or table of the form; the form's own header has no heading."""

    heading: str
    claims: tuple[AskedClaim, ...]


def tick_groups(credential: HeldCredential, language: Language) -> tuple[TickGroup, ...]:
    """Return everything that can be ticked, in the form's order; a table's columns are whole."""
    paths = [path for path, _ in leaves(credential.content.about_subject)]
    groups: dict[str, list[AskedClaim]] = {}
    for claim in claims_of(credential, paths, language):
        first, *inside = pointer_of(claim).steps
        labels = credential.description.labels((str(first),))
        is_headed = inside and not is_namespace((str(first),))
        groups.setdefault(pick(labels, language) if is_headed else "", []).append(claim)
    return tuple(TickGroup(heading, tuple(claims)) for heading, claims in groups.items())


def ticked_in(groups: Iterable[TickGroup], keys: Iterable[str]) -> tuple[AskedClaim, ...]:
    """Return what was ticked, in the form's order; keys that are none of these are left out."""
    wanted = frozenset(keys)
    return tuple(claim for group in groups for claim in group.claims if claim.key in wanted)


def pointer_of(claim: AskedClaim) -> ClaimsPathPointer:
    """Return the path in a claim's key."""
    _, _, text = claim.key.partition(" ")
    return ClaimsPathPointer.parse_dotted(text)
