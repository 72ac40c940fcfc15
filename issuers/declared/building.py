"""From a catalogue file to a kind: record, rule and every claim checked against the types."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NoReturn, get_type_hints

from issuers.certificate.authority import Authority
from issuers.certificate.form import Block, Field, Row, Table
from issuers.certificate.kind import Application, Kind, Purpose
from issuers.declared.lines import ClaimLine, KindFile, line_of, parse
from issuers.declared.problem import CatalogueError
from issuers.declared.rules import RULES, Paper, Rule
from issuers.declared.values import NoSuchValueError, Value, value_at
from issuers.label import Label
from issuers.source.port import SourceOfRecord

_ELEMENT = "*"


def build(file: str, text: str, authorities: Mapping[str, Authority]) -> Kind[Paper]:
    """Return the kind a file declares, or raise `CatalogueError`.

    ``authorities`` are those of the kinds so far: the file may name one of them, or declare its
    own, which then must not differ from one of the same name.
    """
    return _Builder(text, parse(file, text), authorities).kind()


@dataclass(frozen=True, slots=True)
class _Builder:
    text: str
    lines: KindFile
    authorities: Mapping[str, Authority]

    def kind(self) -> Kind[Paper]:
        lines, rule, record = self.lines, self._rule(), self._record()
        self._check_needs(rule, record)
        roots = _Roots(rule.paper, record)

        async def read(source: SourceOfRecord, application: Application) -> Paper:
            found = await getattr(source, f"{lines.record}_of")(application.subject)
            return rule.paper(application, found, lines.rule_article)

        return Kind(
            name=lines.name,
            authority=self._authority(),
            label=lines.label,
            description=lines.description,
            article=lines.article,
            form=tuple(self._rows(lines.claims, 0, roots)),
            read=read,
            validity=lambda paper: paper.validity,
            purpose=Purpose(lines.purposes[0]),
            purposes=frozenset(lines.purposes),
            approval=lines.approval,
            key_attestation=lines.key_attestation,
            is_yearly=rule.is_yearly,
        )

    def _rule(self) -> Rule:
        if self.lines.rule not in RULES:
            self._fail("rule", f"choose a rule: {', '.join(RULES)}")
        return RULES[self.lines.rule]

    def _record(self) -> Any:
        """Return the type of what the source of record answers under this name."""
        read = getattr(SourceOfRecord, f"{self.lines.record}_of", None)
        if read is None:
            known = (name for name in vars(SourceOfRecord) if name.endswith("_of"))
            names = ", ".join(sorted(name.removesuffix("_of") for name in known))
            self._fail("record", f"the source of record has {names}")
        return get_type_hints(read)["return"]

    def _check_needs(self, rule: Rule, record: Any) -> None:
        for name, wanted in rule.needs.items():
            if get_type_hints(record).get(name) != wanted:
                self._fail("rule", f"{self.lines.rule} needs a record with {name}")

    def _authority(self) -> Authority:
        line, known = self.lines.authority, self.authorities.get(self.lines.authority.name)
        if line.label is None:
            if known is None:
                self._fail(
                    "authority", f"no such authority; there are {', '.join(self.authorities)}"
                )
            return known
        declared = Authority(line.name, line.label, *line.colors)
        if known is not None and known != declared:
            self._fail("authority", "another kind declares this authority otherwise")
        return declared

    def _rows(
        self, claims: Iterable[ClaimLine], depth: int, roots: "_Roots"
    ) -> Iterator[Row[Any]]:
        """Yield the rows of one level; the lines of what is inside follow their parent's."""
        for _name, group in groupby(claims, key=lambda claim: claim.path[depth]):
            parent, *inside = group
            if len(parent.path) != depth + 1:
                self._fail(parent.dotted, "the line of what it is in comes first")
            try:
                yield self._row(parent, inside, depth, roots)
            except NoSuchValueError as error:
                self._fail(parent.dotted, str(error))

    def _row(
        self, parent: ClaimLine, inside: list[ClaimLine], depth: int, roots: "_Roots"
    ) -> Row[Any]:
        name, label, article = parent.path[depth], parent.label, parent.article
        if not inside:
            value = roots.value(parent.source)
            return Field(name, label, value.claim(), blank=value.blank, article=article)
        if not parent.source:
            rows = tuple(self._rows(inside, depth + 1, roots))
            return Block(name, label, rows, article=article)
        if any(line.path[depth + 1] != _ELEMENT for line in inside):
            self._fail(parent.dotted, f"what is inside a list begins with {parent.dotted}.*")
        value = roots.value(parent.source)
        of, elements = value.get, _Roots(value.element())
        rows = tuple(self._rows(inside, depth + 2, elements))
        return Table(name, label, _one_of(label), of, rows, article=article)

    def _fail(self, where: str, reason: str) -> NoReturn:
        raise CatalogueError(self.lines.file, line_of(self.text, where), reason)


@dataclass(frozen=True, slots=True)
class _Roots:
    """Where paths begin: at a type's attributes, and with ``record`` at the record's own type."""

    of: Any
    record: Any = None

    def value(self, path: str) -> Value:
        """Return what a path leads to, or raise `NoSuchValueError`."""
        if not path:
            raise NoSuchValueError("neither a source nor anything inside")
        first, _, rest = path.partition(".")
        if self.record is None or first != "record":
            return value_at(path, self.of)
        found = value_at(rest, self.record)
        return Value(found.of, found.blank, lambda paper: found.get(paper.record))


def _one_of(label: Label) -> Label:
    """Return the name of one line of a list."""
    return Label(f"{label.ko} 1건", f"{label.en}: one entry", f"{label.ja}1件")
