"""Taking back and proving on the command line, against services in processes of their own."""

import json
import re
from pathlib import Path
from typing import Any

from tests.app.conftest import Commands
from tests.app.test_trip import accepted, asked


def shared(mydata: Commands, *flags: str) -> dict[str, Any]:
    """Present to the parcel service, and return the answer."""
    accepted(mydata)
    return mydata.json("wallet", "present", asked(mydata, "address-check")["request_uri"], *flags)


def test_a_history_is_proven_before_and_after_a_withdrawal(mydata: Commands) -> None:
    """
    Shared, proven complete, taken back, acknowledged, and proven complete again.
    """
    receipt = shared(mydata)["receipt"]
    before = mydata.json("consent", "history", "--prove")
    done = mydata.json("consent", "withdraw", receipt)
    after = mydata.json("consent", "history", "--prove")
    told = mydata("consent", "history", "--prove")

    assert before["complete"] is True
    assert ("withdrawn", receipt, "done") == (done["state"], done["consent"], done["stage"])
    assert before["entries"] + 2 <= after["entries"]
    assert ("continues", True) == (after["view"], after["complete"])
    # The party may have erased it meanwhile: one more entry, and news.
    assert re.match(r"these are all \d+ entries as of checkpoint \d+\n", told.output)


def test_a_deletion_request_leaves_the_consent(mydata: Commands) -> None:
    """
    --delete-only asks for erasure; pressing again is the same request.
    """
    receipt = shared(mydata)["receipt"]
    asked_once = mydata.json("consent", "withdraw", receipt, "--delete-only")
    again = mydata.json("consent", "withdraw", receipt, "--delete-only")

    assert ("deletion_requested", asked_once["receipt"]) == (again["state"], again["receipt"])


def test_nothing_else_can_be_taken_back(mydata: Commands) -> None:
    """
    An unknown receipt, and the receipt of the withdrawal itself: exit 1 and the reason.
    """
    receipt = shared(mydata)["receipt"]
    done = mydata.json("consent", "withdraw", receipt)
    unknown = mydata("consent", "withdraw", "unknown", "--json")
    itself = mydata("consent", "withdraw", done["receipt"], "--json")

    assert (1, "unknown_receipt") == (unknown.code, unknown.answer["error"])
    assert (1, "nothing_to_withdraw") == (itself.code, itself.answer["error"])


def test_the_case_and_the_history_are_written_into_files(mydata: Commands, tmp_path: Path) -> None:
    """
    Evidence of one sharing, and every receipt in the form asked for; --out is needed.
    """
    receipt = shared(mydata)["receipt"]
    case, table = tmp_path / "case.json", tmp_path / "history.csv"
    mydata.json("consent", "evidence", receipt, "--out", str(case))
    mydata.json("consent", "history", "--export", "csv", "--out", str(table))
    unnamed = mydata("consent", "history", "--export", "csv")

    evidence = json.loads(case.read_text("utf-8"))
    assert receipt == evidence["receipt"]["record"]["record_id"]
    assert ["consent_given", "consent_used"] == [
        each["record"]["event_state"] for each in evidence["records"]
    ]
    assert receipt in table.read_text("utf-8")
    assert 2 == unnamed.code


def test_a_standing_consent_stands_until_it_is_taken_back(mydata: Commands) -> None:
    """
    Agreed for a year, once a month: used once, and closed by taking it back.
    """
    accepted(mydata, "tax-payment")
    receipt = mydata.json("wallet", "present", asked(mydata, "loan-review")["request_uri"])[
        "receipt"
    ]
    done = mydata.json("consent", "withdraw", receipt)

    assert ("withdrawn", "done") == (done["state"], done["stage"])
    assert mydata.json("consent", "history", "--prove")["complete"] is True
