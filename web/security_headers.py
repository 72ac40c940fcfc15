"""The headers that keep a page safe, on every answer of every role."""

import re
from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Scripts, styles and pictures come from this service alone; nothing inline, nothing evaluated,
# no page of ours inside a frame, no form that posts elsewhere.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_OWN_FORMS: Final = "form-action 'self'"
_NO_FRAME: Final = "frame-ancestors 'none'"
_FRAMING: Final = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]+)?")

HEADERS: Final = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # An address may hold a one-time code; no other site gets to see it.
    # Not no-referrer: with it a browser sends every form as `Origin: null`, and we refuse those.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=()"),
)
# Two years, as the preload lists ask for.
_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=63072000")


# A host that is nothing but a host: it becomes a part of a policy.
_SOURCE: Final = re.compile(
    r"(https?://[A-Za-z0-9.-]+(?::[0-9]+)?)(?:[/?].*)?|([a-z][a-z0-9+.-]*:).*"
)


def leading_to(address: str) -> str:
    """Return the policy of a page whose form may be answered with a redirect to ``address``.

    Browsers hold ``form-action`` against the redirect too. Only the site is named, or the scheme
    of an app; an address whose site cannot be told for sure adds nothing.
    """
    found = _SOURCE.fullmatch(address)
    source = "" if found is None else found[1] or found[2]
    if source in ("", "http:", "https:"):
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace(_OWN_FORMS, f"{_OWN_FORMS} {source}")


def framed_by(origins: Iterable[str]) -> str:
    """Return the policy of a page that these sites alone may hold in a frame.

    What is not an https origin and nothing else adds nothing: it would become a part of a policy.
    """
    named = " ".join(origin for origin in origins if _FRAMING.fullmatch(origin))
    if not named:
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace(_NO_FRAME, f"frame-ancestors {named}")


def _is_framed(own: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether an answer names by itself who may frame it."""
    policies = [value for name, value in own if name.lower() == b"content-security-policy"]
    return bool(policies) and all(_NO_FRAME.encode() not in policy for policy in policies)


class SecurityHeaders:
    """ASGI middleware that adds ``HEADERS``, and HSTS where the request came over TLS.

    A page that says one of them by itself (`leading_to`, `framed_by`) is left to it.
    X-Frame-Options has no word for some sites: a page that some may frame goes without.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; only the head of an HTTP answer is touched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = [*HEADERS, _STRICT_TRANSPORT] if scope["scheme"] == "https" else list(HEADERS)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", []))
                said = {name.lower() for name, _ in own}
                if _is_framed(own):
                    said.add(b"x-frame-options")
                message["headers"] = [*own, *(each for each in added if each[0] not in said)]
            await send(message)

        await self._app(scope, receive, send_with_headers)
