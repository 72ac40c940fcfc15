"""Small queries and credentials, written short."""

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.candidates import CandidateCredential
from standards.dcql.query import DcqlQuery, parse_query

VCT = "urn:resident-register"


def credential(query_id: str = "base", /, **members: JsonValue) -> JsonObject:
    required: JsonObject = {"id": query_id, "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    return required | members


def query(*credentials: JsonObject, **members: JsonValue) -> DcqlQuery:
    return parse_query({"credentials": list(credentials), **members})


def held(claims: JsonObject | None = None, name: str = "card") -> CandidateCredential:
    return CandidateCredential(name, "dc+sd-jwt", VCT, claims or {})


def path(*steps: JsonValue) -> JsonObject:
    return {"path": list(steps)}
