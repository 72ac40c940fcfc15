"""Three views of one sharing: matched, missing or contradicting, fact by fact."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from consent.auditing.reconciliation import Reconciliation, Verdict, reconcile
from consent.auditing.views import Source, View, parse_view, view_of_record
from consent.errors import ConsentError
from consent.forms.offer import SharingFlow
from consent.forms.reading import ReadRecord, Unopenable
from consent.forms.record import Asked, ConsentRecord, EventState
from consent.forms.terms import Party
from keys.json_value import JsonObject, JsonValue
from tests.consent.world import NOW, record_example, terms_example

VECTORS = Path(__file__).resolve().parents[2] / "docs" / "vectors" / "receipt.json"
VCT = "https://mydata.example/issuers/resident-registry/types/resident-register/1"
ISSUE: JsonObject = {
    "id": "20261122-1",
    "kind": "resident-register",
    "issued_at": "2026-11-20T09:00:00+09:00",
    "expires_at": "2027-02-18T00:00:00+00:00",
}
Change = Callable[[ConsentRecord], ConsentRecord]


def record(state: EventState, change: Change = lambda same: same) -> ConsentRecord:
    asked = Asked(("address", "birthdate"), ("birthdate",), ("address",), (VCT,))
    made = record_example(bytes(32), state, terms_example())
    later = timedelta(seconds=0 if state is EventState.GIVEN else 4)
    return change(replace(made, asked=asked, event_time=NOW + later))


def reconciled(change: Change = lambda same: same, **issue: JsonValue) -> Reconciliation:
    """The three views, the relying party's changed."""
    consent = view_of_record(record(EventState.GIVEN))
    used = view_of_record(record(EventState.USED, change))
    return reconcile([parse_view(ISSUE | issue), consent, used])


def wrong(found: Reconciliation) -> list[tuple[str, Verdict]]:
    bad = (Verdict.CONTRADICTING, Verdict.MISSING)
    return [(row.fact, row.verdict) for row in found.rows if row.verdict in bad]


def test_three_honest_views_match() -> None:
    """
    Every shared fact, the kind that was issued, the order of times and the status.
    """
    found = reconciled()

    assert found.ok
    assert () == found.absent
    assert {Verdict.MATCHED} == {row.verdict for row in found.rows}
    assert [
        *("label", "consent_id", "party", "request_sha256", "terms_sha256"),
        *("registration_sha256", "kb_sha256", "disclosure_commitment", "flow"),
        *("requested", "disclosed", "kinds", "resident-register issued"),
        *("issued_at before consented_at", "consented_at before used_at"),
        *("used_at before expires_at", "status when used"),
    ] == [row.fact for row in found.rows]
    told = found.rows[2].as_dict()
    party = "kr-110111-0000001"
    assert {"wallet": party, "relying party": party} == told["said"]
    assert (True, []) == (found.as_dict()["ok"], found.as_dict()["absent"])


def evidence(**changes: object) -> Change:
    return lambda same: replace(same, evidence=replace(same.evidence, **changes))  # type: ignore[arg-type]  # any of them


def asked(**changes: tuple[str, ...]) -> Change:
    return lambda same: replace(same, asked=replace(same.asked, **changes))


PLANTED: dict[str, tuple[Change, list[str]]] = {
    "label": (lambda same: replace(same, label=bytes([1]) * 32), ["label"]),
    "consent": (lambda same: replace(same, consent_id="another"), ["consent_id"]),
    "party": (lambda same: replace(same, controller=Party("kr-2", "B")), ["party"]),
    "request": (evidence(request_sha256=bytes([1]) * 32), ["request_sha256"]),
    "terms": (evidence(terms_sha256=bytes([1]) * 32), ["terms_sha256"]),
    "registration": (evidence(registration_sha256=bytes(32)), ["registration_sha256"]),
    "key binding": (evidence(kb_sha256=bytes([1]) * 32), ["kb_sha256"]),
    "disclosure": (evidence(disclosure_commitment=bytes(32)), ["disclosure_commitment"]),
    "flow": (evidence(flow=SharingFlow.CROSS_DEVICE), ["flow"]),
    "requested": (asked(requested=("address",)), ["requested"]),
    "disclosed": (asked(disclosed=("address", "birthdate")), ["disclosed"]),
    "kinds": (asked(credential_types=("https://x/types/tax/1",)), ["kinds", "resident-register"]),
    "foreign": (asked(credential_types=("urn:other",)), ["kinds", "resident-register issued"]),
    "early": (
        lambda same: replace(same, event_time=NOW - timedelta(hours=1)),
        ["consented_at before used_at"],
    ),
    "late": (
        lambda same: replace(same, event_time=NOW + timedelta(days=365)),
        ["used_at before expires_at"],
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_contradiction_is_named_by_its_fact(name: str) -> None:
    """
    One thing changed in the relying party's view, one fact that contradicts.
    """
    change, facts = PLANTED[name]

    found = reconciled(change)

    assert not found.ok
    assert len(facts) == len(wrong(found))
    for fact, (named, verdict) in zip(facts, wrong(found), strict=True):
        assert named.startswith(fact)
        assert Verdict.CONTRADICTING == verdict


def test_a_minute_between_two_clocks_is_no_contradiction() -> None:
    """
    A use told a minute before the consent is a clock; two minutes are not.
    """
    for seconds, ok in ((60, True), (61, False)):
        early = NOW - timedelta(seconds=seconds)

        assert ok == reconciled(lambda same, at=early: replace(same, event_time=at)).ok  # type: ignore[misc]  # bound now


def test_what_one_must_have_seen_and_does_not_say_is_missing() -> None:
    """
    The relying party keeps no hash of the request: missing, not contradicting.
    """
    found = reconciled(evidence(request_sha256=None, flow=None))

    assert [("request_sha256", Verdict.MISSING), ("flow", Verdict.MISSING)] == wrong(found)
    both = reconcile(
        [view_of_record(record(state, evidence(flow=None))) for state in (EventState.USED,)]
    )
    assert "flow" not in [row.fact for row in both.rows]


def test_a_use_of_what_did_not_hold_contradicts_the_issuer() -> None:
    """
    Revoked before the use; a suspension that was taken back, or came later, contradicts nothing.
    """
    revoked: JsonObject = {"at": "2026-11-22T08:00:00+00:00", "action": "revoke"}
    later: JsonObject = {"at": "2026-11-23T08:00:00+00:00", "action": "suspend"}
    back: JsonObject = {"at": "2026-11-22T08:30:00+00:00", "action": "reinstate"}

    assert ["status when used"] == [fact for fact, _ in wrong(reconciled(history=[revoked]))]
    assert reconciled(history=[later]).ok
    assert reconciled(history=[revoked | {"action": "suspend"}, back]).ok
    assert not reconciled(history=[revoked, later]).ok


def test_a_view_that_is_not_there_is_absent_and_contradicts_nothing() -> None:
    """
    The wallet alone: what it says stands alone.
    """
    found = reconcile([view_of_record(record(EventState.GIVEN))])

    assert found.ok
    assert (Source.ISSUER, Source.PARTY) == found.absent
    assert {Verdict.ALONE} == {row.verdict for row in found.rows}
    assert () == reconcile([parse_view(ISSUE)]).rows


def test_every_form_of_a_view_is_read() -> None:
    """
    An opened record and an issue book's entry; what is neither is refused.
    """
    given = record(EventState.GIVEN)
    opened = ReadRecord(3, 1, given, bytes(32), None, None)
    gone = ReadRecord(3, 1, None, None, None, Unopenable.SHREDDED)

    [receipt, *_] = json.loads(VECTORS.read_text("utf-8"))["receipts"]

    assert view_of_record(given) == parse_view(opened.as_dict())
    assert Source.WALLET == parse_view(receipt).source
    refused: list[JsonObject] = [
        gone.as_dict(),
        {},
        ISSUE | {"kind": 1},
        ISSUE | {"issued_at": "yesterday"},
        ISSUE | {"history": ["x"]},
        ReadRecord(
            3, 1, record_example(bytes(32), EventState.REFUSED), bytes(32), None, None
        ).as_dict(),
    ]
    for value in refused:
        with pytest.raises(ConsentError):
            parse_view(value)
    assert (
        "2026-11-20T09:00:00Z"
        in dict(parse_view(ISSUE | {"issued_at": "2026-11-20T09:00:00"}).said).values()
    )
    assert isinstance(parse_view(ISSUE | {"history": None}), View)
