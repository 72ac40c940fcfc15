"""The page for institutions runs: ask, wait, read, prove, be told, catch up."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.clock import utc_now
from app.errors import CommandError
from app.institution.client import Answer, Institution
from app.institution.receiving import Receiver, anchors_in
from app.service_client import ServiceClient
from tests.app.conftest import Commands, Service
from tests.app.test_trip import accepted
from verifiers.events.event import Event, EventKind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "institutions.md"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page() -> dict[str, Any]:
    """Return what the page's blocks define."""
    defined: dict[str, Any] = {}
    for block in _BLOCK.findall(PAGE.read_text("utf-8")):
        exec(compile(block, PAGE.name, "exec"), defined)  # noqa: S102  # the page is what is tested
    return defined


async def test_the_page_for_institutions_runs(
    service: Service, mydata: Commands, tmp_path: Path
) -> None:
    """
    Each block does what the text beside it says, against a real service and a real wallet.
    """
    blocks = page()
    accepted(mydata)
    mydata("trust", "export", str(tmp_path))
    async with ServiceClient(service.base, service.home) as client:
        institution = Institution(client)
        assert () == await blocks["follow"](institution)
        transaction_id, request_uri = await blocks["begin"](institution)
        mydata.json("wallet", "present", request_uri)

        assert {"age_over_19": True} == await blocks["read"](institution, transaction_id)
        receipt, key_bindings, request_objects = await blocks["prove"](institution, transaction_id)
        assert receipt["log"]
        assert 1 == len(key_bindings) == len(request_objects)

        acted: list[Event] = []

        async def act(event: Event) -> None:
            acted.append(event)

        receiver: Receiver = blocks["receiver"](tmp_path, 0)
        await receiver.catch_up(act, institution=institution)
        await receiver.catch_up(act, institution=institution)
        mine = [each for each in acted if each.transaction_id == transaction_id]
        assert [EventKind.VERIFIED] == [each.kind for each in mine]
        assert len(acted) == receiver.last
        assert anchors_in(tmp_path / "verifier.pem")
        with pytest.raises(Exception, match=r"compact|token|JWS|parts"):
            await blocks["on_post"](receiver, b"nonsense", act, institution, utc_now())
        assert "corner-store" == (await institution.told("corner-store"))["party"]


async def test_a_refusal_is_told_with_its_code(service: Service) -> None:
    """
    An institution's program reads code, party and what to do next, never a status alone.
    """
    async with ServiceClient(service.base, service.home) as client:
        with pytest.raises(CommandError) as caught:
            await Institution(client).begin("no-such-profile")
    assert "profile_unknown" == caught.value.problem.error


def test_an_answer_in_another_form_is_no_answer() -> None:
    """
    What this client does not know is an error, never an empty result.
    """
    for wrong in ({}, {"state": 1}, {"state": "verified", "credentials": [{}]}):
        with pytest.raises(CommandError):
            Answer.parse(wrong)
