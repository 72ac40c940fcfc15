"""The published rule of states, in two languages: the same histories, the same answers."""

import json
import random
import shutil
import subprocess
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from consent.forms.fields import instant_text
from consent.forms.reason import Reason
from consent.forms.record import ConsentRecord, EventState
from consent.forms.states import NumberedRecord, fold
from consent.forms.terms import Periodic, Terms
from keys.json_value import JsonObject
from tests.conftest import absent
from tests.consent.test_states_vectors import written
from tests.consent.world import NOW, record_example, terms_example

SCRIPT = Path(__file__).parent / "fold.mjs"
CASES = 1500
CONSENTS = [str(uuid.UUID(int=n, version=4)) for n in range(2)]
CYCLES = ["P1M", "P1W", "P1D", "PT6H", "P1Y2M3DT4H5M6S", "P0D", "P11M"]


def answers(cases: list[JsonObject]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None:
        absent("no node: the second reading of the rule runs on it")
    done = subprocess.run(
        [str(node), SCRIPT],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "" == done.stderr
    read: list[dict[str, Any]] = json.loads(done.stdout)
    return read


def moment(chance: random.Random) -> datetime:
    """Return some second in the three years around the consent."""
    return NOW + timedelta(seconds=chance.randrange(-40_000_000, 60_000_000))


def some_record(chance: random.Random) -> ConsentRecord:
    state = chance.choice(list(EventState))
    record_id = chance.choice(CONSENTS)
    is_retained = state is EventState.RETAINED
    return replace(
        record_example(state=state),
        record_id=record_id,
        event_time=moment(chance),
        consent_id=chance.choice([record_id, *CONSENTS]),
        reason=Reason.TRANSMISSION_RECORD if is_retained else None,
        kept_until=moment(chance) if is_retained else None,
    )


def some_terms(chance: random.Random) -> Terms | None:
    if chance.random() < 0.1:
        return None
    return replace(
        terms_example(),
        periodic=Periodic(chance.choice(CYCLES)) if chance.random() < 0.7 else None,
        uses=chance.choice([None, 1, 2, 5]),
        until=chance.choice([None, moment(chance)]),
    )


def some_events(chance: random.Random) -> list[NumberedRecord]:
    """Return events in any order, some numbers twice, a consent among the first in most."""
    records = [some_record(chance) for _ in range(chance.randrange(12))]
    if chance.random() < 0.8:
        given = record_example(state=EventState.GIVEN)
        records.insert(0, replace(given, record_id=CONSENTS[0], consent_id=CONSENTS[0]))
    events = [NumberedRecord(number, record) for number, record in enumerate(records, 1)]
    again = [
        replace(event, record=some_record(chance))
        for event in chance.sample(events, 1 & len(events))
    ]
    events += again
    chance.shuffle(events)
    return events


def test_two_readings_of_the_rule_agree() -> None:
    """
    Random histories of two consents under one label, with clocks that run anywhere.
    """
    chance = random.Random(20261122)
    cases: list[JsonObject] = []
    expected = []
    for _ in range(CASES):
        events, terms, at = some_events(chance), some_terms(chance), moment(chance)
        cases.append(
            {
                "events": [
                    {"number": event.number, "record": event.record.as_dict()} for event in events
                ],
                "terms": None if terms is None else terms.as_dict(),
                "at": instant_text(at),
            }
        )
        expected.append(written(fold(events, terms, at=at)))

    found = answers(cases)

    for case, ours, theirs in zip(cases, expected, found, strict=True):
        assert ours == theirs, case
    assert 9 <= len({ours["state"] for ours in expected})
