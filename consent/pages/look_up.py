"""What an auditor looks for, as it stands in a page's address; one pair is looked up elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlencode

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.ports import EntryFilter, Turn
from keys import base64url
from keys.errors import KeysError

_INDEX: Final = re.compile(r"[0-9]{1,18}")
_LABEL_OCTETS: Final = 32


@dataclass(frozen=True, slots=True)
class LookUp:
    """What is looked for and where in it the page stands."""

    wanted: EntryFilter
    turn: Turn

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read an address's query, or raise `ConsentError` (malformed); empty fields ask nothing.

        Unknown names are left alone: the language switch uses one.
        """
        given = {name: value.strip() for name, value in query.items() if value.strip()}
        wanted = EntryFilter(
            type=_type(given.get("type")),
            first=_index(given.get("first")),
            last=_index(given.get("last")),
        )
        return cls(wanted, turn_of(query))

    def fields(self) -> dict[str, str]:
        """Return what the form shows: every field, empty where nothing is asked."""
        wanted = self.wanted
        return {
            "type": wanted.type or "",
            "first": "" if wanted.first is None else str(wanted.first),
            "last": "" if wanted.last is None else str(wanted.last),
        }

    def older(self, than: int | None) -> str:
        """Return the address of the page of older ones, empty for none."""
        return self._turned("older_than", than)

    def newer(self, than: int | None) -> str:
        """Return the address of the page of newer ones, empty for none."""
        return self._turned("newer_than", than)

    def _turned(self, name: str, index: int | None) -> str:
        if index is None:
            return ""
        asked = {field: value for field, value in self.fields().items() if value}
        return "/consent?" + urlencode({**asked, name: str(index)})


def _type(text: str | None) -> EntryType | None:
    if text is None:
        return None
    try:
        return EntryType(text)
    except ValueError:
        raise _malformed("there is no such type of entry") from None


def turn_of(query: Mapping[str, str]) -> Turn:
    """Return where a page stands, or raise `ConsentError` (malformed)."""
    older, newer = _index(query.get("older_than")), _index(query.get("newer_than"))
    return Turn(older) if older is not None else Turn(newer_than=newer)


def label_of(text: str) -> bytes:
    """Return the label that was typed, or raise `ConsentError` (malformed)."""
    try:
        label = base64url.decode(text)
    except KeysError:
        label = b""
    if len(label) != _LABEL_OCTETS:
        raise _malformed("a label is 43 characters of base64url")
    return label


def _index(text: str | None) -> int | None:
    if text is None:
        return None
    if _INDEX.fullmatch(text) is None:
        raise _malformed("an index is a number of at most 18 digits")
    return int(text)


def _malformed(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.MALFORMED, detail)
