"""The demonstration: all of it holds, on a service of its own and on a running one."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.demo import throwaway
from app.demo.telling import Teller
from app.demo.throwaway import throwaway_service
from app.errors import StartError
from tests.app.conftest import Commands

STEPS = 11


def test_the_demonstration_holds_on_a_running_service(mydata: Commands) -> None:
    """
    Five trips of an mdoc and the attempts that must fail, each with the reason it was refused for.
    """
    outcome = mydata("demo", "--format", "mso_mdoc", "--server", mydata.service.base)

    assert 0 == outcome.code
    assert "org.iso.18013.5.1.mDL" in outcome.output
    assert f"{STEPS} of {STEPS} steps held" in outcome.output
    for reason in (
        "disclosure_invalid",
        "transaction_closed",
        "nonce_wrong",
        "credential_revoked",
        "over_asking",
        "its octets are not those that were signed",
    ):
        assert reason in outcome.output


def test_the_demonstration_starts_a_service_of_its_own(
    mydata: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Nothing has to be running, and nothing stays behind; --json is one object, of an SD-JWT VC.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    outcome = mydata("demo", "--json")
    told = outcome.answer

    # One more than on somebody else's service: its witnesses are started with it.
    assert (0, True, STEPS + 1) == (outcome.code, told["ok"], len(told["steps"]))
    assert any("our-witness-1" in str(step["facts"]) for step in told["steps"])
    assert "the log's own operator runs" in str(told["steps"])
    assert [] == list(tmp_path.iterdir())


def test_a_step_that_does_not_hold_fails_the_demonstration() -> None:
    """
    One step left open or ended badly is enough; no step at all is no success.
    """
    said: list[str] = []
    teller = Teller(said.append)
    held = [teller.held]
    teller.begin("first")
    held.append(teller.held)
    teller.end("well", ok=True)
    held.append(teller.held)
    teller.begin("second")
    teller.end("badly", ok=False)
    held.append(teller.held)

    assert [False, False, True, False] == held
    assert "   -> NOT HELD: badly" == said[-1]


def test_a_service_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What the service said last is passed on.
    """
    monkeypatch.setattr(throwaway, "_free_port", lambda: 1 << 20)

    stack = ExitStack()
    with pytest.raises(StartError, match="MYDATA_PORT"):
        stack.enter_context(throwaway_service())
