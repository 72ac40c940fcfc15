"""Canaries: values that stand for a person's, planted at the source and looked for everywhere."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import httpx2
from sqlalchemy import Connection, create_engine, func, literal, update
from typing_extensions import override

from issuers.store import metadata

# In every claim of the demo citizen's household.
CLAIM: Final = "CANARY"
# What somebody types into every field of every page, and puts into every address.
TYPED: Final = "PARAKEET<script>alert(1)</script>\r\n\x1b[31m%s{}"
TYPED_WORD: Final = "PARAKEET"
# What somebody writes into an address by hand: in that address it stands, and nowhere else.
IN_ADDRESS: Final = "MAGPIE"
# The longest a claim's name and an address may be is far more.
_FIELDS: Final = {
    "people": ("name", "hanja"),
    "households": ("address", "formation_reason"),
    "address_history": ("address", "head_name"),
    "stays": ("address", "head_name"),
    "personal_changes": ("before", "after"),
    "tax_accounts": ("name", "address", "company"),
    "local_tax_accounts": ("name", "address", "company"),
}


def plant(home: Path) -> None:
    """Put canaries into the registers, in every text that is a claim's value."""
    with register(home) as connection:
        for name, columns in _FIELDS.items():
            table = metadata.tables[name]
            for column in columns:
                planted = literal(CLAIM).concat(func.substr(table.c[column], 1, 20))
                known = table.c[column].is_not(None)
                connection.execute(update(table).where(known).values({column: planted}))


@contextmanager
def register(home: Path) -> Iterator[Connection]:
    """The issuers' database behind the back of the service that runs on it."""
    engine = create_engine(f"sqlite:///{home / 'issuers.sqlite'}", connect_args={"timeout": 30})
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def spellings(word: str | bytes) -> Iterator[bytes]:
    """Every way a word may stand in octets: as it is, in hexadecimal, in base64 at any offset."""
    octets = word.encode() if isinstance(word, str) else word
    yield octets
    yield octets.hex().encode()
    yield octets.hex().upper().encode()
    for shift in range(3):
        encoded = base64.urlsafe_b64encode(bytes(shift) + octets + bytes(3))
        yield encoded[-(-shift * 8 // 6) : (shift + len(octets)) * 8 // 6]


def found(words: Iterable[str | bytes], octets: bytes) -> list[str | bytes]:
    """The words that some octets hold in any spelling."""
    return [word for word in words if any(each in octets for each in spellings(word))]


@dataclass(frozen=True)
class FoundForm:
    """A form of a page: where it goes, how, and what is in its fields."""

    action: str
    method: str
    fields: Mapping[str, str]
    typed: frozenset[str]


class PageReader(HTMLParser):
    """The links and forms of one page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[FoundForm] = []
        self._form: tuple[str, str, dict[str, str], set[str]] | None = None
        self._select = ""
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "a":
                self.links.append(given.get("href", ""))
            case "form":
                self._form = given.get("action", ""), given.get("method", "get"), {}, set()
            case "select":
                self._select = given.get("name", "")
            case "option" if self._form and self._select not in self._form[2]:
                self._form[2][self._select] = given.get("value", "")
            case "input" | "textarea" | "button" if self._form and given.get("name"):
                self._field(given)
            case _:
                pass

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            action, method, fields, typed = self._form
            self.forms.append(FoundForm(action, method, fields, frozenset(typed)))
            self._form = None

    def _field(self, given: dict[str, str]) -> None:
        assert self._form is not None
        _action, _method, fields, typed = self._form
        kind, name = given.get("type", "text"), given["name"]
        if kind in {"text", "search"}:
            typed.add(name)
        if kind not in {"file", "submit"} and (kind != "radio" or name not in fields):
            fields[name] = given.get("value", "")


class Recorder:
    """Everything that went over the wire: addresses, refusals, pages."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.refusals: list[bytes] = []
        self.pages: dict[str, str] = {}
        self.statuses: set[int] = set()

    def client(self, base: str) -> httpx2.Client:
        """A browser whose every request and answer is recorded."""
        return httpx2.Client(base_url=base, timeout=30, event_hooks={"response": [self._take]})

    def _take(self, answer: httpx2.Response) -> None:
        answer.read()
        self.statuses.add(answer.status_code)
        self.addresses += [str(answer.request.url), answer.headers.get("location", "")]
        self.addresses.append(answer.request.headers.get("referer", ""))
        if answer.status_code >= 400:
            self.refusals.append(answer.content)
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.pages[str(answer.request.url)] = answer.text
            self.addresses += PageReader(answer.text).links
