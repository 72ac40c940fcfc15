"""Printed codes and webhooks from the command line, as an institution's own program has them."""

from pathlib import Path

import httpx2

from tests.app.conftest import Commands
from web.qr_reading import read_picture_now

BANK = "gaon-bank"


def test_a_counter_is_opened_printed_and_closed(mydata: Commands, tmp_path: Path) -> None:
    """
    The picture holds the link and the link starts a question; closed, it starts nothing.
    """
    picture = tmp_path / "till.png"
    opened = mydata.json(
        *("verifiers", "desks", "open", "adult-check", "Till 7", "--out", str(picture))
    )
    assert opened["link"] == read_picture_now(picture.read_bytes())
    assert ("corner-store", "Till 7") == (opened["party"], opened["name"])
    assert 200 == httpx2.get(opened["link"]).status_code
    assert opened in mydata.json("verifiers", "desks", "list")["desks"]

    assert {"closed": opened["desk"]} == mydata.json("verifiers", "desks", "close", opened["desk"])

    assert 404 == httpx2.get(opened["link"]).status_code
    again = mydata("verifiers", "desks", "close", opened["desk"], "--json")
    assert (1, "desk_unknown") == (again.code, again.answer["error"])


def test_a_counter_nobody_could_use_is_refused(mydata: Commands, tmp_path: Path) -> None:
    """
    An unknown check, a name nobody can read out, another kind of picture: each by its name.
    """
    for check, name, code in (
        ("nothing", "Till 8", "profile_unknown"),
        ("adult-check", "T" * 65, "request_invalid"),
    ):
        refused = mydata("verifiers", "desks", "open", check, name, "--json")
        assert (1, code) == (refused.code, refused.answer["error"])
    out = str(tmp_path / "till.pdf")
    assert 2 == mydata("verifiers", "desks", "open", "adult-check", "Till 8", "--out", out).code


def test_a_webhook_is_registered_listed_replayed_and_retired(mydata: Commands) -> None:
    """
    From any number on, in order; retired, nobody is told and nothing is numbered.
    """
    registered = mydata.json(
        *("verifiers", "webhooks", "register", BANK, "https://bank.example/events")
    )
    assert (BANK, 0) == (registered["party"], registered["delivered"])
    (mine,) = [
        each
        for each in mydata.json("verifiers", "webhooks", "list")["webhooks"]
        if each["party"] == BANK
    ]
    assert "https://bank.example/events" == mine["address"]
    replayed = mydata.json("verifiers", "webhooks", "events", BANK, "--after", "7")
    assert {"events": []} == replayed

    assert {"retired": BANK} == mydata.json("verifiers", "webhooks", "retire", BANK)

    gone = mydata("verifiers", "webhooks", "events", BANK, "--json")
    assert (1, "profile_unknown") == (gone.code, gone.answer["error"])
    told = mydata("verifiers", "webhooks", "list")
    assert BANK not in told.output


def test_an_address_with_a_secret_in_it_is_no_webhook(mydata: Commands) -> None:
    """
    A password in an address would stand in every list; a number below zero is no cursor.
    """
    secret = "https://user:secret@bank.example/events"  # what must be refused
    refused = mydata("verifiers", "webhooks", "register", BANK, secret, "--json")
    assert (1, "request_invalid") == (refused.code, refused.answer["error"])
    assert 2 == mydata("verifiers", "webhooks", "events", BANK, "--after", "-1").code
