"""The pages of the rooms: what each room's package offers, made with the kit."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TypeAlias

from fastapi import APIRouter

from web.kit import Kit

PagesOf: TypeAlias = Callable[[Kit], APIRouter | None]


def pages_of(room: str, facade: object, *more: object) -> PagesOf:
    """Return the maker of a room's pages, which finds nothing while the room has none."""

    def make(kit: Kit) -> APIRouter | None:
        if find_spec(f"{room}.pages") is None:
            return None
        pages = getattr(import_module(f"{room}.pages"), "pages", None)
        return None if pages is None else pages(facade, kit, *more)

    return make
