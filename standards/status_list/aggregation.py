"""The addresses of all lists of one provider, so that a verifier can fetch them ahead (§9)."""

from collections.abc import Iterable

from keys.strict_json import JsonObject, JsonValue
from standards.status_list.errors import StatusListError, StatusListFailure

MEDIA_TYPE = "application/json"


def aggregation(uris: Iterable[str]) -> JsonObject:
    """Return the JSON object that names the lists at ``uris`` (§9.3)."""
    return {"status_lists": [*uris]}


def parse_aggregation(value: JsonValue) -> tuple[str, ...]:
    """Return the addresses a provider names, or raise malformed; other members are passed over."""
    match value:
        case {"status_lists": [*uris]}:
            found = tuple(uri for uri in uris if isinstance(uri, str))
            if len(found) == len(uris):
                return found
        case _:
            pass
    raise StatusListError(StatusListFailure.MALFORMED, "status_lists is an array of addresses")
