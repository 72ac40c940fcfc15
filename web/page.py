"""Pages: one template environment, one base, escaped by default, undefined names refused."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.language import Language, pick, texts
from web.qr import qr_svg

TEMPLATES: Final = Path(__file__).with_name("templates")
# The authorities and the people are there; their days begin and end by its clock.
KOREA: Final = timezone(timedelta(hours=9))
STATIC: Final = Path(__file__).with_name("static")


@dataclass(frozen=True, slots=True)
class Visit:
    """What every page needs to know of the visit: its language, its address, its form token."""

    language: Language
    path: str
    form_token: str
    demo: bool


def render(template: str, visit: Visit, **values: object) -> str:
    """Return a page as HTML; ``values`` are what the template names."""
    language = visit.language
    return (
        _environment()
        .get_template(template)
        .render(
            visit=visit,
            languages=tuple(Language),
            text=texts(language),
            label=lambda labels: pick(labels, language),
            style=_style_address(),
            **values,
        )
    )


def moment(text: str) -> str:
    """Return a time (ISO 8601) as a person in Korea reads it, to the minute."""
    return datetime.fromisoformat(text).astimezone(KOREA).strftime("%Y-%m-%d %H:%M")


def last_day(text: str | None) -> str:
    """Return the last whole day before a time in Korea, a dash for no end."""
    if text is None:
        return "-"
    return (datetime.fromisoformat(text).astimezone(KOREA) - timedelta(seconds=1)).strftime(
        "%Y-%m-%d"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["qr"] = qr_svg
    environment.filters.update(moment=moment, last_day=last_day)
    return environment


@cache
def _style_address() -> str:
    """Return the style sheet's address; a new sheet has a new one, so caches may keep it."""
    digest = hashlib.sha256((STATIC / "style.css").read_bytes()).hexdigest()
    return f"/static/style.css?v={digest[:12]}"
