"""One visitor's session, language and forms."""

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.settings import host_port
from keys import base64url
from web.body import FORM_TYPE, read_body
from web.errors import ForbiddenError
from web.forgery import check_form_token, check_same_origin, form_token
from web.language import Language, choose_language
from web.page import Visit, render
from web.replies import html_reply

LANGUAGE_COOKIE: Final = "mydata-language"
# A name that browsers let no other host or path set, where there is https.
_SESSION_COOKIE: Final = {"https": "__Host-mydata-visit", "http": "mydata-visit"}
_SESSION_OCTETS: Final = 32
_FORM_LIMIT: Final = 16 * 1024
_LANGUAGE_SECONDS: Final = 365 * 86400
_SEE_OTHER: Final = 303
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Form:
    """A form this session's own page sent; a name may come several times."""

    pairs: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """Return the value of a field, empty when it was not sent."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for key, value in self.pairs if key == name]


class Visits:
    """Pages and forms of one service at ``base``; ``secret`` makes the form tokens."""

    def __init__(self, secret: bytes, base: str) -> None:
        self._secret = secret
        self._scheme = urlsplit(base).scheme
        self._cookie = _SESSION_COOKIE[self._scheme]
        own = host_port(base)
        port = own.rpartition(":")[2]
        # Whoever types 127.0.0.1 for localhost is at the same service; any other name is not.
        names = {own.rpartition(":")[0]}
        names |= set(_LOOPBACK) if names & set(_LOOPBACK) else set()
        self._hosts = {f"{name}:{port}" for name in names}

    def page(
        self, request: Request, template: str, *, status: int = 200, **values: object
    ) -> Response:
        """Return a page; a new visitor gets a session with it."""
        session = request.cookies.get(self._cookie) or base64url.encode(
            secrets.token_bytes(_SESSION_OCTETS)
        )
        visit = Visit(
            language=language_of(request),
            path=_address_of(request),
            form_token=form_token(self._secret, session),
            demo=True,
        )
        reply = html_reply(render(template, visit, **values), status)
        reply.set_cookie(
            self._cookie, session, httponly=True, samesite="strict", secure=self._is_https
        )
        return reply

    async def form(self, request: Request) -> Form:
        """Return a form of this session's own page, or raise ``ForbiddenError``."""
        host = request.headers.get("host", "")
        if not self._is_own(host):
            raise ForbiddenError("open this service at its own address")
        check_same_origin(request.headers, expected_origin=f"{self._scheme}://{host}")
        body = await read_body(request, expected_type=FORM_TYPE, limit=_FORM_LIMIT)
        form = Form(tuple(parse_qsl(body.decode("ascii", "replace"))))
        session = request.cookies.get(self._cookie, "")
        check_form_token(self._secret, session, form.one("form_token"))
        return form

    def remember_language(self, language: Language, back: str) -> Response:
        """Return to a page of ours in another language."""
        local = back.startswith("/") and not back.startswith(("//", "/\\"))
        reply = see_other(back if local else "/")
        reply.set_cookie(
            LANGUAGE_COOKIE,
            language.value,
            max_age=_LANGUAGE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=self._is_https,
        )
        return reply

    def _is_own(self, host: str) -> bool:
        try:
            return host_port(f"{self._scheme}://{host}") in self._hosts
        except ValueError:  # a stranger's Host need not even be a host
            return False

    @property
    def _is_https(self) -> bool:
        return self._scheme == "https"


def language_of(request: Request) -> Language:
    """Return the visitor's language."""
    return choose_language(request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))


def _address_of(request: Request) -> str:
    """Return the page's own address, to come back to; an answer to a form has none."""
    if request.method != "GET":
        return "/"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def see_other(path: str) -> Response:
    """Lead the browser on after a form, so that going back sends nothing twice."""
    return RedirectResponse(path, _SEE_OTHER)
