"""How a result is told on the command line: the verdict first, then claim by claim."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress

from consent.errors import ConsentError
from consent.forms.receipt import Receipt
from keys.strict_json import JsonObject, JsonValue


def verdict(answer: JsonObject) -> Iterable[str]:
    """Tell what ``result --json`` prints in lines for a person."""
    yield str(answer["state"])
    if "match_number" in answer:
        yield f"  show the person the number {answer['match_number']}"
    yield from _failure(answer.get("failure"))
    credentials = answer["credentials"]
    for credential in credentials if isinstance(credentials, list) else ():
        yield from _credential(credential)
    confirmed = answer.get("confirmed")
    for transaction in confirmed if isinstance(confirmed, list) else ():
        yield from _confirmed(transaction)
    yield from _offline(answer.get("checked"))
    yield from _record(answer.get("receipt"), answer.get("recorded"))


def _failure(failure: JsonValue) -> Iterator[str]:
    if isinstance(failure, dict):
        yield f"  {failure['code']} ({failure['party']}): {failure['detail']}"


def _credential(credential: JsonValue) -> Iterator[str]:
    if isinstance(credential, dict):
        yield "{vct}, {status}, issued by {issuer}".format_map(credential)
        for path, value in _leaves(credential["claims"]):
            yield f"  {path}: {value}"


def _confirmed(transaction: JsonValue) -> Iterator[str]:
    if isinstance(transaction, dict):
        yield f"confirmed with {transaction['confirmed_by']}: {transaction['type']}"
        for path, value in _leaves(transaction.get("members", {})):
            yield f"  {path}: {value}"


def _offline(checked: JsonValue) -> Iterator[str]:
    """Tell the amber of a check without network, and how old is what it rests on."""
    if isinstance(checked, dict):
        yield "not checked online: what was revoked since then is not known here"
        for name, age in checked.items():
            if name.endswith("_age"):
                yield f"  {name.removesuffix('_age').replace('_', ' ')}: {age} s old"


def _record(receipt: JsonValue, recorded: JsonValue) -> Iterator[str]:
    match recorded:
        case "late":
            yield "not recorded yet: the ledger could not be reached; it is recorded later"
        case "refused":
            yield "not recorded: the ledger refused this use afterwards; do not rely on it"
        case _:
            pass
    with suppress(ConsentError):
        index = Receipt.parse(receipt).log.index
        yield f"recorded as entry {index} of the consent log; --json shows the receipt"


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
