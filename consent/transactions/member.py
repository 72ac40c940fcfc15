"""One member of a transaction: what may stand there, and how a person reads it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never

from consent.forms.fields import Fields, malformed
from consent.forms.terms import LocalText
from keys.json_value import JsonObject, JsonValue

# What a person reads and compares before pressing a button fits a line or two.
TEXT_LIMIT: Final = 140
CHOICES_LIMIT: Final = 32

_NAME: Final = re.compile("[a-z][a-z0-9_]{0,39}")
_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,3})?", re.ASCII)
_CURRENCY: Final = re.compile("[A-Z]{3}")
_COMMON: Final = ("name", "kind", "required", "label")
_NO_CHOICES: Final[Mapping[str, LocalText]] = MappingProxyType({})


class MemberKind(StrEnum):
    """What a member holds. An amount is text (``"1250.50"``): no number of JSON is exact money."""

    TEXT = "text"
    COUNT = "count"
    AMOUNT = "amount"
    CURRENCY = "currency"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Member:
    """A member as its type defines it; ``choices`` are for a choice alone, by their values."""

    name: str
    kind: MemberKind
    is_required: bool
    label: LocalText
    choices: Mapping[str, LocalText]

    @classmethod
    def parse(cls, value: JsonValue) -> "Member":
        """Read ``{"name", "kind", "required", "label", "choices"?}``, or raise `ConsentError`."""
        has_choices = isinstance(value, dict) and value.get("kind") == MemberKind.CHOICE.value
        fields = Fields("member", value, (*_COMMON, "choices") if has_choices else _COMMON)
        name, required = fields.text("name"), fields.value("required")
        if not _NAME.fullmatch(name):
            raise malformed("member: name must be a word of a-z, 0-9 and _")
        if not isinstance(required, bool):
            raise malformed("member: required must be true or false")
        return cls(
            name=name,
            kind=fields.choice("kind", MemberKind),
            is_required=required,
            label=LocalText.parse(fields.value("label")),
            choices=_choices(fields.value("choices")) if has_choices else _NO_CHOICES,
        )

    def shown(self, value: JsonValue) -> LocalText:
        """Return a value as people read it, or raise `ConsentError` when it may not stand here."""
        match self.kind:
            case MemberKind.TEXT:
                return _same(_text(self.name, value))
            case MemberKind.COUNT:
                return _same(_count(self.name, value))
            case MemberKind.AMOUNT:
                return _same(_amount(self.name, value))
            case MemberKind.CURRENCY:
                return _same(_currency(self.name, value))
            case MemberKind.DAY:
                return _same(_day(self.name, value))
            case MemberKind.CHOICE:
                return self._chosen(value)
            case _:
                assert_never(self.kind)

    def _chosen(self, value: JsonValue) -> LocalText:
        if not isinstance(value, str) or value not in self.choices:
            raise malformed(f"{self.name} must be one of {sorted(self.choices)}")
        return self.choices[value]


def _choices(value: JsonValue) -> Mapping[str, LocalText]:
    if not isinstance(value, dict) or not 1 <= len(value) <= CHOICES_LIMIT:
        raise malformed(f"member: choices must name 1 to {CHOICES_LIMIT} values")
    return MappingProxyType({name: LocalText.parse(label) for name, label in value.items()})


def _text(name: str, value: JsonValue) -> str:
    form: JsonObject = {name: value}
    return Fields("transaction", form, (name,)).text(name, limit=TEXT_LIMIT)


def _count(name: str, value: JsonValue) -> str:
    form: JsonObject = {name: value}
    return f"{Fields('transaction', form, (name,)).integer(name):,}"


def _amount(name: str, value: JsonValue) -> str:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise malformed(f"{name} must be an amount like 1250.50")
    return f"{Decimal(value):,}"


def _currency(name: str, value: JsonValue) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise malformed(f"{name} must be a currency of three letters (ISO 4217)")
    return value


def _day(name: str, value: JsonValue) -> str:
    text = _text(name, value)
    try:
        is_day = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise malformed(f"{name} must be a day like 2026-11-22")
    return text


def _same(text: str) -> LocalText:
    """Return what reads alike in every language."""
    return LocalText(text, text, text)
