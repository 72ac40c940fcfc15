"""The headers that keep a page safe, on every answer of every role."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Scripts, styles and pictures come from this service alone; nothing inline, nothing evaluated,
# no page of ours inside a frame, no form that posts elsewhere.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

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


class SecurityHeaders:
    """ASGI middleware that adds ``HEADERS``, and HSTS where the request came over TLS."""

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
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)
