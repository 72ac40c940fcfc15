"""People as the operator enters them: over HTTP, with the operator's token alone."""

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from tests.problems import answer_web_error
from tests.web.site import BASE, Site
from web.endpoints import routes
from web.errors import Unauthorised, WebError
from web.people import PeopleError, PersonRole, person_of

NAME = "김예원 " + "가" * 496


def authorize(request: Request, role: str) -> str:
    if request.headers.get("authorization") != f"Bearer {role}":
        raise Unauthorised
    return "operator"


@pytest.fixture
def operator(site: Site) -> httpx2.AsyncClient:
    """The operator's client of a service that has the kit's people."""
    app = FastAPI(openapi_url=None)
    app.include_router(routes(site.sign_in, site.kit.store.people, authorize, base=BASE))
    app.add_exception_handler(WebError, answer_web_error)
    headers = {"authorization": "Bearer operator"}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE, headers=headers)


async def test_a_person_is_added_invited_listed_and_removed(
    site: Site, operator: httpx2.AsyncClient
) -> None:
    """
    H70: the name comes back whole; the link signs in; whoever is removed is gone at once.
    """
    person = {"name": "kim", "shown_name": NAME, "role": "citizen", "subject": "c0000001-0"}
    added = await operator.post("/people", json=person)
    assert (201, person) == (added.status_code, added.json())
    assert person in (await operator.get("/people")).json()["people"]

    invited = (await operator.post("/people/kim/invite")).json()
    assert "2026-11-22T03:10:00+00:00" == invited["until"]
    browser = site.browser()
    await browser.get(invited["url"].removeprefix(BASE))
    assert "/wallet" == (await browser.send("/invitation")).headers["location"]
    assert f"<bdi>{NAME}</bdi>" in (await browser.get("/sessions")).text

    assert {"removed": "kim"} == (await operator.post("/people/kim/remove")).json()
    assert 303 == (await browser.get("/sessions")).status_code


async def test_a_name_is_taken_once(operator: httpx2.AsyncClient) -> None:
    """
    409: the person who was there stays as entered.
    """
    person = {"name": "demo", "shown_name": "x", "role": "auditor", "subject": "x"}
    answer = await operator.post("/people", json=person)

    assert (409, "person_known") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize("path", ["/people/nobody/invite", "/people/nobody/remove"])
async def test_nobody_is_told_as_such(operator: httpx2.AsyncClient, path: str) -> None:
    """
    404 with a code for programs.
    """
    answer = await operator.post(path)

    assert (404, "person_unknown") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/people"),
        ("POST", "/people"),
        ("POST", "/people/demo/invite"),
        ("POST", "/people/demo/remove"),
    ],
)
async def test_only_the_operator_may(
    site: Site, operator: httpx2.AsyncClient, method: str, path: str
) -> None:
    """
    H90: 401 before anything else is looked at; a signed-in person is no operator.
    """
    browser = await site.browser().enter("auditor")
    operator.cookies = browser.client.cookies
    operator.headers.pop("authorization")

    assert 401 == (await operator.request(method, path)).status_code
    assert await site.kit.store.people.find("demo") is not None


@pytest.mark.parametrize(
    ("name", "shown_name", "role", "subject"),
    [
        ("", "x", "citizen", "x"),
        ("Demo", "x", "citizen", "x"),
        ("a/b", "x", "citizen", "x"),
        ("-a", "x", "citizen", "x"),
        ("a" * 65, "x", "citizen", "x"),
        ("a", "", "citizen", "x"),
        ("a", "  ", "citizen", "x"),
        ("a", "x" * 501, "citizen", "x"),
        ("a", "x\0", "citizen", "x"),
        ("a", "x", "operator", "x"),
        ("a", "x", "citizen", ""),
        ("a", "x", "citizen", "../x"),
    ],
)
def test_a_malformed_person_is_refused(
    name: str, shown_name: str, role: str, subject: str
) -> None:
    """
    Names and subjects stand in addresses and file names; a shown name has an end.
    """
    with pytest.raises(PeopleError) as caught:
        person_of(name, shown_name, role, subject)

    assert "malformed_person" == caught.value.problem.error


@pytest.mark.parametrize("role", PersonRole, ids=str)
def test_every_role_can_be_given(role: PersonRole) -> None:
    """
    The text of a role is what the operator types.
    """
    assert role is person_of("a", "x", str(role), "a").role
