"""What a holder does with certificates on the command line: look how they stand, delete, show."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Commands
from tests.app.test_trip import accepted, asked, issued

HOLDER = ("--holder", "holding")
# A certificate for a payment is made out to whoever pays.
FOR_THE_CITY = ("--purpose", "대금 수령", "--payer", "하늘시청")
# Whose wallet nobody else's test has. Members of a household file under one label per citizen, and
# the ledger lets nobody but the wallet that opened it write there.
NEIGHBOUR = "c0000004-0"


def taken(mydata: Commands, kind: str, citizen: str = "demo", *made_out: str) -> dict[str, Any]:
    """A certificate of a citizen in a wallet of this test's own."""
    offer = mydata.json("issuers", "offer", kind, "--to", citizen, *made_out)
    return mydata.json("wallet", "accept", offer["credential_offer_uri"], *HOLDER)


def test_the_list_says_how_each_certificate_stands(mydata: Commands) -> None:
    """
    A certificate just issued is valid, and its issuer says so.
    """
    certificate = accepted(mydata)

    listed = mydata.json("wallet", "list")["credentials"]

    (state,) = (
        each["state"] for each in listed if each["credential_id"] == certificate["credential_id"]
    )
    assert "valid" == state
    assert "\tvalid\t" in mydata("wallet", "list").output


def test_a_certificate_is_deleted_once(mydata: Commands) -> None:
    """
    Gone from the list, told in the history; a second time there is nothing to delete.
    """
    credential_id = taken(mydata, "tax-payment")["credential_id"]

    assert {"deleted": credential_id} == mydata.json("wallet", "delete", credential_id, *HOLDER)

    listed = mydata.json("wallet", "list", *HOLDER)["credentials"]
    assert credential_id not in [each["credential_id"] for each in listed]
    again = mydata("wallet", "delete", credential_id, *HOLDER, "--json")
    assert (1, "unknown_credential") == (again.code, again.answer["error"])


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (["members", 1, "name"], 1),
        (["members", 1, "relation"], 1),
        (["members", None, "name"], None),
    ],
    ids=["one name", "one relation", "every name"],
)
def test_one_field_of_one_member_is_shown_with_nothing_of_the_others(
    mydata: Commands, tmp_path: Path, path: list[str | int | None], shown: int | None
) -> None:
    """
    A household copy holds other people's data: each field of each member is shown, or not, alone.
    """
    certificate = taken(mydata, "resident-register", NEIGHBOUR)
    held = mydata.json("wallet", "show", certificate["credential_id"], *HOLDER)
    members = {
        each["path"]: each["value"]
        for each in held["claims"]
        if each["path"].startswith("members.")
    }
    field = str(path[-1])
    expected = [
        {field: value}
        for place, value in sorted(members.items(), key=lambda item: int(item[0].split(".")[1]))
        if place.endswith(f".{field}") and shown in (None, int(place.split(".")[1]))
    ]
    query = tmp_path / "query.json"
    asked_for = {
        "id": "household",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [certificate["vct"]]},
        "claims": [{"path": path}],
    }
    query.write_text(json.dumps({"credentials": [asked_for]}), encoding="utf-8")
    request = asked(mydata, "--dcql", str(query))

    mydata.json("wallet", "present", request["request_uri"], *HOLDER)

    (credential,) = mydata.json("verifiers", "result", request["transaction_id"])["credentials"]
    assert len(members) > len(expected) > 0
    assert {"members": expected} == credential["claims"]


@pytest.mark.parametrize(
    ("profile", "kinds", "shown"),
    [
        (
            "creditor-check",
            ["resident-abstract"],
            {"person", "register_status", "current_address"},
        ),
        (
            "bank-identity-check",
            ["resident-abstract"],
            {"person", "register_status", "current_address"},
        ),
        (
            "contract-payment",
            ["tax-payment", "local-tax-payment"],
            {"taxpayer", "no_arrears", "validity", "use"},
        ),
    ],
)
def test_each_service_is_answered_with_what_it_may_see(
    mydata: Commands, profile: str, kinds: list[str], shown: set[str]
) -> None:
    """
    Every kind issued, and the creditor, the bank and the city see their own claims of it alone.
    """
    for kind in kinds:
        taken(mydata, kind, "demo", *(FOR_THE_CITY if profile == "contract-payment" else ()))
    request = asked(mydata, profile)

    mydata.json("wallet", "present", request["request_uri"], *HOLDER)

    result = mydata.json("verifiers", "result", request["transaction_id"])
    assert "verified" == result["state"]
    assert [shown] * len(kinds) == [set(each["claims"]) for each in result["credentials"]]
    for credential in result["credentials"]:
        assert "resident_number_back" not in str(credential["claims"])


def test_a_certificate_for_another_payer_is_not_sent_and_the_holder_hears_why(
    mydata: Commands,
) -> None:
    """
    KOREA 7: made out to another city; the wallet knows before anything leaves it.
    """
    holder = ("--holder", "made-out")
    for kind in ("tax-payment", "local-tax-payment"):
        offer = mydata.json("issuers", "offer", kind, *FOR_THE_CITY[:3], "가람시청")
        mydata.json("wallet", "accept", offer["credential_offer_uri"], *holder)
    request = asked(mydata, "contract-payment")

    refused = mydata("wallet", "present", request["request_uri"], *holder, "--json")
    told = mydata("wallet", "review", request["request_uri"], *holder).output

    assert (1, "no_matching_credential") == (refused.code, refused.answer["error"])
    assert "missing: tax-payment (made_for_another)" in told
    assert "use.payer: they accept 하늘시청 / Haneul City" in told


def test_without_a_certificate_it_is_missing_and_not_refused_by_law(mydata: Commands) -> None:
    """
    The law is named only where it is the reason; here the holder would have to get one first.
    """
    request = asked(mydata, "creditor-check")

    refused = mydata("wallet", "present", request["request_uri"], "--holder", "nobody", "--json")

    assert (1, "no_matching_credential") == (refused.code, refused.answer["error"])


def delivery(mydata: Commands, number: str, expected: str) -> str:
    """What the issue book says became of a certificate, once it was told."""
    said = ""
    for _ in range(100):
        said = mydata.json("issuers", "show", number)["delivery"]
        if said == expected:
            break
        time.sleep(0.05)
    return said


def test_the_issue_book_hears_that_it_was_kept_and_deleted(mydata: Commands) -> None:
    """
    OpenID4VCI 11, wallet to issuer: beside what the citizen does, and long after the issuance.
    """
    before = issued(mydata)
    credential_id = taken(mydata, "local-tax-payment")["credential_id"]
    (number,) = issued(mydata) - before
    assert "accepted" == delivery(mydata, number, "accepted")

    mydata.json("wallet", "delete", credential_id, *HOLDER)

    assert "deleted" == delivery(mydata, number, "deleted")
