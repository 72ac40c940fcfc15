"""From a request to the person behind it."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from starlette.requests import Request

from web.cookies import Cookies, language_of
from web.errors import ForbiddenError
from web.people import PersonRole
from web.sessions import SessionOverError, check_alive, handle_of, is_to_be_noted
from web.store import Account, SessionStore
from web.visitor import Visitor

Clock: TypeAlias = Callable[[], datetime]


class SignInNeededError(Exception):
    """The page is for people who are signed in, and nobody is."""


class OtherRoleError(ForbiddenError):
    """The person is known, and the page belongs to somebody else's work."""

    def __init__(self, roles: tuple[PersonRole, ...]) -> None:
        super().__init__(f"this page is for: {', '.join(roles)}")
        self.roles = roles


class Visits:
    """Finds the signed-in person of a request."""

    def __init__(self, sessions: SessionStore, cookies: Cookies, clock: Clock) -> None:
        self._sessions = sessions
        self._cookies = cookies
        self._clock = clock

    async def visitor(self, request: Request) -> Visitor | None:
        """Return who is signed in, None for nobody; looked up once per request."""
        if not hasattr(request.state, "visitor"):
            request.state.visitor = await self._found(request)
        found: Visitor | None = request.state.visitor
        return found

    async def visitor_as(self, request: Request, *roles: PersonRole) -> Visitor:
        """Return who is signed in, in one of these roles; any role when none is named.

        Raises ``SignInNeededError`` or ``OtherRoleError``.
        """
        visitor = await self.visitor(request)
        if visitor is None:
            raise SignInNeededError
        if roles and visitor.person.role not in roles:
            raise OtherRoleError(roles)
        return visitor

    async def _found(self, request: Request) -> Visitor | None:
        session_id = self._cookies.session_id(request)
        found = await self._sessions.find(handle_of(session_id)) if session_id else None
        if found is None:
            return None
        session, account = found
        now = self._clock()
        try:
            check_alive(session, now=now)
        except SessionOverError:
            return None
        if is_to_be_noted(session, now=now):
            await self._sessions.note_seen(session.handle, now)
        return _visitor(request, account, session.handle)


def _visitor(request: Request, account: Account, handle: str) -> Visitor:
    return Visitor(account.person, language_of(request, account.language), handle)
