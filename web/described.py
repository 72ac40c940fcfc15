"""What an address says of itself in `/openapi.json`: the body it takes, all that it answers.

The handlers read and refuse by hand; what they promise stands here in JSON Schema (2020-12), and
`make fuzz` holds every answer against it.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from keys.json_value import JsonObject, JsonValue
from keys.strict_json import dumps
from web.body import JSON_TYPE
from web.errors import Party

# What `web.body` refuses a body with, whatever the address.
BODY_REFUSALS: Final[Mapping[int, tuple[str, ...]]] = {
    400: ("body_incomplete", "content_length", "malformed_json"),
    408: ("body_timeout",),
    413: ("body_too_large",),
    415: ("media_type", "content_encoding"),
}


def closed(description: str = "", **members: JsonValue) -> JsonObject:
    """Return the schema of an object that has all of these members and no others."""
    schema: JsonObject = {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }
    return {"description": description, **schema} if description else schema


def having(*required: str, **members: JsonValue) -> JsonObject:
    """Return the schema of an object with these required members, and what else it may have."""
    named: dict[str, JsonValue] = {name: {} for name in required}
    return {"type": "object", "properties": {**named, **members}, "required": [*required]}


def one_of(*choices: str) -> JsonObject:
    """Return the schema of a closed list."""
    return {"type": "string", "enum": list(choices)}


def problem(codes: Iterable[str]) -> JsonObject:
    """Return the schema of `web.errors.Problem` with one of these codes."""
    parties = (each.value for each in Party)
    return closed(error=one_of(*codes), party=one_of(*parties), detail={"type": "string"})


def taking(content: Mapping[str, JsonObject]) -> JsonObject:
    """Return a request body: one schema for each media type that is taken."""
    return {"required": True, "content": _content(content)}


def answering(
    answers: Mapping[int, Mapping[str, JsonObject]],
    *,
    body: JsonObject | None = None,
    parameters: Iterable[JsonObject] = (),
) -> dict[str, Any]:
    """Return what a route adds to its description.

    ``answers`` are the schemas by status and media type, the good one first.
    """
    good, *_ = answers
    extra: JsonObject = {} if body is None else {"requestBody": body}
    listed: list[JsonValue] = [*parameters]
    return {
        "status_code": good,
        # What a handler answers is a whole response; nothing is made of it.
        "response_class": Response,
        "responses": {status: _answer(status, content) for status, content in answers.items()},
        "openapi_extra": {**extra, "parameters": listed} if listed else extra,
    }


def with_examples(described: dict[str, Any], cases: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a route adds, with examples by name: ``{"request"?, "status", "answer"?}``."""
    body = described["openapi_extra"].get("requestBody")
    for name, case in cases.items():
        _show(body, name, case.get("request"))
        _show(described["responses"][case["status"]], name, case.get("answer"))
    return described


def asked_for(name: str, schema: JsonObject) -> JsonObject:
    """Return a parameter that may stand in the query."""
    return {"name": name, "in": "query", "required": False, "schema": schema}


def as_json(schema: JsonObject) -> dict[str, JsonObject]:
    """Return the content of an answer that is JSON."""
    return {JSON_TYPE: schema}


def _answer(status: int, content: Mapping[str, JsonObject]) -> JsonObject:
    described: JsonObject = {"description": HTTPStatus(status).phrase}
    return {**described, "content": _content(content)} if content else described


def _show(place: dict[str, Any] | None, name: str, value: JsonValue) -> None:
    """Put an example where it belongs, as text: the framework drops members that are null.

    `app.description` reads it again.
    """
    if place is not None and value is not None:
        shown = place["content"][JSON_TYPE].setdefault("examples", {})
        shown[name] = {"value": dumps(value).decode()}


def _content(content: Mapping[str, JsonObject]) -> JsonObject:
    return {media_type: {"schema": schema} for media_type, schema in content.items()}
