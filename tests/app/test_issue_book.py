"""The desk on the command line: two people, the book, notices, moves, restrictions."""

from typing import Any

import pytest

from tests.app.conftest import Commands

# People of the demonstration whom no other test here speaks of.
DEBTOR, NEIGHBOUR = "c0000031-0", "c0000032-0"


def entries(mydata: Commands, *arguments: str) -> list[dict[str, Any]]:
    return list(mydata.json("issuers", "book", *arguments)["entries"])


def test_a_creditors_abstract_is_ordered_and_stands_in_the_book(mydata: Commands) -> None:
    """
    Applicant, subject, view, option and purpose travel from the shell into the entry; a wallet
    that took the certificate has told so, and the subject is told who applied.
    """
    order = ("--about", DEBTOR, "--view", "creditor", "--purpose", "소송")
    offer = mydata.json("issuers", "offer", "resident-abstract", *order)
    mydata.json("wallet", "accept", offer["credential_offer_uri"])
    (entry,) = entries(mydata, "--text", DEBTOR)

    assert ("demo", DEBTOR, "creditor", "소송", "operator", "valid") == tuple(
        entry[name] for name in ("to", "about", "view", "purpose", "officer", "status")
    )
    assert [] == mydata.json("issuers", "show", entry["id"])["history"]
    (notice,) = mydata.json("issuers", "notices", DEBTOR)["notices"]
    assert ("resident-abstract", "소송") == (notice["kind"], notice["purpose"])
    assert "제13조제11항" in notice["reason"]


def test_a_move_is_reported_and_seen_in_the_history(mydata: Commands) -> None:
    """
    Earlier certificates become outdated, with the reason and who reported it.
    """
    order = ("--about", NEIGHBOUR, "--view", "creditor")
    offer = mydata.json("issuers", "offer", "resident-abstract", *order)
    mydata.json("wallet", "accept", offer["credential_offer_uri"])
    move = ("--address", "세종특별자치시 한누리대로 1", "--on", "2026-01-02")
    moved = mydata.json("issuers", "report-move", NEIGHBOUR, *move)
    (entry,) = entries(mydata, "--status", "outdated", "--text", NEIGHBOUR)
    (event,) = mydata.json("issuers", "show", entry["id"])["history"]

    assert {"outdated": 1} == moved
    assert ("outdate", "전입", "operator") == (event["action"], event["reason"], event["by"])
    shown = mydata("issuers", "show", entry["id"])
    assert "status: outdated" in shown.output
    assert entry["id"] in mydata("issuers", "book", "--limit", "50").output


def test_a_restriction_is_made_and_lifted(mydata: Commands) -> None:
    """
    §13의2: while it stands the applicant gets what a stranger gets; exit 1 and not_entitled.
    """
    pair = ("--protected", "c0000033-0", "--against", "demo")
    order = ("offer", "resident-abstract", "--about", "c0000033-0", "--view", "creditor", "--json")
    assert mydata.json("issuers", "restrict", *pair)["restricted"] is True
    refused = mydata("issuers", *order)
    assert mydata.json("issuers", "lift", *pair)["restricted"] is False

    assert (1, "not_entitled") == (refused.code, refused.answer["error"])
    assert 0 == mydata("issuers", *order).code


def test_the_book_is_turned_page_by_page(mydata: Commands) -> None:
    """
    The last line names the page before; with it the reading goes on.
    """
    for _ in range(2):
        offer = mydata.json("issuers", "offer", "tax-payment")
        mydata.json("wallet", "accept", offer["credential_offer_uri"])
    page = mydata.json("issuers", "book", "--kind", "tax-payment", "--limit", "1")
    earlier = entries(mydata, "--kind", "tax-payment", "--limit", "1", "--before", page["earlier"])
    told = mydata("issuers", "book", "--kind", "tax-payment", "--limit", "1").output.splitlines()

    assert page["entries"][0]["id"] != earlier[0]["id"]
    assert f"earlier: {page['earlier']}" == told[-1]


@pytest.mark.parametrize("option", ["address_range", "=all", "address_range="])
def test_an_option_is_a_name_and_a_value(mydata: Commands, option: str) -> None:
    """
    Written wrongly it is exit 2, before anything is asked of the service.
    """
    assert 2 == mydata("issuers", "offer", "resident-abstract", "--option", option).code


def test_options_reach_the_certificate(mydata: Commands) -> None:
    """
    A choice the kind does not have is refused with the choices there are.
    """
    wrong = mydata(
        "issuers", "offer", "resident-abstract", "--option", "address_range=some", "--json"
    )
    right = mydata("issuers", "offer", "resident-abstract", "--option", "address_range=none")

    assert (1, "unknown_option") == (wrong.code, wrong.answer["error"])
    assert "five-years" in wrong.answer["detail"]
    assert 0 == right.code
