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
    yield from _law(answer["law"])
    for name in ("required", "optional", "over_asking", "beyond_registration"):
        listed = answer[name]
        if isinstance(listed, list) and listed:
            yield f"  {name.replace('_', '-')}: {', '.join(map(str, listed))}"
    yield "  can be answered" if answer["satisfiable"] else "  cannot be answered"
    missing = answer["missing"]
    for each in missing if isinstance(missing, list) else ():
        yield from _missing(each)
    transactions = answer["transactions"]
    for transaction in transactions if isinstance(transactions, list) else ():
        yield from _transaction(transaction)


def _missing(missing: JsonValue) -> Iterator[str]:
    """Tell why one certificate is not there, and what would have to stand on it."""
    if not isinstance(missing, dict):
        return
    yield f"  missing: {_listed(missing['kinds'])} ({missing['lack']})"
    wanted = missing["wanted"]
    for each in wanted if isinstance(wanted, list) else ():
        if isinstance(each, dict):
            yield f"    {each['claim']}: they accept {_listed(each['values'])}"


def _listed(values: JsonValue) -> str:
    return " / ".join(map(str, values)) if isinstance(values, list) else ""


def _law(law: JsonValue) -> Iterator[str]:
    if not isinstance(law, dict):
        return
    if law["statute"]:
        yield f"  may ask for resident numbers by: {law['statute']}"
    if isinstance(law["withheld"], list) and law["withheld"]:
        yield f"  not sent, by {law['article']}: {', '.join(map(str, law['withheld']))}"


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
