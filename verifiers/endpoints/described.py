"""What the operator's addresses say of themselves, with the examples that stand beside.

``examples/<operation>.json`` has, by name, what is sent and what is answered:
``{"<case>": {"request"?, "status", "answer"?}}``. They are kept true by a test, which makes every
call again and compares (`tests/verifiers/test_described.py`).
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from keys.json_value import JsonObject
from keys.strict_json import loads_object
from verifiers.endpoints.answers import status_of
from verifiers.endpoints.operator_schemas import TELLS
from verifiers.failure import Failure
from web.body import JSON_TYPE
from web.described import BODY_REFUSALS, answering, as_json, problem, taking, with_examples

_EXAMPLES: Final = Path(__file__).parent / "examples"
_NO_CONTENT: Final = 204
# What the web framework's edge answers, beside the table of this room.
_WEB: Final = {401: ("unauthorised",), 404: ("not_found",)}


def operator(
    name: str,
    *,
    body: JsonObject | None = None,
    refuses: Iterable[int] = (),
    parameters: Iterable[JsonObject] = (),
) -> dict[str, Any]:
    """Return what an address adds to its description; ``name`` is that of its examples.

    ``refuses`` are its statuses beside 401 and those of every body.
    """
    tells = TELLS.get(name)
    answers = {_NO_CONTENT: {}} if tells is None else {200: as_json(tells)}
    statuses = {401, *refuses, *(BODY_REFUSALS if body is not None else ())}
    answers |= {status: as_json(problem(_codes(status))) for status in sorted(statuses)}
    taken = None if body is None else taking({JSON_TYPE: body})
    described = answering(answers, body=taken, parameters=parameters)
    return with_examples(described, examples(name))


@cache
def examples(name: str) -> JsonObject:
    """Return the cases of an operation as they are published."""
    return loads_object((_EXAMPLES / f"{name}.json").read_bytes())


def _codes(status: int) -> tuple[str, ...]:
    ours = (each.code for each in Failure if status_of(each.kind) == status)
    return (*ours, *BODY_REFUSALS.get(status, ()), *_WEB.get(status, ()))
