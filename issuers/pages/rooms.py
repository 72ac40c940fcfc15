"""What every page of this room is made from, and as whom an officer acts."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.requests import Request

from issuers.clerks import Clerk
from issuers.issuer import Issuers
from issuers.pages.sealed import Seal
from web.kit import PersonRole, RoomPages
from web.visitor import Visitor

Values: TypeAlias = dict[str, Any]
"""What a template names."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The authorities, the page kit, and the seal for what a page hands on in an address."""

    issuers: Issuers
    pages: RoomPages
    seal: Seal

    async def officer(self, request: Request) -> tuple[Visitor, Clerk]:
        """Return the officer who visits, and the clerk of the authority the officer is at."""
        visitor = await self.pages.visitor(request, PersonRole.OFFICER)
        return visitor, Clerk(visitor.person.name, visitor.person.subject)

    async def citizen(self, request: Request) -> Visitor:
        """Return the citizen who visits; ``person.subject`` is the handle in the registers."""
        return await self.pages.visitor(request, PersonRole.CITIZEN)
