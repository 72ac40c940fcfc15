"""The two cookies of a visit: a random id, and the language."""

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
_VISIT_COOKIE: Final = {"https": "__Host-mydata-visit", "http": "mydata-visit"}
_LANGUAGE_SECONDS: Final = 365 * 86400
# 32 octets as base64url; anything else in the cookie is none of ours.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Cookies:
    """Reads and sets the cookies of the service at ``base``."""

    def __init__(self, base: str, entropy: Entropy) -> None:
        scheme = parse_target(base).origin.scheme
        self._name = _VISIT_COOKIE[scheme]
        self._secure = scheme == "https"
        self._entropy = entropy

    def visit_id(self, request: Request) -> str:
        """Return the id the browser keeps, empty for a new visitor.

        Before sign-in it only ties forms to this browser; afterwards its hash names the session.
        """
        found = request.cookies.get(self._name, "")
        return found if _ID.fullmatch(found) else ""

    def new_id(self) -> str:
        """Return an id nobody has seen."""
        return new_session_id(self._entropy)

    def set_visit(self, reply: Response, visit_id: str) -> None:
        """Give the browser its id: out of reach of scripts, other sites and, in time, itself."""
        reply.set_cookie(
            self._name, visit_id, httponly=True, samesite="strict", secure=self._secure
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


def see_other(path: str) -> Response:
    """Lead the browser on after a form, so that going back sends nothing twice."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
