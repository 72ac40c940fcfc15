"""Was it valid on that day? asked of the authority itself, for a receipt the citizen kept."""

from datetime import UTC, datetime
from pathlib import Path

from tests.app.conftest import Commands


def test_the_authority_gives_out_the_list_it_kept(mydata: Commands, tmp_path: Path) -> None:
    """
    Token Status List 8.4: from a receipt alone, with nothing but the address in the certificate.
    """
    receipt = tmp_path / "receipt.json"
    offer = mydata.json("issuers", "offer", "resident-register")
    mydata.json("wallet", "accept", offer["credential_offer_uri"])
    asked = mydata.json("verifiers", "request", "address-check")
    shared = mydata.json("wallet", "present", asked["request_uri"])
    mydata.json("consent", "receipt", shared["receipt"], "--out", str(receipt))
    now = datetime.now(UTC).isoformat(timespec="seconds")

    found = mydata.json("consent", "valid-on", now, str(receipt))
    before = mydata("consent", "valid-on", "2020-01-01", str(receipt), "--json")

    (certificate,) = found["certificates"]
    assert "valid" == certificate["status"]
    assert certificate["signed_at"] <= now.replace("+00:00", "Z") <= certificate["good_until"]
    assert (1, "status_not_kept") == (before.code, before.answer["error"])
    assert "issuer" == before.answer["party"]
