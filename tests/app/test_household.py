"""An adult of the household is told what another one showed of them: the whole way, over HTTP."""

import json
from pathlib import Path
from typing import Any

from issuers.population.census import population
from tests.app.conftest import Commands
from tests.issuers.world import AS_OF

HOME = next(iter(population(households=1, as_of=AS_OF))).household
SPOUSE = HOME.members[1].person


def taken(mydata: Commands, citizen: str) -> dict[str, Any]:
    offer = mydata.json("issuers", "offer", "resident-register", "--to", citizen)
    return mydata.json("wallet", "accept", offer["credential_offer_uri"], "--holder", citizen)


def test_what_is_shown_of_the_spouse_stands_with_the_spouse(
    mydata: Commands, tmp_path: Path
) -> None:
    """
    Both have a copy; one shows the other's name; the other reads when, who and to whom.
    """
    taken(mydata, SPOUSE.citizen)
    vct = taken(mydata, "demo")["vct"]
    taken(mydata, SPOUSE.citizen)
    before = mydata.json("consent", "household", "--holder", SPOUSE.citizen)["household"]
    wanted = {
        "id": "copy",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [vct]},
        "claims": [{"path": ["members", 1, "name"]}],
    }
    query = tmp_path / "query.json"
    query.write_text(json.dumps({"credentials": [wanted]}))
    mydata.json(
        "wallet",
        "present",
        mydata.json("verifiers", "request", "--dcql", str(query))["request_uri"],
    )
    told = mydata.json("consent", "household", "--holder", SPOUSE.citizen)["household"]
    proven = mydata.json("consent", "history", "--prove", "--holder", SPOUSE.citizen)
    (by_head,) = (
        pair["entries"] for pair in proven["pairs"] if pair["party"]["name"] == HOME.head.name
    )

    assert proven["complete"]
    assert {"about"} == {entry["type"] for entry in by_head}
    assert len(told) == len(by_head)
    assert len(before) + 1 == len(told)
    assert (["members.1.name"], HOME.head.name) == (told[0]["claims"], told[0]["by"])
    assert [] == mydata.json("consent", "household")["household"]
    assert SPOUSE.name not in json.dumps(told, ensure_ascii=False)
