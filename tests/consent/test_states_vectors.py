"""The rule of states, held to the vectors that are published of it (docs/vectors/states.json)."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from consent.forms.fields import instant_text
from consent.forms.reason import Reason
from consent.forms.record import STATES_VERSION, ConsentRecord, EventState
from consent.forms.states import NumberedRecord, Standing, fold
from consent.forms.terms import Periodic, Terms
from keys.json_value import JsonObject
from tests.consent.world import record_example, terms_example

FILE = Path(__file__).resolve().parents[2] / "docs" / "vectors" / "states.json"


def record_of(value: Any) -> ConsentRecord:
    """Return a record with these four members, the others as in any."""
    state, kept = EventState(value["event_state"]), value["kept_until"]
    record_id = value["consent_id"] or str(uuid.UUID(int=7, version=4))
    return replace(
        record_example(state=state),
        record_id=record_id,
        event_time=datetime.fromisoformat(value["event_time"]),
        consent_id=value["consent_id"],
        reason=Reason.TRANSMISSION_RECORD if kept else None,
        kept_until=datetime.fromisoformat(kept) if kept else None,
    )


def terms_of(value: Any) -> Terms | None:
    """Return terms with these three members, the others as in any."""
    if value is None:
        return None
    until, periodic = value["until"], value["periodic"]
    return replace(
        terms_example(),
        uses=value["uses"],
        until=datetime.fromisoformat(until) if until else None,
        periodic=Periodic(periodic["cycle"]) if periodic else None,
    )


def standing_of(events: Sequence[Any], terms: Any, at: str) -> Standing:
    """Return what our fold says of a vector."""
    numbered = [NumberedRecord(each["number"], record_of(each["record"])) for each in events]
    return fold(numbered, terms_of(terms), at=datetime.fromisoformat(at))


def written(standing: Standing) -> JsonObject:
    """Return a standing as the vectors have it."""
    after = standing.next_use_at
    return {
        "state": standing.state.value,
        "uses": standing.uses,
        "uses_left": standing.uses_left,
        "next_use_at": None if after is None else instant_text(after),
        "duties": [
            {
                "kind": duty.kind.value,
                "since": instant_text(duty.since),
                "due_at": instant_text(duty.due_at),
                "done_at": None if duty.done_at is None else instant_text(duty.done_at),
                "overdue": duty.overdue,
            }
            for duty in standing.duties
        ],
    }


def test_the_published_histories_fold_to_the_published_standings() -> None:
    """
    Order, ties, clocks, cycles, duties and ends, one history for each sentence of the rule.
    """
    vectors = json.loads(FILE.read_text())

    assert STATES_VERSION == vectors["states_version"]
    for case in vectors["cases"]:
        found = standing_of(case["events"], case["terms"], case["at"])
        assert case["standing"] == written(found), case["why"]
