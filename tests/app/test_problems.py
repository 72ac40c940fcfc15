"""What is answered where no room answers: pages for people, JSON for programs."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.clock import utc_now
from app.database import sqlite_engine
from app.errors import CommandError
from app.problems import answer_problems
from keys.entropy import SYSTEM_ENTROPY
from web.errors import ForbiddenError
from web.kit import Kit, Surroundings
from web.store import WebStore

BASE = "http://testserver"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CASES = (
    ("GET", "/nowhere", 404, "not_found", "찾는 화면이 없습니다"),
    ("POST", "/bug", 405, "method_not_allowed", "그렇게 열 수 없습니다"),
    ("GET", "/bug", 500, "internal_error", "우리 쪽에 고장이 났습니다"),
    ("GET", "/trust", 503, "expired", "믿을 수 있는 기관의 목록"),
    ("GET", "/forbidden", 403, "forbidden", "이 화면에서 보낸 것이 아니어서"),
)


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """An application that fails in every way; even its sessions cannot be looked up."""
    engine = sqlite_engine(tmp_path / "web.sqlite")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    kit = Kit(
        WebStore(engine),
        Surroundings(BASE, bytes(32), demo=True, clock=utc_now, entropy=SYSTEM_ENTROPY),
    )
    app = FastAPI(openapi_url=None, lifespan=lifespan)
    for path, error in (
        ("/bug", RuntimeError("a secret")),
        ("/trust", CommandError("expired", "trust list", "old")),
        ("/forbidden", ForbiddenError("no")),
    ):
        app.add_api_route(path, failing(error), response_model=None)
    answer_problems(app, kit.room())
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.mark.parametrize(("method", "path", "status", "code", "words"), CASES)
def test_a_browser_gets_a_page(
    client: TestClient, method: str, path: str, status: int, code: str, words: str
) -> None:
    """
    In plain words what happened, what to do next, the way back; the code stands small.
    """
    client.cookies.set("mydata-visit", "A" * 43)
    answer = client.request(method, path, headers=BROWSER)

    assert (status, True) == (answer.status_code, words in answer.text)
    assert f"<code>{code}</code>" in answer.text
    assert 'class="button" href="/"' in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize(("method", "path", "status", "code", "words"), CASES)
def test_a_program_gets_json(
    client: TestClient, method: str, path: str, status: int, code: str, words: str
) -> None:
    """
    The same refusals as a problem; nothing of a bug is told.
    """
    answer = client.request(method, path)

    assert (status, code) == (answer.status_code, answer.json()["error"])
    assert {"error", "party", "detail"} == set(answer.json())
    assert "secret" not in answer.text


@pytest.mark.parametrize("headers", [BROWSER, {}], ids=["browser", "program"])
def test_a_fault_of_ours_is_as_guarded_as_a_page(
    client: TestClient, headers: dict[str, str]
) -> None:
    """
    T24: the answer that is made outside every middleware has the policy, too.
    """
    answer = client.get("/bug", headers=headers)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_an_unknown_method_says_which_are_known(client: TestClient) -> None:
    """
    405 keeps its Allow header.
    """
    assert "GET" == client.post("/bug").headers["allow"]


@pytest.mark.parametrize("language", ["ko", "en", "ja"])
def test_a_problem_is_told_in_the_visitors_language(client: TestClient, language: str) -> None:
    """
    Three languages, each by its own page.
    """
    client.cookies.set("mydata-language", language)
    answer = client.get("/nowhere", headers=BROWSER)

    assert f'<html lang="{language}">' in answer.text
