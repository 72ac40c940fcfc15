"""A code shown and scanned on the command line, against a service in a process of its own."""

import stat
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.app.conftest import Commands, Service
from web.qr import qr_png
from web.qr_reading import read_picture_now


@pytest.fixture
def certificate(mydata: Commands) -> dict[str, Any]:
    """A certificate in the demo citizen's wallet."""
    offer = mydata.json("issuers", "offer", "resident-register")
    return mydata.json("wallet", "accept", offer["credential_offer_uri"])


def shown(
    mydata: Commands, certificate: dict[str, Any], out: Path, *paths: str
) -> dict[str, Any]:
    shows = [argument for path in paths for argument in ("--show", path)]
    return mydata.json("wallet", "qr", certificate["credential_id"], *shows, "--out", str(out))


def test_a_code_is_drawn_scanned_and_good_once(
    mydata: Commands, certificate: dict[str, Any], tmp_path: Path
) -> None:
    """
    The desk that never met the authority learns one yes; the second time it learns nothing.
    """
    picture = tmp_path / "code.png"
    drawn = shown(mydata, certificate, picture, "age_over_19")
    assert {"file", "expires_at"} == set(drawn)
    assert 0o600 == stat.S_IMODE(picture.stat().st_mode)

    result = mydata.json("verifiers", "scan", str(picture), "--profile", "adult-check")
    (credential,) = result["credentials"]
    assert ("verified", "valid", {"age_over_19": True}) == (
        result["state"],
        credential["status"],
        credential["claims"],
    )
    assert result["receipt"]["record"]["event_state"] == "consent_used"
    again = mydata("verifiers", "scan", str(picture), "--profile", "adult-check", "--json")
    assert (1, "code_used") == (again.code, again.answer["error"])

    event = mydata.json("consent", "history")["history"][0]
    assert ("shown", ["age_over_19"]) == (event["event"], event["claims"])
