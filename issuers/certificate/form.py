"""A certificate's form, declared once: names, labels and values of its claims in printed order.

From one declaration come the claims of a certificate, the claim list of its type metadata and the
table in ``docs/kinds/``; so none of them can drift from the others. The declaration is generic in
the record it reads: mypy checks every value against the record's type.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from issuers.label import Label
from keys.json_value import JsonObject, JsonValue

Record = TypeVar("Record")
Record_contra = TypeVar("Record_contra", contravariant=True)

# A step of a claims path pointer (OpenID4VCI appendix C): a name, or None for every element.
Step = str | None


@dataclass(frozen=True, slots=True)
class Described:
    """One claim as metadata shows it: where it is, its name for people, whether it is promised."""

    path: tuple[Step, ...]
    label: Label
    mandatory: bool
    article: str


class Row(Protocol[Record_contra]):
    """One line of a form: it yields a value from a record, and describes itself."""

    @property
    def name(self) -> str:
        """The claim name, English snake_case."""
        ...

    def value_in(self, record: Record_contra) -> JsonValue:
        """Return the claim's value, or None when the form leaves it blank."""
        ...

    def described(self, under: tuple[Step, ...], article: str) -> Iterator[Described]:
        """Yield this claim and those inside it, parents first."""
        ...


Rows = tuple[Row[Record], ...]


@dataclass(frozen=True, slots=True)
class Field(Generic[Record]):
    """A single value; ``blank`` says that the form may leave it empty: the claim is then absent.

    ``article`` names the law or form item when it is another than that of the block around it.
    """

    name: str
    label: Label
    value: Callable[[Record], JsonValue]
    blank: bool = False
    article: str = ""

    def value_in(self, record: Record) -> JsonValue:
        """Return the claim's value, or None when blank."""
        return self.value(record)

    def described(self, under: tuple[Step, ...], article: str) -> Iterator[Described]:
        """Yield this claim."""
        yield Described((*under, self.name), self.label, not self.blank, self.article or article)


@dataclass(frozen=True, slots=True)
class Block(Generic[Record]):
    """A named block of the form: one object, itself and each member disclosable.

    ``when`` says for which records the form has the block at all; None: for all. A block that is
    there and empty says "asked for, and nothing on record".
    """

    name: str
    label: Label
    rows: Rows[Record]
    article: str = ""
    when: Callable[[Record], bool] | None = None

    def value_in(self, record: Record) -> JsonValue:
        """Return the object of the members that are filled in, None without the block."""
        if self.when is not None and not self.when(record):
            return None
        return claims_of(self.rows, record)

    def described(self, under: tuple[Step, ...], article: str) -> Iterator[Described]:
        """Yield the block, then its members."""
        path, source = (*under, self.name), self.article or article
        always = self.when is None
        yield Described(path, self.label, mandatory=always, article=source)
        for claim in _inside(self.rows, path, source):
            yield replace(claim, mandatory=always and claim.mandatory)


@dataclass(frozen=True, slots=True)
class Table(Generic[Record]):
    """A repeated block: an array of objects; array, elements and members are each disclosable.

    ``line`` is the label of one element. ``rows`` read the element type of ``of``. ``when`` as in
    `Block`.
    """

    name: str
    label: Label
    line: Label
    of: Callable[[Record], Sequence[Any]]
    rows: Rows[Any]
    article: str = ""
    when: Callable[[Record], bool] | None = None

    def value_in(self, record: Record) -> JsonValue:
        """Return one object per line; no lines is an empty array, which says "none"."""
        if self.when is not None and not self.when(record):
            return None
        return [claims_of(self.rows, line) for line in self.of(record)]

    def described(self, under: tuple[Step, ...], article: str) -> Iterator[Described]:
        """Yield the array, its elements, and their members."""
        path, source = (*under, self.name), self.article or article
        yield Described(path, self.label, mandatory=self.when is None, article=source)
        # An empty table has no element, so what is inside one is never promised.
        yield Described((*path, None), self.line, mandatory=False, article=source)
        for claim in _inside(self.rows, (*path, None), source):
            yield replace(claim, mandatory=False)


def claims_of(rows: Rows[Record], record: Record) -> JsonObject:
    """Return the claims of ``record`` in the form's order, blank fields left out."""
    values = ((row.name, row.value_in(record)) for row in rows)
    return {name: value for name, value in values if value is not None}


def _inside(rows: Rows[Any], path: tuple[Step, ...], article: str) -> Iterator[Described]:
    for row in rows:
        yield from row.described(path, article)


def described(rows: Rows[Any], article: str) -> tuple[Described, ...]:
    """Return every claim of a form in printed order, parents before members."""
    return tuple(_inside(rows, (), article))
