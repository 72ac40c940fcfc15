"""The verbs of a certificate's life against a running service."""

from tests.app.conftest import Commands, Service
from tests.app.visiting import signed_in

CITIZEN = "c0000001-0"


def test_renew_then_revoke_everything(mydata: Commands) -> None:
    """
    One tap from the command line; then a clerk's one act ends it, and renewing is refused.
    """
    offer = mydata.json("issuers", "offer", "resident-register", "--to", CITIZEN)
    taken = mydata.json("wallet", "accept", offer["credential_offer_uri"])
    name = taken["credential_id"]
    renewed = mydata.json("wallet", "renew", name)
    assert {"credential_id": name, "state": "renewed"} == renewed
    assert mydata("wallet", "renew", name).output.startswith("credential_id")

    revoked = mydata.json("issuers", "revoke-all", CITIZEN, "--reason", "분실")
    assert CITIZEN == revoked["to"]
    assert 1 <= revoked["revoked"]
    assert 0 == mydata.json("issuers", "revoke-all", CITIZEN)["revoked"]
    again = mydata.json("wallet", "renew", name)
    # The order has ended with it, so the way leads to the authority's sign-in.
    assert "authorization_url" in again
    mydata.json("wallet", "delete", name)


def test_a_lost_wallet_signs_every_browser_out(mydata: Commands, service: Service) -> None:
    """
    From the shell there is no session that stays: whoever has the device is out at once.
    """
    with signed_in(service, "second") as browser:
        assert 200 == browser.get("/wallet").status_code
        lost = mydata.json("wallet", "lost", "--holder", CITIZEN)
        assert 1 <= lost["signed_out"]
        left = browser.get("/wallet")

    assert (303, True) == (left.status_code, "/sign-in" in left.headers["location"])
