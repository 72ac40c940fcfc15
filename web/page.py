"""Pages: one template environment, one base, escaped by default, undefined names refused."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.language import Language, pick, texts
from web.qr import qr_svg

TEMPLATES: Final = Path(__file__).with_name("templates")
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
    return environment


@cache
def _style_address() -> str:
    """Return the style sheet's address; a new sheet has a new one, so caches may keep it."""
    digest = hashlib.sha256((STATIC / "style.css").read_bytes()).hexdigest()
    return f"/static/style.css?v={digest[:12]}"
