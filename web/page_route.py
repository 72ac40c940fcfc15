"""The kind of route whose errors are answered as pages."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

Answer: TypeAlias = Callable[[Request, Exception], Awaitable[Response | None]]
"""Return the page for an error, None for one that is no refusal but a fault of ours."""


def page_route(answer: Answer) -> type[APIRoute]:
    """Return a kind of route that lets ``answer`` tell what its handler raises."""

    class PageRoute(APIRoute):
        @override
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def told(request: Request) -> Response:
                try:
                    return await handle(request)
                except Exception as error:
                    reply = await answer(request, error)
                    if reply is None:
                        raise
                    return reply

            return told

    return PageRoute


def come_back_to(request: Request, path: str) -> None:
    """Let links on the answer lead back to ``path``: the page's own address is good only once."""
    request.state.come_back_to = path


def address_of(request: Request) -> str:
    """Return the page's own address, to come back to; an answer to a form has none."""
    named = getattr(request.state, "come_back_to", None)
    if isinstance(named, str):
        return named
    if request.method != "GET":
        return "/"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
