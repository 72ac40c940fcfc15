"""What would be signed, shown before anything is: claims with their labels, in printed order."""

from collections.abc import Iterator
from dataclasses import dataclass

from issuers.certificate.form import Described, Step
from issuers.certificate.kind import Validity
from issuers.label import Label
from issuers.offers.fees import Fee
from keys.json_value import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """One value: ``path`` as dotted text (``members.0.name``), its label, the value itself."""

    path: str
    label: Label
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Preview:
    """A certificate that does not exist: whose, by whom, what it would say, its end and fee."""

    kind: str
    authority: str
    applicant_name: str
    about_name: str
    claims: tuple[ShownClaim, ...]
    validity: Validity
    fee: Fee


def shown_claims(claims: JsonObject, described: tuple[Described, ...]) -> tuple[ShownClaim, ...]:
    """Return every single value in the form's order; an empty table is one value too.

    The numbers of a certificate come with its issue (`issuers.numbers.numbering.NOT_YET`); they
    are the only empty texts, as a form leaves out what is blank.
    """
    labels = {claim.path: claim.label for claim in described}
    return tuple(
        ShownClaim(".".join(map(str, path)), labels[_kind_of(path)], value)
        for path, value in _values(claims, ())
        if value != ""
    )


_At = tuple[str | int, ...]


def _values(value: JsonValue, at: _At) -> Iterator[tuple[_At, JsonValue]]:
    match value:
        case dict() if value:
            for name, member in value.items():
                yield from _values(member, (*at, name))
        case list() if value:
            for number, element in enumerate(value):
                yield from _values(element, (*at, number))
        case _:
            yield at, value


def _kind_of(path: _At) -> tuple[Step, ...]:
    """Return the path of the claim as the form declares it: one for all lines of a table."""
    return tuple(None if isinstance(step, int) else step for step in path)
