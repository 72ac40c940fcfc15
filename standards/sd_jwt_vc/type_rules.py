"""Hold a credential against its type's claim metadata (draft-13 §9.3, §9.4)."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from keys.strict_json import JsonObject, JsonValue
from standards.positions import UNMOVED, ClaimPath, Positions
from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.sd_jwt_vc.type_metadata import ClaimMetadata, SelectiveDisclosure, TypePath


class Shown(Protocol):
    """What is known of a credential: its claims, which of them were hidden, and their places."""

    @property
    def claims(self) -> JsonObject:
        """Everything that is shown."""
        ...

    @property
    def disclosed_paths(self) -> tuple[ClaimPath, ...]:
        """Where in it is what could have been left out."""
        ...

    @property
    def positions(self) -> Positions:
        """Where the issuer had the elements of arrays that lost some."""
        ...


def check_issued(shown: Shown, claims: Iterable[ClaimMetadata]) -> None:
    """Return when a credential as issued, all disclosures at hand, obeys its type.

    Raises claim_missing, claim_must_be_hidden or claim_must_be_open.
    """
    hidden = frozenset(shown.disclosed_paths)
    for entry in claims:
        found = list(_select(shown.claims, entry.path, UNMOVED))
        if entry.mandatory and not found:
            raise _missing()
        _check_sd(entry.sd, found, hidden)


def check_presented(shown: Shown, claims: Iterable[ClaimMetadata]) -> None:
    """Return when what a holder chose to show obeys the type.

    A claim the holder kept back is no missing claim; one that can never be hidden, and is not in
    what is shown of its parent, was never issued.
    """
    hidden = frozenset(shown.disclosed_paths)
    for entry in claims:
        found = list(_select(shown.claims, entry.path, shown.positions))
        if entry.mandatory and entry.sd is SelectiveDisclosure.NEVER and not found:
            _check_parent_hidden(shown, entry.path)
        _check_sd(entry.sd, found, hidden)


def _check_parent_hidden(shown: Shown, path: TypePath) -> None:
    if any(True for _ in _select(shown.claims, path[:-1], shown.positions)):
        raise _missing()


def _check_sd(
    sd: SelectiveDisclosure | None, found: list[ClaimPath], hidden: frozenset[ClaimPath]
) -> None:
    if sd is SelectiveDisclosure.ALWAYS and not hidden.issuperset(found):
        raise VcError(VcFailure.CLAIM_MUST_BE_HIDDEN, "a claim is open that its type hides")
    if sd is SelectiveDisclosure.NEVER and not hidden.isdisjoint(found):
        raise VcError(VcFailure.CLAIM_MUST_BE_OPEN, "a claim is hidden that its type keeps open")


def _select(
    value: JsonValue, path: TypePath, positions: Positions, at: ClaimPath = ()
) -> Iterator[ClaimPath]:
    """Yield where ``path`` leads (§9.1); a step that does not fit leads nowhere."""
    if not path:
        yield at
        return
    step, rest = path[0], path[1:]
    match value, step:
        case list(), None:
            for index, element in enumerate(value):
                yield from _select(element, rest, positions, (*at, index))
        case list(), int():
            shown = positions.shown_at(at, step, len(value))
            if shown is not None:
                yield from _select(value[shown], rest, positions, (*at, shown))
        case dict(), str() if step in value:
            yield from _select(value[step], rest, positions, (*at, step))
        case _:
            pass


def _missing() -> VcError:
    return VcError(VcFailure.CLAIM_MISSING, "a claim its type calls mandatory is missing")
