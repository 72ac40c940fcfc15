"""Who calls: the holder in the address, by a token of that very name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from web.errors import ForbiddenError

ROLE: Final = "holder"

Authorize = Callable[[Request, str], str]
"""Return who calls in a role, or raise ``web.errors.Unauthorised``."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Tells the holder of a call; one answer for every other holder's name (H90)."""

    authorize: Authorize

    def holder(self, request: Request) -> str:
        """Return the holder in the address, if the token is theirs."""
        holder = str(request.path_params["holder"])
        if self.authorize(request, ROLE) != holder:
            raise ForbiddenError("this token belongs to another holder")
        return holder
