"""Addresses that no route of ours could have: answered before any route reads them.

A database cannot look for a NUL, and a number of thousands of digits is none to Python: what a
stranger writes into an address must not become a fault of ours (H47, H63).
"""

from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from web.errors import Party, Problem
from web.replies import problem_reply

# The longest of ours has two ids of 43 characters; a holder's and a log's are shorter.
PATH_LIMIT: Final = 1024


class PlainAddresses:
    """ASGI middleware: a path that is too long, or has a NUL, is nowhere (404)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else through untouched."""
        if scope["type"] != "http" or _is_plain(scope["path"]):
            await self._app(scope, receive, send)
            return
        problem = Problem("not_found", Party.CALLER, "there is nothing at this address")
        await problem_reply(HTTPStatus.NOT_FOUND, problem)(scope, receive, send)


def _is_plain(path: str) -> bool:
    return len(path) <= PATH_LIMIT and "\0" not in path
