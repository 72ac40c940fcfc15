"""A request that asks too much, as a terminal tells it."""

from app.cli.reviewed import reviewed
from keys.strict_json import JsonObject
from tests.app.conftest import Commands

REQUEST: JsonObject = {
    "party": {"name": "Shop", "trusted_by": "Registrar"},
    "terms": None,
    "law": None,
    "required": ["name"],
    "optional": [],
    "over_asking": [],
    "beyond_registration": [],
    "satisfiable": True,
    "missing": [],
    "transactions": [],
}


def test_what_is_too_much_is_told_in_lines() -> None:
    """
    What goes beyond terms and registration, what the law keeps back, and by which law it may ask.
    """
    law: JsonObject = {"statute": "A law", "article": "PIPA 24-2", "withheld": ["number"]}
    told = list(
        reviewed({**REQUEST, "law": law, "over_asking": ["a", "b"], "beyond_registration": ["b"]})
    )

    assert "  may ask for resident numbers by: A law" in told
    assert "  not sent, by PIPA 24-2: number" in told
    assert "  over-asking: a, b" in told
    assert "  beyond-registration: b" in told
    assert not any("not sent" in line for line in reviewed(REQUEST))


def test_the_month_of_institutions_is_told_line_by_line(mydata: Commands) -> None:
    """
    Asked, answered, refused, refused by the service itself, and what strangers asked beyond.
    """
    month = mydata.json("consent", "institutions")
    first, *lines = mydata("consent", "institutions").output.splitlines()

    assert str(month["month"]) in first
    assert len(month["institutions"]) == len(lines)
    assert all("beyond registration" in line for line in lines)
