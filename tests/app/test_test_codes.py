"""The sheet of test codes: each case, scanned as a desk scans it, is found to be what it says."""

import asyncio
import html
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from typing_extensions import override

from app.clock import utc_now
from app.main import create_app
from app.serve import prepare
from app.settings import Settings
from app.test_wallet import pages
from app.test_wallet.case import LINKS, PLACE, Case
from app.test_wallet.certificates import CaseCertificates
from app.test_wallet.wallet import CaseWallet
from tests.app.conftest import Commands, Service, free_port, serving_on
from wallet.kept.holdings import HeldCredential

REQUEST = (
    "openid4vp://?client_id=x509_hash%3Aabc&request_uri=https%3A%2F%2Fdesk.example%2Frequests%2F1"
)
# A desk of its own has seen no status list yet: the ones that were changed are scanned first.
ORDER = sorted(Case, key=lambda case: case not in {Case.REVOKED, Case.SUSPENDED})


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose desk relies on no status list from before."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(CaseWallet.__init__, "__defaults__", (timedelta(),))
        with serving_on("sqlite", tmp_path_factory.mktemp("fresh") / "var") as running:
            yield running


def test_every_case_is_found_to_be_what_the_sheet_says(fresh: Service, tmp_path: Path) -> None:
    """
    The picture is scanned by the desk's own verb; it says exactly what stands beside it.
    """
    mydata = Commands(fresh)
    sheet = mydata.json("verifiers", "test-codes", "--out", str(tmp_path))
    assert sheet == json.loads((tmp_path / "expected.json").read_text())
    expected = {each["case"]: (each["state"], each["failure"]) for each in sheet["codes"]}

    found = {}
    for case in ORDER:
        picture = str(tmp_path / f"{case.value}.png")
        outcome = mydata("verifiers", "scan", picture, "--profile", "adult-check", "--json")
        told = outcome.answer
        found[case.value] = ("failed", told["error"]) if outcome.code else (told["state"], None)

    assert list(Case) == list(expected)
    assert expected == found


def test_a_code_is_good_again_and_answers_no_with_what_it_does_not_have(fresh: Service) -> None:
    """
    It is printed: scanned twice it is two questions, and what it holds is one kind alone.
    """
    mydata = Commands(fresh)
    link = f"{fresh.base}{LINKS}/{Case.VALID.code}"
    asked = ("verifiers", "scan", link, "--profile")

    assert "verified" == mydata.json(*asked, "adult-check")["state"]
    assert "verified" == mydata.json(*asked, "adult-check")["state"]
    assert "holder_refused" == mydata(*asked, "lease-loan", "--json").answer["error"]
    other = httpx2.post(f"{fresh.base}{LINKS}/for-trying-out-only-anything", json={})
    assert 404 == other.status_code


@pytest.mark.parametrize("language", ["ko", "en", "ja"])
def test_the_page_has_every_case_in_every_language(fresh: Service, language: str) -> None:
    """
    Beside each picture stands what must come out, and by what code a program knows it.
    """
    texts = json.loads((Path(pages.__file__).parent / f"texts/{language}.json").read_text("utf-8"))

    with httpx2.Client(base_url=fresh.base, follow_redirects=True) as client:
        client.get(f"/language/{language}")
        page = html.unescape(client.get(PLACE).text)

    assert len(Case) == page.count("<figure")
    for case in Case:
        assert texts[f"test_case_{case.name.lower()}"] in page
        assert f"{fresh.base}{LINKS}/{case.code}" in page
        assert case.expected is None or case.expected.code in page


async def test_a_change_of_status_is_shown_when_a_desk_can_know_it() -> None:
    """
    A desk relies on a list it has for 30 seconds: until then a revoked one waits, others do not.
    """
    answered: list[Case] = []

    class Answering(CaseWallet):
        @override
        async def _answer(self, case: Case, held: HeldCredential, request_uri: str) -> None:
            answered.append(case)

    class Made(CaseCertificates):
        @override
        async def make(self, now: datetime) -> dict[Case, Any]:
            return dict.fromkeys(Case)

    ports: Any = SimpleNamespace(clock=utc_now)
    nothing: Any = None
    waiting = Answering(ports, Made(nothing, nothing, nothing), timedelta(milliseconds=30))
    for case in (Case.REVOKED, Case.VALID):
        await waiting.hand_over(case, REQUEST)
    at_once = list(answered)
    await asyncio.wait_for(asyncio.gather(*waiting._later), 5)
    await waiting.stop()

    assert [Case.VALID] == at_once
    assert [Case.VALID, Case.REVOKED] == answered


def test_a_real_service_has_no_test_wallet(tmp_path: Path) -> None:
    """
    Production has neither the addresses nor the verb's sheet: nothing answers for a person there.
    """
    settings = Settings(home=tmp_path / "var", port=free_port())
    prepare(settings)

    routed = [str(each.path) for each in iter_route_contexts(create_app(settings).routes)]

    assert [] == [path for path in routed if path.startswith(PLACE)]
    assert not list(settings.home.rglob("*test-wallet*"))
