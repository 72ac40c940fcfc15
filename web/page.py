"""Pages: one base, one kit of components, escaped by default, undefined names refused."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from web import readable
from web.language import TEXTS, Language, Words, pick, texts
from web.navigation import Stop
from web.people import Person
from web.qr import qr_svg
from web.shown_text import Oddity, Piece, pieces_of
from web.static_files import address_of

TEMPLATES: Final = Path(__file__).with_name("templates")
_ONCE_OCTETS: Final = 16


@dataclass(frozen=True, slots=True)
class Visit:
    """What every page needs to know of the visit.

    Its language, its own address to come back to, the token of its forms, the person who looks
    and where that person can go.
    """

    language: Language
    path: str
    form_token: str
    demo: bool
    person: Person | None = None
    navigation: tuple[Stop, ...] = ()

    @property
    def once(self) -> str:
        """Return a new value each time: every rendered form is one of its own."""
        return secrets.token_urlsafe(_ONCE_OCTETS)


class Pages:
    """The templates and texts of one room, over those of the kit."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take ``folder/templates`` and ``folder/texts`` before the kit's own."""
        self._texts = TEXTS if folder is None else folder / "texts"
        folders = (TEMPLATES,) if folder is None else (folder / "templates", TEMPLATES)
        self._environment = _environment_of(*folders)

    def words(self, language: Language) -> Words:
        """Return the room's texts over the kit's."""
        return Words(texts(language, self._texts))

    def render(self, template: str, visit: Visit, **values: object) -> str:
        """Return a page as HTML; ``values`` are what the template names."""
        language = visit.language
        return self._environment.get_template(template).render(
            visit=visit,
            languages=tuple(Language),
            text=self.words(language),
            label=lambda labels: pick(labels, language),
            style=address_of("style.css"),
            icon=address_of("icon.svg"),
            static=address_of,
            qr=lambda text, title: Markup(qr_svg(text, title)),  # noqa: S704  # drawn by us
            **values,
        )


@cache
def _environment_of(*folders: Path) -> Environment:
    """Return the templates of these folders: the same for all of a process, so compiled once."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(each) for each in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        moment=_spoken(readable.moment),
        day=_spoken(readable.day),
        last_day=_spoken(readable.last_day),
        won=_spoken(readable.won),
        shown=_shown,
        day_in=readable.day_in,
        is_picture=readable.is_picture,
    )
    return environment


def _spoken(read: Callable[..., str]) -> Callable[..., str]:
    """Return a filter that reads a value in the language of the page."""

    @pass_context
    def filtered(context: Context, value: object) -> str:
        return read(value, context["visit"].language)

    return filtered


@pass_context
def _shown(context: Context, value: object) -> Markup:
    """Return a stranger's text as text: its direction kept to itself, its oddities marked."""
    words = context["text"]
    inner = Markup().join(_marked(piece, words) for piece in pieces_of(str(value)))
    return Markup("<bdi>{}</bdi>").format(inner)


def _marked(piece: Piece, words: Words) -> Markup:
    match piece.oddity:
        case Oddity.NONE:
            return escape(piece.text)
        case Oddity.UNSEEN:
            title = words.unseen_character
            return Markup('<span class="odd" title="{}">[{}]</span>').format(title, piece.text)
        case Oddity.MIXED:
            note = words.mixed_letters
            return Markup('<mark class="odd">{} ({})</mark>').format(piece.text, note)
