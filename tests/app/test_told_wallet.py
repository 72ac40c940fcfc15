"""What the holder's verbs say to a person at a terminal."""

from tests.app.conftest import Commands


def test_a_certificate_is_told_claim_by_claim(mydata: Commands) -> None:
    """
    The summary first, then a line for each claim by its path, values as JSON.
    """
    offer = mydata.json("issuers", "offer", "resident-register")["credential_offer_uri"]
    taken = mydata.json("wallet", "accept", offer)["credential_id"]

    told = mydata("wallet", "show", taken).output.splitlines()

    assert f"credential_id: {taken}" == told[0]
    assert "  age_over_19: true" in told
    assert any(line.startswith("  members.0.name: ") for line in told)
    assert not any(line.startswith("claims:") for line in told)


def test_the_history_is_told_event_by_event(mydata: Commands) -> None:
    """
    When, what, with whom by name, and the receipt where there is one.
    """
    offer = mydata.json("issuers", "offer", "resident-register")["credential_offer_uri"]
    mydata.json("wallet", "accept", offer)
    asked = mydata.json("verifiers", "request", "adult-check")["request_uri"]
    receipt = mydata.json("wallet", "present", asked)["receipt"]

    sent, received = mydata("consent", "history").output.splitlines()[:2]

    assert ["presented", "모퉁이 편의점", receipt] == sent.split("\t")[1:]
    assert ("received", "-") == (received.split("\t")[1], received.split("\t")[3])
