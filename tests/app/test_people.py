"""``mydata people`` against a running service, and the link it prints."""

import httpx2

from tests.app.conftest import Commands, Service
from tests.app.visiting import forms


def test_a_person_is_made_and_signs_in_by_a_link(service: Service, mydata: Commands) -> None:
    """
    Add, list, invite, sign in once, remove: what an operator does in production as in demo mode.
    """
    person = {"name": "kim", "shown_name": "김하준", "role": "auditor", "subject": "kim"}
    told = mydata.json("people", "add", "kim", "--role", "auditor", "--shown-name", "김하준")
    assert person == told
    assert person in mydata.json("people", "list")["people"]

    link = mydata.json("people", "invite", "kim")["url"]
    own = {"origin": service.base, "sec-fetch-site": "same-origin"}
    with httpx2.Client(timeout=30) as browser:
        (fields,) = forms(browser.get(link).text, "/invitation")
        answer = browser.post(f"{service.base}/invitation", data=fields, headers=own)
        assert "/consent" == answer.headers["location"]
        assert 200 == browser.get(f"{service.base}/consent").status_code
        again = browser.post(f"{service.base}/invitation", data=fields, headers=own)
        assert 410 == again.status_code, "the link works once"

        assert {"removed": "kim"} == mydata.json("people", "remove", "kim")
        assert 303 == browser.get(f"{service.base}/consent").status_code


def test_an_unknown_person_is_refused(mydata: Commands) -> None:
    """
    Exit 1, told by code and party.
    """
    outcome = mydata("people", "invite", "nobody", "--json")

    assert (1, "person_unknown") == (outcome.code, outcome.answer["error"])
