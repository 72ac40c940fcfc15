"""A form counts only when this site's own page sent it (cross-site request forgery, H89).

Two locks, each enough alone: what the browser says about where the request came from, and a
token in the form that only a page of this session can know.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from web.errors import ForbiddenError

_CONTEXT: Final = b"mydata-form-v1"
_REFUSED: Final = "this form was not sent from this site's own page; open the page again"


def form_token(secret: bytes, owner: str) -> str:
    """Return the token to put into every form of a session, or of a browser without one."""
    mac = hmac.digest(secret, _CONTEXT + owner.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def check_form_token(expected: str, token: str) -> None:
    """Raise ``ForbiddenError`` unless a form's token is the one that was expected."""
    if not hmac.compare_digest(expected.encode(), token.encode("utf-8", "surrogatepass")):
        raise ForbiddenError(_REFUSED)


def check_same_origin(headers: Mapping[str, str], *, expected_origin: str) -> None:
    """Raise ``ForbiddenError`` when the browser says the request comes from elsewhere.

    ``Sec-Fetch-Site`` cannot be set by a page; ``Origin`` is compared whole, so that
    ``https://rp.example.evil`` is not ``https://rp.example``. A request with neither is refused:
    every current browser sends both with a form.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site not in (None, "same-origin") or origin not in (None, expected_origin):
        raise ForbiddenError(_REFUSED)
    if site is None and origin is None:
        raise ForbiddenError(_REFUSED)
