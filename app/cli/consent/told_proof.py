"""What ``mydata consent history --prove`` says to people."""

from collections.abc import Iterable
from typing import Final

from keys.strict_json import JsonObject, JsonValue

# Every value of `wallet.ledger.log_view.View`, in the words of the command line.
_VIEWS: Final = {
    "first": "the log was seen for the first time; its checkpoint is kept from now on",
    "continues": "the log continues what was seen before",
    "split": "the log shows another history than before; it signed both",
    "shorter": "the log shows fewer entries than before; it signed both",
    "unchecked": "whether the log continues what was seen before could not be checked",
}


def told_proof(proof: JsonObject) -> Iterable[str]:
    """Tell the one sentence, then what the log is, then each gap and each piece of news."""
    entries, size = proof["entries"], proof["checkpoint"]
    if proof["complete"] is True:
        yield f"these are all {entries} entries as of checkpoint {size}"
    else:
        yield f"not proven complete: {entries} entries as of checkpoint {size}"
    yield _VIEWS.get(str(proof["view"]), str(proof["view"]))
    for pair in _objects(proof["pairs"]):
        yield from _told_pair(pair)
    for note in _texts(proof["contradicting"]):
        yield f"\n{note}"


def _told_pair(pair: JsonObject) -> Iterable[str]:
    party = pair["party"]
    name = party["name"] if isinstance(party, dict) else ""
    entries = _objects(pair["entries"])
    yield f"{name or 'an adult'}\t{pair['year'] or 'of the household'}\t{len(entries)}"
    for problem in _objects(pair["problems"]):
        what = ": ".join(str(problem[each]) for each in ("what", "detail") if problem[each])
        yield f"  gap\t{what}\t{problem['index']}\t{problem['receipt'] or '-'}"
    for entry in (*entries, *_objects(pair["newer"])):
        if entry["news"] is True:
            yield f"  news\t{entry['type']}\t{entry['index']}"


def _objects(value: JsonValue) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: JsonValue) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
