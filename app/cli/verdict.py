"""How a result is told on the command line: the verdict first, then claim by claim."""

import json
from collections.abc import Iterable, Iterator

from keys.strict_json import JsonObject, JsonValue


def verdict(answer: JsonObject) -> Iterable[str]:
    """Tell what ``result --json`` prints in lines for a person."""
    yield str(answer["state"])
    yield from _failure(answer.get("failure"))
    credentials = answer["credentials"]
    for credential in credentials if isinstance(credentials, list) else ():
        yield from _credential(credential)
    yield from _record(answer.get("receipt"))


def _failure(failure: JsonValue) -> Iterator[str]:
    if isinstance(failure, dict):
        yield f"  {failure['code']} ({failure['party']}): {failure['detail']}"


def _credential(credential: JsonValue) -> Iterator[str]:
    if isinstance(credential, dict):
        yield "{vct}, {status}, issued by {issuer}".format_map(credential)
        for path, value in _leaves(credential["claims"]):
            yield f"  {path}: {value}"


def _record(receipt: JsonValue) -> Iterator[str]:
    log = receipt["log"] if isinstance(receipt, dict) else None
    if isinstance(log, dict):
        yield f"recorded as entry {log['index']} of the consent log; --json shows the receipt"


def _leaves(value: JsonValue, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every claim that holds no other, by its dotted path."""
    match value:
        case dict():
            inside = [(f"{path}.{name}" if path else name, one) for name, one in value.items()]
        case list():
            inside = [(f"{path}.{index}", one) for index, one in enumerate(value)]
        case _:
            yield path, value if isinstance(value, str) else json.dumps(value)
            return
    for name, one in inside:
        yield from _leaves(one, name)
