"""Receipts for other systems: table, 27560, linked data; and receipts of the first release."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consent.errors import ConsentFailure
from consent.forms.dpv import as_dpv
from consent.forms.first_receipt import FirstReceipt, read_kept
from consent.forms.iso27560 import as_27560
from consent.forms.receipt import EntryProof, Receipt
from consent.forms.record import EventState
from consent.forms.table import COLUMNS, as_csv, safe_cell
from consent.forms.terms import Periodic
from consent.tlog.signed_note import VerifierKey
from tests.consent.test_forms import changed, refusal_of
from tests.consent.world import RANDOM, record_example, terms_example

FIRST = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "vectors" / "receipt-1.json").read_text()
)
LOG_KEY = VerifierKey.parse(FIRST["vkey"])

# ISO/IEC TS 27560 as mapped by DPV: what a record cannot be without.
MANDATORY_PROCESSING = {
    *("privacy_notice", "language", "purpose", "pii_information", "pii_controllers"),
    *("storage_locations", "retention_period", "jurisdiction", "recipient_third_parties"),
    "withdrawal_method",
}
MANDATORY_PARTY = {"party_id", "party_name", "party_address", "party_contact", "party_type"}
MANDATORY_EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}


def receipt(index: int, state: EventState = EventState.GIVEN, **changes: Any) -> Receipt:
    """Return a receipt whose proof nobody checks here."""
    terms = changes.pop("terms", terms_example())
    record = replace(record_example(state=state, terms=terms), **changes)
    return Receipt(record, RANDOM, EntryProof(index, b"{}", index + 1, (), "note"), terms)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_one_event_a_row() -> None:
    """
    The same columns for each, RFC 4180, and what a row has not is empty.
    """
    given = receipt(4)
    rows = rows_of(as_csv([given, receipt(5, EventState.RETAINED, terms=None)]))

    assert list(COLUMNS) == list(rows[0])
    assert ("4", "loan-assessment", "12", "P1M") == (
        rows[0]["log_index"],
        rows[0]["purpose"],
        rows[0]["uses"],
        rows[0]["cycle"],
    )
    assert "address" == rows[0]["disclosed"]
    assert ("", "kr-pipa-decree-42-6") == (rows[1]["purpose"], rows[1]["reason"])
    assert rows[1]["kept_until"]
    once = replace(terms_example(), periodic=None, uses=None, until=None)
    (row,) = rows_of(as_csv([receipt(1, terms=once, consent_id=None)]))
    assert ("", "", "", "") == (row["uses"], row["until"], row["cycle"], row["consent_id"])


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|x", "%x"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    """
    H65: a party that calls itself a formula is shown as text.
    """
    record = record_example()
    named = replace(receipt(0), record=replace(record, controller=replace(record.controller)))
    evil = replace(named.record, controller=replace(record.controller, name=text))
    (row,) = rows_of(as_csv([replace(named, record=evil)]))

    assert f"'{text}" == safe_cell(text) == row["party_name"]
    assert "가온은행" == safe_cell("가온은행")


def test_the_export_groups_the_events_of_a_consent() -> None:
    """
    ANCR B1-B4 as far as published: one record, its events in the order of the log, none lost.
    """
    given, used, gone = (
        receipt(3),
        receipt(7, EventState.USED, terms=None),
        receipt(9, EventState.WITHDRAWN, terms=None),
    )
    refused = receipt(5, EventState.REFUSED, consent_id=None, record_id="another")

    export: Any = as_27560([gone, refused, given, used])

    first, second = export["records"]
    states = [each["event_state"] for each in first["events"]]
    assert ["consent_given", "consent_used", "consent_withdrawn"] == states
    assert given.record.record_id == first["record_id"]
    assert ["consent_refused"] == [each["event_state"] for each in second["events"]]
    assert [] == export["kept_as_they_are"]


def test_a_record_has_every_mandatory_field_of_27560() -> None:
    """
    ANCR A1-A3: header, processing, party and event sections are whole, and have no value in them.
    """
    export: Any = as_27560([receipt(3)])

    (record,) = export["records"]
    assert {"schema_version", "record_id", "pii_principal_id"} <= record.keys()
    (processing,) = record["pii_processing"]
    assert MANDATORY_PROCESSING <= processing.keys()
    (party,) = record["party_identification"]
    assert MANDATORY_PARTY <= party.keys()
    (event,) = record["events"]
    assert MANDATORY_EVENT <= event.keys()
    assert [
        {"pii_type": "address", "pii_optional": False, "disclosed": True},
        {"pii_type": "birthdate", "pii_optional": True, "disclosed": False},
    ] == processing["pii_information"]


def test_a_party_without_terms_is_exported_as_far_as_it_is_known() -> None:
    """
    Another maker's request: no purpose is made up, and a single use is what it was.
    """
    export: Any = as_27560([receipt(3, terms=None)])

    (record,) = export["records"]
    assert "purpose" not in record["pii_processing"][0]
    assert "party_address" not in record["party_identification"][0]
    assert {"uses": 1, "until": None, "cycle": None} == record["events"][0]["validity_duration"]
    open_ended: Any = as_27560(
        [receipt(3, terms=replace(terms_example(), until=None, periodic=None))]
    )
    validity = open_ended["records"][0]["events"][0]["validity_duration"]
    assert {"uses": 12, "until": None, "cycle": None} == validity


def test_linked_data_has_the_words_of_dpv() -> None:
    """
    Status, notice, purpose, storage, duration: each by the property of DPV's own guide.
    """
    document: Any = as_dpv(
        [receipt(1), receipt(2, EventState.USED, record_id="use"), receipt(3, terms=None)]
    )

    assert {"dct", "dpv", "xsd"} == document["@context"].keys()
    given, used, bare = document["@graph"]
    assert "dpv:ConsentGiven" == given["dpv:hasConsentStatus"]
    assert {"@id": "https://bank.example/notice", "dct:hasVersion": "3"} == given["dpv:hasNotice"]
    assert "P5Y" == given["dpv:hasStorageCondition"]["dpv:hasDuration"]
    assert "dpv:UntilTimeDuration" == given["dpv:hasDuration"]["@type"]
    assert "urn:mydata:event:consent_used" == used["dpv:hasRecordOfActivity"]
    assert {"@id": f"urn:uuid:{used['dct:isPartOf']['@id'][9:]}"} == used["dct:isPartOf"]
    assert "dpv:hasPurpose" not in bare
    assert "dpv:hasAddress" not in bare["dpv:hasDataController"]
    assert ("dpv:DataSubject", "dpv:DataController") == (
        given["dpv:isIndicatedBy"],
        used["dpv:isIndicatedBy"],
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"uses": 1, "until": None, "periodic": None},
            {"@type": "dpv:FixedOccurrencesDuration", "dpv:hasOccurrences": 1},
        ),
        (
            {"uses": None, "until": None, "periodic": Periodic("P7D")},
            {"@type": "dpv:FixedOccurrencesDuration", "dpv:hasFrequency": "P7D"},
        ),
    ],
    ids=["once", "periodic"],
)
def test_a_duration_is_what_was_agreed(changes: Any, expected: Any) -> None:
    """
    One use is one occurrence; a cycle is a frequency.
    """
    agreed = replace(terms_example(), **changes)
    document: Any = as_dpv([receipt(1, terms=agreed)])

    assert expected == document["@graph"][0]["dpv:hasDuration"]


def test_receipts_of_the_first_release_are_read_and_proven_as_they_are() -> None:
    """
    Nothing is rewritten: the record is hashed as it was kept, and one changed letter shows.
    """
    for value in FIRST["receipts"]:
        first = read_kept(value)
        assert isinstance(first, FirstReceipt)
        first.verify(log_key=LOG_KEY)
        altered = FirstReceipt.parse(changed(value, "record.language", "en"))
        failure = refusal_of(altered.verify, log_key=LOG_KEY)
        assert ConsentFailure.RECORD_MISMATCH == failure
        assert ("미리내은행", value["record"]["record_id"]) == (first.party, first.record_id)
    assert isinstance(read_kept(receipt_form()), Receipt)


def receipt_form() -> Any:
    """Return a receipt of today, from the vectors."""
    file = Path(__file__).resolve().parents[2] / "docs" / "vectors" / "receipt.json"
    return json.loads(file.read_text())["receipts"][0]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("record", None),
        ("record.event_state", 1),
        ("log", None),
        ("log.inclusion_proof", ["AA"]),
        ("log.inclusion_proof", ["!"]),
        ("log.checkpoint", 5),
        ("format", "https://mydata.example/formats/consent-receipt/3"),
    ],
)
def test_a_first_receipt_that_cannot_be_read_is_refused(path: str, value: Any) -> None:
    """
    What is shown and exported was understood.
    """
    form = changed(FIRST["receipts"][0], path, value)

    assert ConsentFailure.MALFORMED == refusal_of(FirstReceipt.parse, form)
    assert ConsentFailure.MALFORMED == refusal_of(FirstReceipt.parse, "text")


def test_a_first_receipt_without_a_readable_salt_proves_nothing() -> None:
    """
    The salt opens the commitment; without it the entry is about nobody knows what.
    """
    first = FirstReceipt.parse(changed(FIRST["receipts"][0], "record_salt", "!"))

    assert ConsentFailure.MALFORMED == refusal_of(first.verify, log_key=LOG_KEY)


@pytest.mark.parametrize("export", [as_27560, as_dpv], ids=["27560", "dpv"])
def test_every_export_takes_receipts_of_both_forms(export: Callable[[Any], Any]) -> None:
    """
    What was kept by the first release is in the export, as it is.
    """
    first = FirstReceipt.parse(FIRST["receipts"][0])

    assert first.record_id in json.dumps(export([first, receipt(1)]))
    assert first.record_id in as_csv([first])
