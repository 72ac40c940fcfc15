"""A relying party registered from the command line, asked for and answered on the same service."""

from pathlib import Path
from typing import Final

from tests.app.conftest import Commands, Service

GYM: Final = """
id = "gym"
name = { ko = "체육관", en = "Gym", ja = "ジム" }
address = "하늘시 2"
contact = "gym@example.org"

[[purposes]]
code = "entry"
text = { ko = "나이를 확인합니다.", en = "To check your age.", ja = "年齢を確認します。" }
legal_basis = "kr-pipa-15-1-1"
retention = { period = "P0D", text = { ko = "지웁니다.", en = "Erased.", ja = "消去します。" } }

[purposes.profile]
name = "gym-entry"
title = { ko = "입장", en = "Entry", ja = "入場" }
sender = "resident-registry"

[[purposes.certificates]]
query = "gym"
type = "resident-registry/resident-register"
claims = ["age_over_14"]
"""


def test_a_relying_party_is_registered_and_asks_at_once(inside: Service, tmp_path: Path) -> None:
    """
    A file, one verb; then its own key signs a request that a wallet answers.
    """
    mydata, file = Commands(inside), tmp_path / "gym.toml"
    file.write_text(GYM, encoding="utf-8")

    registered = mydata.json("verifiers", "register", str(file))

    assert ("gym", ["gym-entry"]) == (registered["party"], registered["profiles"])
    offer = mydata.json("issuers", "offer", "resident-register", "--to", "demo")
    mydata.json("wallet", "accept", offer["credential_offer_uri"])
    request = mydata.json("verifiers", "request", "gym-entry")
    mydata.json("wallet", "present", request["request_uri"])
    result = mydata.json("verifiers", "result", request["transaction_id"])
    assert "verified" == result["state"]
    assert {"age_over_14": True} == result["credentials"][0]["claims"]
    listed = mydata.json("verifiers", "registrations")["registrations"]
    assert [True] == [one["current"] for one in listed if one["party"] == "gym"]


def test_a_wrong_definition_is_refused_by_its_member(inside: Service, tmp_path: Path) -> None:
    """
    The service says which member; a file that cannot be read is told by its name.
    """
    mydata, file = Commands(inside), tmp_path / "gym.toml"
    file.write_text(GYM.replace('"P0D"', '"soon"'), encoding="utf-8")

    refused = mydata("verifiers", "register", str(file), "--json")

    assert 1 == refused.code
    assert "purposes[0].retention.period" in refused.output
    assert "soon" not in refused.output
    file.write_text("id = ", encoding="utf-8")
    unreadable = mydata("verifiers", "register", str(file), "--json")
    assert "definition_unreadable" in unreadable.output
