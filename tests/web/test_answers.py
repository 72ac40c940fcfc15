"""Every answer of every role: its headers, its problems."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.problems import answer_web_error
from web.errors import ForbiddenError, Unauthorised, WebError
from web.plain_address import PATH_LIMIT, PlainAddresses
from web.replies import html_reply, json_reply
from web.security_headers import CONTENT_SECURITY_POLICY, SecurityHeaders


async def page(_request: Request) -> Response:
    return html_reply("<p>안녕하세요</p>")


async def numbers(_request: Request) -> Response:
    return json_reply({"n": 1}, headers={"X-Own": "kept"}, cache_control="max-age=60")


async def closed(_request: Request) -> Response:
    raise Unauthorised


async def elsewhere(_request: Request) -> Response:
    raise ForbiddenError("not here")


def client(base_url: str = "http://testserver") -> TestClient:
    routes = [
        Route(path, handler)
        for path, handler in (
            ("/page", page),
            ("/numbers", numbers),
            ("/closed", closed),
            ("/elsewhere", elsewhere),
        )
    ]
    app = Starlette(routes=routes, exception_handlers={WebError: answer_web_error})
    return TestClient(SecurityHeaders(app), base_url=base_url)


@pytest.mark.parametrize("path", ["/page", "/numbers", "/closed", "/nowhere"])
def test_every_answer_carries_the_safety_headers(path: str) -> None:
    """
    No frame, no foreign script, no sniffing, no referrer: on pages, data and errors alike.
    """
    headers = client().get(path).headers

    assert CONTENT_SECURITY_POLICY == headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "nosniff" == headers["x-content-type-options"]
    assert "same-origin" == headers["referrer-policy"]
    assert "DENY" == headers["x-frame-options"]
    assert "strict-transport-security" not in headers


def test_strict_transport_is_asked_for_over_tls_only() -> None:
    """
    On plain http the header would mean nothing; over TLS it lasts two years.
    """
    headers = client("https://testserver").get("/page").headers

    assert "max-age=63072000" == headers["strict-transport-security"]


def test_json_and_pages_are_not_stored_unless_they_say_so() -> None:
    """
    What shows personal data stays out of every cache; static documents say how long they keep.
    """
    assert "no-store" == client().get("/page").headers["cache-control"]
    answer = client().get("/numbers")
    assert ("max-age=60", "kept") == (answer.headers["cache-control"], answer.headers["x-own"])
    assert {"n": 1} == answer.json()


def test_a_refusal_names_the_code_the_party_and_the_next_step() -> None:
    """
    401 asks for a bearer token, 403 does not.
    """
    refused = client().get("/closed")
    forbidden = client().get("/elsewhere")

    assert (401, "Bearer") == (refused.status_code, refused.headers["www-authenticate"])
    assert {"error", "party", "detail"} == set(refused.json())
    assert {"error": "forbidden", "party": "caller", "detail": "not here"} == forbidden.json()
    assert "www-authenticate" not in forbidden.headers


def test_a_socket_is_passed_through() -> None:
    """
    Only HTTP answers get headers; the lifespan of the application is not touched.
    """
    with client() as running:
        assert 200 == running.get("/page").status_code


async def anything(request: Request) -> Response:
    return json_reply({"length": len(request.url.path)})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/" + "a" * (PATH_LIMIT - 1), 200),
        ("/" + "a" * PATH_LIMIT, 404),
        ("/a%00b", 404),
        ("/a?b=%00", 200),
    ],
)
def test_an_address_that_none_of_ours_can_have_reaches_no_route(path: str, status: int) -> None:
    """
    H47, H63: no NUL for the database, no number of thousands of digits; a query is for handlers.
    """
    app = PlainAddresses(Starlette(routes=[Route("/{path:path}", anything)]))

    assert status == TestClient(app).get(path).status_code
