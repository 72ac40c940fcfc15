"""A room as the application sees it: its addresses, its start and its end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter

from web.kit import Kit

Step = Callable[[], Awaitable[None]]
Hindrances = Callable[[], Awaitable[Mapping[str, str]]]
PagesOf = Callable[[Kit], APIRouter]


@dataclass(frozen=True, slots=True)
class Part:
    """One served room.

    ``start`` makes it ready or raises, ``ready`` raises when it is not, ``stop`` gives back what
    it holds; ``pages`` makes what people see of it, and what ends their sessions. ``hindrances``
    says what of a ready room cannot be done now, and why, both for programs: the room goes on with
    the rest.
    """

    name: str
    router: APIRouter
    start: Step
    ready: Step
    stop: Step
    pages: PagesOf | None = None
    hindrances: Hindrances | None = None
