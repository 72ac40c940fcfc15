"""Receipts as consent records of ISO/IEC TS 27560, by its field names, for other systems.

One record for each consent with all of its events in the log's order, one for each event that
belongs to none. The names follow the mapping published with DPV (guides/consent-27560); the
standard's own text is not public, so what it leaves open is ours and says so in docs/ledger.md.
Values of claims stand nowhere: ``pii_type`` is a path.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from consent.forms.fields import instant_text
from consent.forms.first_receipt import FirstReceipt
from consent.forms.receipt import Receipt
from consent.forms.record import ConsentRecord
from consent.forms.terms import Terms
from keys import base64url
from keys.json_value import JsonObject, JsonValue

EXPORT_FORMAT: Final = "https://mydata.example/formats/consent-export/1"


def as_27560(receipts: Iterable[Receipt | FirstReceipt]) -> JsonObject:
    """Return the export; receipts of the first release stand in it as they were kept."""
    given = tuple(receipts)
    first: list[JsonValue] = [each.value for each in given if isinstance(each, FirstReceipt)]
    ours = [each for each in given if isinstance(each, Receipt)]
    return {
        "format": EXPORT_FORMAT,
        "records": [_record(events) for events in grouped(ours)],
        "kept_as_they_are": first,
    }


def grouped(receipts: Sequence[Receipt]) -> list[list[Receipt]]:
    """Return the receipts of each consent together, in the order of the log; the rest alone."""
    groups: dict[str, list[Receipt]] = {}
    for receipt in sorted(receipts, key=lambda each: each.log.index):
        record = receipt.record
        groups.setdefault(record.consent_id or record.record_id, []).append(receipt)
    return list(groups.values())


def _record(events: Sequence[Receipt]) -> JsonObject:
    first = events[0]
    record = first.record
    terms = next((each.terms for each in events if each.terms is not None), None)
    return {
        "schema_version": str(record.as_dict()["schema_version"]),
        "record_id": record.consent_id or record.record_id,
        "pii_principal_id": base64url.encode(record.label),
        "pii_processing": [_processing(record, terms)],
        "party_identification": [_party(record, terms)],
        "events": [_event(each.record, terms) for each in events],
    }


def _processing(record: ConsentRecord, terms: Terms | None) -> JsonObject:
    common: JsonObject = {
        "language": record.language,
        "pii_controllers": [record.controller.id],
        "pii_information": _information(record, terms),
        "jurisdiction": record.jurisdiction,
    }
    if terms is None:
        return common
    return common | {
        "privacy_notice": {"uri": terms.notice.uri, "version": terms.notice.version},
        "purpose": {"code": terms.purpose.code, "text": terms.purpose.text.as_dict()},
        "lawful_basis": terms.legal_basis,
        "collection_method": "presentation by the holder's wallet",
        "collection_source": terms.sender,
        # The country under whose law it is kept; where the machines stand is not agreed on.
        "storage_locations": [terms.jurisdiction],
        "retention_period": terms.retention.period,
        "jurisdiction": terms.jurisdiction,
        "recipient_third_parties": [],
        "withdrawal_method": {
            "text": terms.withdrawal.method.as_dict(),
            "uri": terms.withdrawal.uri,
        },
    }


def _information(record: ConsentRecord, terms: Terms | None) -> list[JsonValue]:
    optional = frozenset(() if terms is None else terms.optional)
    paths = dict.fromkeys((*record.asked.requested, *record.asked.disclosed))
    beyond: JsonObject = {"beyond_registration": True}
    return [
        {
            "pii_type": path,
            "pii_optional": path in optional,
            "disclosed": path in record.asked.disclosed,
            **(beyond if path in record.asked.beyond_registration else {}),
        }
        for path in paths
    ]


def _party(record: ConsentRecord, terms: Terms | None) -> JsonObject:
    party: JsonObject = {
        "party_id": record.controller.id,
        "party_name": record.controller.name,
        "party_type": "pii_controller",
    }
    if terms is None:
        return party
    receiver = terms.receiver
    return party | {"party_address": receiver.address, "party_contact": receiver.contact}


def _event(record: ConsentRecord, terms: Terms | None) -> JsonObject:
    written = record.as_dict()
    return {
        "event_time": written["event_time"],
        "validity_duration": _validity(terms),
        "entity_id": written["entity_id"],
        "event_type": written["event_type"],
        "event_state": written["event_state"],
        "reason": written["reason"],
    }


def _validity(terms: Terms | None) -> JsonObject:
    if terms is None:
        return {"uses": 1, "until": None, "cycle": None}
    return {
        "uses": terms.uses,
        "until": instant_text(terms.until) if terms.until else None,
        "cycle": terms.periodic.cycle if terms.periodic else None,
    }
