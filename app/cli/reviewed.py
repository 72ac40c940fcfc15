"""How a request is told on the command line before it is answered: who, why, and what."""

from collections.abc import Iterable, Iterator

from keys.strict_json import JsonObject, JsonValue


def reviewed(answer: JsonObject) -> Iterable[str]:
    """Tell what ``review --json`` prints in lines for a person."""
    party = answer["party"]
    if isinstance(party, dict):
        yield f"{party['name']}, vouched for by {party['trusted_by']}"
    terms = answer["terms"]
    if isinstance(terms, dict) and isinstance(terms["purpose"], dict):
        yield f"  why: {_words(terms['purpose'].get('text'))}"
    for name in ("required", "optional", "over_asking"):
        listed = answer[name]
        if isinstance(listed, list) and listed:
            yield f"  {name.replace('_', '-')}: {', '.join(map(str, listed))}"
    yield "  can be answered" if answer["satisfiable"] else "  cannot be answered"
    transactions = answer["transactions"]
    for transaction in transactions if isinstance(transactions, list) else ():
        yield from _transaction(transaction)


def _transaction(transaction: JsonValue) -> Iterator[str]:
    if not isinstance(transaction, dict):
        return
    yield f"to confirm: {_words(transaction['sentence'])}"
    facts = transaction["facts"]
    for fact in facts if isinstance(facts, list) else ():
        if isinstance(fact, dict):
            yield f"  {_words(fact['label'])}: {_words(fact['value'])}"


def _words(texts: JsonValue) -> str:
    return str(texts.get("en", "")) if isinstance(texts, dict) else ""
