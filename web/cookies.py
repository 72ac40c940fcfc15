"""The cookies of a visit: the session, what ties forms to this browser, and the language."""

import re
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from keys.entropy import Entropy
from web.address import parse_target
from web.language import Language, choose_language
from web.sessions import new_session_id

LANGUAGE_COOKIE: Final = "mydata-language"
# With https a name that browsers let no other host or path set.
_PREFIX: Final = {"https": "__Host-", "http": ""}
_LANGUAGE_SECONDS: Final = 365 * 86400
# 32 octets as base64url; anything else in the cookie is none of ours.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Cookies:
    """Reads and sets the cookies of the service at ``base``."""

    def __init__(self, base: str, entropy: Entropy) -> None:
        scheme = parse_target(base).origin.scheme
        prefix = _PREFIX[scheme]
        self._session_name = f"{prefix}mydata-session"
        self._visit_name = f"{prefix}mydata-visit"
        self._secure = scheme == "https"
        self._entropy = entropy

    def session_id(self, request: Request) -> str:
        """Return the id of the session the browser keeps, empty when it keeps none."""
        return _id_in(request, self._session_name)

    def set_session(self, reply: Response, session_id: str) -> None:
        """Give the browser its session: out of reach of scripts and of other sites' links."""
        reply.set_cookie(
            self._session_name, session_id, httponly=True, samesite="strict", secure=self._secure
        )

    def drop_session(self, reply: Response) -> None:
        """Take the session from the browser."""
        reply.delete_cookie(
            self._session_name, httponly=True, samesite="strict", secure=self._secure
        )

    def visit_id(self, request: Request) -> str:
        """Return what ties the forms of nobody's pages to this browser, empty when new."""
        return _id_in(request, self._visit_name)

    def new_visit(self) -> str:
        """Return an id nobody has seen."""
        return new_session_id(self._entropy)

    def set_visit(self, reply: Response, visit_id: str) -> None:
        """Let the browser tie its forms; it signs nobody in, so another site's link may bring it.

        Were it as strict as the session, a visitor by a link would be given a second one, and the
        forms of the pages already open would count no longer.
        """
        reply.set_cookie(
            self._visit_name, visit_id, httponly=True, samesite="lax", secure=self._secure
        )

    def set_language(self, reply: Response, language: Language) -> None:
        """Let the browser remember a language; it is no secret and survives a sign-out."""
        reply.set_cookie(
            LANGUAGE_COOKIE,
            language.value,
            max_age=_LANGUAGE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )


def language_of(request: Request, kept: Language | None = None) -> Language:
    """Return the language of a page: asked for in the address, kept with the person, or here."""
    asked = request.query_params.get("lang")
    return choose_language(asked, kept, request.cookies.get(LANGUAGE_COOKIE))


def _id_in(request: Request, name: str) -> str:
    found = request.cookies.get(name, "")
    return found if _ID.fullmatch(found) else ""


def see_other(path: str) -> Response:
    """Lead the browser on after a form, so that going back sends nothing twice."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
