"""The page for institutions runs: ask, wait, read, prove, be told, catch up."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.clock import utc_now
from app.errors import CommandError
from app.institution.client import Answer, Institution
from app.institution.receiving import Receiver
from app.service_client import ServiceClient
from keys.json_value import JsonObject
from tests.app.conftest import Commands, Service
from tests.app.test_trip import accepted
from verifiers.events.event import Event, EventError, EventKind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "institutions.md"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page() -> dict[str, Any]:
    """Return what the page's blocks define."""
    defined: dict[str, Any] = {}
    for block in _BLOCK.findall(PAGE.read_text("utf-8")):
        exec(compile(block, PAGE.name, "exec"), defined)  # noqa: S102  # the page is what is tested
    return defined


def calling(service: Service, work: Callable[[Institution], Awaitable[Any]]) -> Any:
    """Return what an institution's program gets, in an event loop of its own."""

    async def called() -> Any:
        async with ServiceClient(service.base, service.home) as client:
            return await work(Institution(client))

    return asyncio.run(called())


def test_the_page_for_institutions_runs(
    service: Service, mydata: Commands, tmp_path: Path
) -> None:
    """
    Each block does what the text beside it says, against a real service and a real wallet.
    """
    blocks = page()
    accepted(mydata)
    mydata("trust", "export", str(tmp_path))
    calling(service, blocks["follow"])
    transaction_id, request_uri = calling(service, blocks["begin"])
    mydata.json("wallet", "present", request_uri)
    acted: list[Event] = []

    async def act(event: Event) -> None:
        acted.append(event)

    receiver: Receiver = blocks["receiver"](tmp_path, 0)

    async def the_rest(institution: Institution) -> None:
        assert {"age_over_19": True} == await blocks["read"](institution, transaction_id)
        receipt, key_bindings, request_objects = await blocks["prove"](institution, transaction_id)
        assert receipt["record"]
        assert 1 == len(key_bindings) == len(request_objects)
        for _ in range(2):
            await receiver.catch_up(act, institution=institution)
        with pytest.raises(EventError):
            await blocks["on_post"](receiver, b"nonsense", act, institution, utc_now())
        assert "corner-store" == (await institution.told("corner-store"))["party"]

    calling(service, the_rest)
    mine = [each.kind for each in acted if each.transaction_id == transaction_id]
    assert [EventKind.VERIFIED] == mine
    assert len(acted) == receiver.last


def test_a_refusal_is_told_with_its_code(service: Service) -> None:
    """
    An institution's program reads code, party and what to do next, never a status alone.
    """
    with pytest.raises(CommandError) as caught:
        calling(service, lambda institution: institution.begin("no-such-profile"))
    assert "profile_unknown" == caught.value.problem.error


@pytest.mark.parametrize(
    "answer", [{}, {"state": 1}, {"state": "verified", "credentials": [{"vct": "a"}]}]
)
def test_an_answer_in_another_form_is_no_answer(answer: JsonObject) -> None:
    """
    What this client does not know is an error, never an empty result.
    """
    with pytest.raises(CommandError):
        Answer.parse(answer)
