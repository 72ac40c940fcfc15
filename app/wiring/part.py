"""A room as the application sees it: its addresses, its start and its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """One served room.

    ``start`` makes it ready or raises, ``ready`` raises when it is not, ``stop`` gives back what
    it holds.
    """

    name: str
    router: APIRouter
    start: Step
    ready: Step
    stop: Step
