"""A catalogue file, parsed: frozen lines, each checked for its shape and nothing else yet.

A claim is one line: its path, its label in three languages, where its value comes from, and the
law it rests on when that is another than the form's::

    "taxpayer.name" = ["성명", "Name", "氏名", "record.taxpayer.name"]
    "validity" = ["유효기간", "Validity", "有効期間", "", "지방세징수법 시행령 §7"]
"""

import re
import tomllib
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from issuers.certificate.approval import Approval
from issuers.declared.problem import CatalogueError
from issuers.label import Label
from standards.openid4vci.configuration import KeyAttestationsRequired

_PATH: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.(?:[a-z][a-z0-9_]*|\*))*")
_COLOR: Final = re.compile(r"#[0-9a-f]{6}")
_LANGUAGES: Final = 3
_COLORS: Final = 2
_MEMBERS: Final = (
    *("label", "description", "authority", "article", "record", "rule", "purposes", "claims"),
)
# Left out: nobody decides first, and any key of the holder's will do.
_OPTIONAL: Final = ("approval", "key_attestation")


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim; ``source`` is empty for a block, ``article`` where it is the parent's."""

    path: tuple[str, ...]
    label: Label
    source: str
    article: str

    @property
    def dotted(self) -> str:
        """The path as the file writes it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """Who issues; without a label it is an authority some other kind declares."""

    name: str
    label: Label | None = None
    colors: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class KindFile:
    """A whole file; the kind is called what the file is called. The first purpose is the usual."""

    file: str
    label: Label
    description: Label
    authority: AuthorityLine
    article: str
    record: str
    rule: str
    rule_article: str
    purposes: tuple[str, ...]
    claims: tuple[ClaimLine, ...]
    approval: Approval
    key_attestation: KeyAttestationsRequired | None

    @property
    def name(self) -> str:
        """The kind's name."""
        return self.file.removesuffix(".toml")


def parse(file: str, text: str) -> KindFile:
    """Return the lines of a file, or raise `CatalogueError`."""
    try:
        members = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(file, "TOML", str(error)) from None
    return _Reader(file, text).read(members)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes values out of one file and says where they are wrong."""

    file: str
    text: str

    def read(self, members: dict[str, Any]) -> KindFile:
        unknown = (members.keys() - set(_OPTIONAL)) ^ set(_MEMBERS)
        if unknown:
            optional = ", ".join(_OPTIONAL)
            self._fail(
                min(unknown), f"a kind has exactly: {', '.join(_MEMBERS)}; and may have {optional}"
            )
        rule = self._table("rule", members["rule"], ("name", "article"))
        claims = members["claims"]
        if not isinstance(claims, dict) or not claims:
            self._fail("claims", "a table of at least one claim")
        return KindFile(
            file=self.file,
            label=self._label("label", members["label"]),
            description=self._label("description", members["description"]),
            authority=self._authority(members["authority"]),
            article=self._text("article", members["article"]),
            record=self._text("record", members["record"]),
            rule=self._text("rule", rule["name"]),
            rule_article=self._text("rule", rule["article"]),
            purposes=self._texts("purposes", members["purposes"]),
            claims=tuple(self._claim(path, line) for path, line in claims.items()),
            approval=self._approval(members.get("approval", Approval.NEVER.value)),
            key_attestation=self._key_attestation(members.get("key_attestation")),
        )

    def _approval(self, value: object) -> Approval:
        text = self._text("approval", value)
        if text not in set(Approval):
            self._fail("approval", f"one of {', '.join(Approval)}")
        return Approval(text)

    def _key_attestation(self, value: object) -> KeyAttestationsRequired | None:
        """Return the levels asked for; each list may be left out, and then any level will do."""
        if value is None:
            return None
        names = ("key_storage", "user_authentication")
        if not isinstance(value, dict) or not value.keys() <= set(names):
            self._fail("key_attestation", f"any of {', '.join(names)}, each a list of levels")
        given = {name: self._texts("key_attestation", levels) for name, levels in value.items()}
        return KeyAttestationsRequired(**given)

    def _authority(self, value: object) -> AuthorityLine:
        if isinstance(value, str):
            return AuthorityLine(self._text("authority", value))
        table = self._table("authority", value, ("name", "label", "colors"))
        label = self._label("authority", table["label"])
        return AuthorityLine(
            self._text("authority", table["name"]), label, self._colors(table["colors"])
        )

    def _colors(self, value: object) -> tuple[str, str]:
        colors = self._texts("authority", value)
        if len(colors) != _COLORS or not all(map(_COLOR.fullmatch, colors)):
            self._fail("authority", "two colours: background and text, # and six digits")
        return colors[0], colors[1]

    def _claim(self, path: str, value: object) -> ClaimLine:
        if not _PATH.fullmatch(path):
            self._fail(path, "a path is English snake_case names, and * for each element")
        texts = self._texts(path, value)
        if not _LANGUAGES <= len(texts) <= _LANGUAGES + 2 or not all(texts[:_LANGUAGES]):
            self._fail(path, "Korean, English, Japanese, then source and article as needed")
        source, article = (*texts[_LANGUAGES:], "", "")[:2]
        return ClaimLine(tuple(path.split(".")), Label(*texts[:_LANGUAGES]), source, article)

    def _label(self, where: str, value: object) -> Label:
        texts = self._texts(where, value)
        if len(texts) != _LANGUAGES or not all(texts):
            self._fail(where, "a label is three texts: Korean, English, Japanese")
        return Label(*texts)

    def _table(self, where: str, value: object, members: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict) or value.keys() != set(members):
            self._fail(where, f"exactly: {', '.join(members)}")
        return value

    def _texts(self, where: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            self._fail(where, "a list of texts")
        if not all(isinstance(text, str) for text in value):
            self._fail(where, "texts alone, in quotation marks")
        return tuple(value)

    def _text(self, where: str, value: object) -> str:
        if not isinstance(value, str) or not value:
            self._fail(where, "a text")
        return value

    def _fail(self, where: str, reason: str) -> NoReturn:
        raise CatalogueError(self.file, self._line_of(where), reason)

    def _line_of(self, where: str) -> str:
        return line_of(self.text, where)


def line_of(text: str, where: str) -> str:
    """Return ``line N, where``, or ``where`` alone when no line begins with it."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.removeprefix('"').startswith((f'{where}"', f"{where} ", f"{where}=")):
            return f"line {number}, {where}"
    return where
