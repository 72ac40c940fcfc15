"""One line and one count for every request: method, route, status, time, and an id.

The route is the template of the address (``/wallet/holders/{holder}/…``), never the address: what
stands in it may be a name or a one-time code. The id is ours, in the log and in the answer, so
that
whoever asks for help can say which request it was.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars
from typing_extensions import override

from app.description import corrected
from app.logging_fields import place_of
from app.logging_pipe import log
from app.metrics import METHODS, OTHER, Metrics

REQUEST_ID: Final = "x-request-id"
_ID_OCTETS: Final = 9
_SERVER_ERROR: Final = 500

TemplateOf = Callable[[Scope], str]


class Routes:
    """The template of the address that answered a request."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._templates: dict[object, str] = {}

    def template(self, scope: Scope) -> str:
        """Return it, `OTHER` for what no route answered."""
        endpoint = scope.get("endpoint")
        if endpoint is not None and endpoint not in self._templates:
            self._templates = {
                context.endpoint: str(context.path)
                for context in iter_route_contexts(self._app.routes)
            }
        return self._templates.get(endpoint, OTHER)


@dataclass(slots=True)
class _Answered:
    """What is known of an answer while it is sent; nothing sent is a failure of ours."""

    status: int = _SERVER_ERROR


class WatchedApp(FastAPI):
    """An application whose every answer is logged and counted, also the one to a fault of ours."""

    def __init__(self, metrics: Metrics, **given: Any) -> None:
        super().__init__(**given)
        self._metrics = metrics

    @override
    def openapi(self) -> dict[str, Any]:
        """Return the description of every address, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = corrected(super().openapi())
        return self.openapi_schema

    @override
    def build_middleware_stack(self) -> ASGIApp:
        """Put the request log around all other middleware."""
        stack = super().build_middleware_stack()
        return RequestLog(stack, template_of=Routes(self).template, metrics=self._metrics)


class RequestLog:
    """ASGI middleware around everything else: names, times, logs and counts each request."""

    def __init__(self, app: ASGIApp, *, template_of: TemplateOf, metrics: Metrics) -> None:
        self._app = app
        self._template_of = template_of
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; whatever comes of it is told once."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, answered, begun = _new_id(), _Answered(), time.perf_counter()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.status = message["status"]
                message["headers"] = [*message.get("headers", []), _header(request)]
            await send(message)

        with bound_contextvars(request=request):
            fault: dict[str, str] = {}
            try:
                await self._app(scope, receive, send_named)
            except Exception as error:
                fault = place_of(error)
                raise
            finally:
                self._tell(scope, answered.status, time.perf_counter() - begun, fault)

    def _tell(self, scope: Scope, status: int, seconds: float, fault: dict[str, str]) -> None:
        method, route = scope["method"], self._template_of(scope)
        self._metrics.request(method, route, status, seconds)
        log().info(
            "request",
            method=method if method in METHODS else OTHER,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            **fault,
        )


def _new_id() -> str:
    return secrets.token_urlsafe(_ID_OCTETS)


def _header(request: str) -> tuple[bytes, bytes]:
    return REQUEST_ID.encode(), request.encode()
