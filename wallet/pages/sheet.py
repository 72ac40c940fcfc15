"""A certificate as its paper form shows it: lines, blocks and tables in the issuer's own order.

The order and every heading come from the type metadata kept with the certificate; what has no
name there is headed by its own claim name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from keys.strict_json import JsonObject, JsonValue
from standards.positions import ClaimPath, leaves
from wallet.kept.holdings import HeldCredential
from wallet.labels import Description
from web.language import Language, pick

# What stands side by side in a page's own column.
_COLUMNS: Final = 4
# A masked number has 14 characters; longer words would push a table out of the page.
_WORD: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the form, as the kit lists claims: its names and its value."""

    labels: JsonObject
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the form: its name, and the steps of its claim for its address."""

    name: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Fields under one heading; the form's own header has none."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A repeated block: one row per element, a column for each field any of them has."""

    heading: str
    headers: tuple[str, ...]
    rows: tuple[tuple[JsonValue, ...], ...]

    @property
    def is_wide(self) -> bool:
        """Whether whole words need more room than a page's column, and will fit into a screen."""
        texts = (str(cell) for row in (self.headers, *self.rows) for cell in row)
        longest = max((len(word) for text in texts for word in text.split()), default=0)
        return len(self.headers) > _COLUMNS and longest <= _WORD


Part = Block | Table


def sheet_of(credential: HeldCredential, language: Language) -> tuple[Part, ...]:
    """Return the certificate's parts in the order of its form.

    What the form does not list stands behind, by name: every copy reads alike.
    """
    own = credential.content.about_subject
    return tuple(_Form(credential.description, language).parts(own, ()))


def pictures_of(credential: HeldCredential, language: Language) -> tuple[Picture, ...]:
    """Return the pictures of a certificate, in the order of its form."""
    content, description = credential.content, credential.description
    paths = (path for path, _value in leaves(content.about_subject))
    return tuple(
        Picture(pick(description.labels(path), language), tuple(map(str, path)))
        for path in description.in_order(paths)
        if content.picture(path) is not None
    )


@dataclass(frozen=True, slots=True)
class _Form:
    description: Description
    language: Language

    def parts(self, members: JsonObject, path: ClaimPath) -> Iterator[Part]:
        """Yield what is in one object; a block inside it ends the lines before."""
        heading, lines = self._heading(path), list[Line]()
        places = {name: self._place(value, (*path, name)) for name, value in members.items()}
        for name in sorted(members, key=lambda name: (places[name], name)):
            at, value = (*path, name), members[name]
            match value:
                case dict() if value:
                    inner = self.parts(value, at)
                case list() if all(isinstance(each, dict) for each in value):
                    inner = iter((self._table(value, at),))
                case _:
                    lines.append(Line(self.description.labels(at), value))
                    continue
            if lines:
                yield Block(heading, tuple(lines))
                lines = []
            yield from inner
        if lines:
            yield Block(heading, tuple(lines))

    def _table(self, elements: list[JsonValue], path: ClaimPath) -> Table:
        rows = [each for each in elements if isinstance(each, dict)]
        names = dict.fromkeys(name for row in rows for name in row)
        places = {name: self.description.place((*path, 0, name)) for name in names}
        columns = sorted(names, key=lambda name: (places[name], name))
        return Table(
            self._heading(path),
            tuple(self._heading((*path, 0, name)) for name in columns),
            tuple(tuple(row.get(name) for name in columns) for row in rows),
        )

    def _place(self, value: JsonValue, path: ClaimPath) -> int:
        """Return where the form has it: its own place, or that of the first thing in it."""
        own = self.description.place(path)
        if own < len(self.description.claims):
            return own
        inside = (self.description.place(leaf) for leaf, _ in leaves(value, path))
        return min(inside, default=own)

    def _heading(self, path: ClaimPath) -> str:
        if not path or is_namespace(path):
            return ""
        return pick(self.description.labels(path), self.language)


def is_namespace(path: ClaimPath) -> bool:
    """Tell whether this is a namespace of an mdoc: a name for programs, that heads nothing."""
    return len(path) == 1 and "." in str(path[0])
