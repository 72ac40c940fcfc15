"""A consent is taken back over real HTTP, and what became of it is seen by everybody."""

import time
from collections.abc import Callable

from tests.app.conftest import Commands, Outcome

# The workers take turns every few seconds; a slow machine is given ten times that.
PATIENCE = 60.0
# A wallet of this test's own: what others erase does not stand in its history.
HOLDER = ("--holder", "withdrawing")


def until(ask: Callable[[], Outcome], word: str) -> Outcome:
    """Ask again until the answer has the word in it."""
    ends_at = time.monotonic() + PATIENCE
    while word not in (outcome := ask()).output:
        assert time.monotonic() < ends_at, outcome.output
        time.sleep(0.5)
    return outcome


def test_a_withdrawal_reaches_the_party_the_ledger_and_the_holder(mydata: Commands) -> None:
    """
    P17, P22: one verb; the party acknowledges at once, erases by itself, and the holder proves
    from the ledger alone that both stand there and nothing is missing.
    """
    offer = mydata.json("issuers", "offer", "resident-register")
    mydata.json("wallet", "accept", offer["credential_offer_uri"], *HOLDER)
    asked = mydata.json("verifiers", "request", "address-check")
    shared = mydata.json("wallet", "present", asked["request_uri"], *HOLDER)
    assert "receipt" in mydata.json("verifiers", "result", asked["transaction_id"])

    withdrawn = mydata.json("consent", "withdraw", shared["receipt"], *HOLDER)

    assert ("withdrawn", "done") == (withdrawn["state"], withdrawn["stage"])
    assert withdrawn["acknowledgement"]
    until(lambda: mydata("consent", "history", "--prove", *HOLDER), "erased")
    proven = mydata.json("consent", "history", "--prove", *HOLDER)
    assert proven["complete"] is True
    result = mydata.json("verifiers", "result", asked["transaction_id"])
    assert ("verified", []) == (result["state"], result["credentials"])
    assert "receipt" not in result

    # Done again it is the same: no second withdrawal, no second acknowledgement.
    assert withdrawn == mydata.json("consent", "withdraw", shared["receipt"], *HOLDER)


def test_a_deletion_request_leaves_the_consent_as_it_is(mydata: Commands) -> None:
    """
    P17: a bank that may have a contract decides first; the holder sees that it was asked.
    """
    for kind in ("resident-register", "tax-payment"):
        offer = mydata.json("issuers", "offer", kind)
        mydata.json("wallet", "accept", offer["credential_offer_uri"], *HOLDER)
    asked = mydata.json("verifiers", "request", "lease-loan")
    shared = mydata.json("wallet", "present", asked["request_uri"], *HOLDER)

    requested = mydata.json("consent", "withdraw", shared["receipt"], "--delete-only", *HOLDER)

    assert requested["acknowledgement"]
    assert "receipt" in mydata.json("verifiers", "result", asked["transaction_id"])
