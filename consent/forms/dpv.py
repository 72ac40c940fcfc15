"""Receipts as linked data in the words of the Data Privacy Vocabulary (W3C DPV), JSON-LD.

The mapping of ISO/IEC TS 27560 onto DPV is its own guide's (w3c/dpv guides/consent-27560), without
that guide's example of storing values: a claim is named by its path and never told.
"""

from collections.abc import Iterable
from typing import Final

from consent.forms.fields import instant_text
from consent.forms.first_receipt import FirstReceipt
from consent.forms.receipt import Receipt
from consent.forms.record import EventState
from consent.forms.terms import Terms
from keys import base64url
from keys.json_value import JsonObject, JsonValue

CONTEXT: Final[JsonObject] = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# DPV's consent statuses; what happens under a consent is an activity and changes no status.
_STATUS: Final = {
    EventState.GIVEN: "dpv:ConsentGiven",
    EventState.REFUSED: "dpv:ConsentRefused",
    EventState.WITHDRAWN: "dpv:ConsentWithdrawn",
    EventState.EXPIRED: "dpv:ConsentExpired",
}


def as_dpv(receipts: Iterable[Receipt | FirstReceipt]) -> JsonObject:
    """Return one JSON-LD document with a node for each event."""
    nodes: list[JsonValue] = [
        _first(each) if isinstance(each, FirstReceipt) else _node(each) for each in receipts
    ]
    return {"@context": CONTEXT, "@graph": nodes}


def _first(receipt: FirstReceipt) -> JsonObject:
    return {
        "@id": f"urn:uuid:{receipt.record_id}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": str(receipt.value["format"]),
        "dpv:hasIdentifier": receipt.record_id,
        "dpv:isIndicatedAtTime": _time(receipt.event_time),
        "dpv:hasDataController": {"dpv:hasName": receipt.party},
        "dpv:hasPersonalData": list[JsonValue](receipt.claims),
    }


def _node(receipt: Receipt) -> JsonObject:
    record = receipt.record
    node: JsonObject = {
        "@id": f"urn:uuid:{record.record_id}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": receipt.format,
        "dct:language": record.language,
        "dpv:hasIdentifier": record.record_id,
        "dpv:hasDataSubject": f"urn:mydata:label:{base64url.encode(record.label)}",
        "dpv:hasDataController": _controller(receipt),
        "dpv:isIndicatedBy": "dpv:DataSubject" if record.by_holder else "dpv:DataController",
        "dpv:isIndicatedAtTime": _time(instant_text(record.event_time)),
        "dpv:hasJurisdiction": record.jurisdiction,
        "dpv:hasPersonalData": list[JsonValue](record.asked.disclosed or record.asked.requested),
    }
    if record.consent_id not in (None, record.record_id):
        node["dct:isPartOf"] = {"@id": f"urn:uuid:{record.consent_id}"}
    status = _STATUS.get(record.event_state)
    activity = f"urn:mydata:event:{record.event_state.value}"
    node |= {"dpv:hasConsentStatus": status} if status else {"dpv:hasRecordOfActivity": activity}
    return node if receipt.terms is None else node | _process(receipt.terms)


def _controller(receipt: Receipt) -> JsonObject:
    controller = receipt.record.controller
    named: JsonObject = {
        "@id": f"urn:mydata:party:{controller.id}",
        "@type": "dpv:DataController",
        "dpv:hasName": controller.name,
    }
    if receipt.terms is None:
        return named
    receiver = receipt.terms.receiver
    return named | {"dpv:hasAddress": receiver.address, "dpv:hasContact": receiver.contact}


def _process(terms: Terms) -> JsonObject:
    texts = terms.purpose.text
    labels: list[JsonValue] = [
        {"@value": text, "@language": language}
        for language, text in (("ko", texts.ko), ("en", texts.en), ("ja", texts.ja))
    ]
    return {
        "dpv:hasPurpose": {"dct:identifier": terms.purpose.code, "dct:description": labels},
        "dpv:hasLegalBasis": terms.legal_basis,
        "dpv:hasDataSource": terms.sender,
        "dpv:hasNotice": {"@id": terms.notice.uri, "dct:hasVersion": terms.notice.version},
        "dpv:hasConsentControl": {"@id": terms.withdrawal.uri},
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": terms.retention.period,
        },
        "dpv:hasDuration": _duration(terms),
    }


def _duration(terms: Terms) -> JsonObject:
    """Return until when it holds: a time, a number of uses, or both with the cycle between."""
    duration: JsonObject = {"@type": "dpv:FixedOccurrencesDuration"}
    if terms.uses is not None:
        duration["dpv:hasOccurrences"] = terms.uses
    if terms.until is not None:
        duration |= {
            "@type": "dpv:UntilTimeDuration",
            "dct:valid": _time(instant_text(terms.until)),
        }
    if terms.periodic is not None:
        duration["dpv:hasFrequency"] = terms.periodic.cycle
    return duration


def _time(text: str) -> JsonObject:
    return {"@type": "xsd:dateTime", "@value": text}
