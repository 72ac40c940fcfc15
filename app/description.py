"""`/openapi.json` as this service keeps it: no promise that nobody keeps, no parameter unnamed."""

import re
from collections.abc import Iterator
from typing import Any, Final

from keys.strict_json import loads_object

# What the framework promises for every address with a parameter. Here the handlers read and refuse
# by hand, in a form of their own.
_VALIDATION: Final = "422"
_SCHEMAS: Final = ("HTTPValidationError", "ValidationError")
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
# An address of several segments, such as a file of the log.
_WHOLE_PATH: Final = "path"


def corrected(document: dict[str, Any]) -> dict[str, Any]:
    """Return a description after the framework's part in it was put right, in place."""
    for path, operation in _operations(document):
        operation["responses"].pop(_VALIDATION, None)
        _name_parameters(path, operation)
        _read_examples(operation)
    schemas = document.get("components", {}).get("schemas", {})
    for name in _SCHEMAS:
        schemas.pop(name, None)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document.get("paths", {}).items():
        for operation in methods.values():
            yield path, operation


def _read_examples(operation: dict[str, Any]) -> None:
    """Turn examples into values again: they came as text, so that members that are null stay."""
    for place in (operation.get("requestBody", {}), *operation["responses"].values()):
        for content in place.get("content", {}).values():
            for example in content.get("examples", {}).values():
                example["value"] = loads_object(example["value"])


def _name_parameters(path: str, operation: dict[str, Any]) -> None:
    """Name what stands in the path, also where a handler reads it from the request itself."""
    listed: list[dict[str, Any]] = operation.setdefault("parameters", [])
    known = {each["name"] for each in listed if each["in"] == "path"}
    unnamed = (name for name in _PARAMETER.findall(path) if name not in known)
    listed.extend({"name": name, "in": "path", "required": True} for name in unnamed)
    for each in listed:
        if each["in"] == "path" and each.setdefault("schema", {}).get("type") != "integer":
            # A slash ends a segment, also when it is written %2F.
            segment = {} if each["name"] == _WHOLE_PATH else {"pattern": "^[^/]+$"}
            each["schema"] |= {"type": "string", "minLength": 1, **segment}
    if not listed:
        del operation["parameters"]
