"""What certificates have to be made out for, as a definition says it.

[[purposes.policy.issued_for]]
type = "national-tax-service/tax-payment"
use = { claim = "use.purpose", is = ["대금 수령"] }
receiver = { claim = "use.payer" }

Who receives is the party itself, by the names it is registered under; ``also`` adds others by
which authorities call it.
"""

from collections.abc import Collection, Iterator
from typing import Final

from consent.forms.terms import LocalText
from keys.json_value import JsonValue
from standards.dcql.paths import ClaimsPathPointer
from verifiers.presented.issued_for import IssuedFor, MadeOutFor
from verifiers.services.certificate_type import type_of
from verifiers.services.table import Table

# The claims a purpose always asks for, each with its type: an optional one may stay hidden.
Asked = Collection[tuple[str | None, ClaimsPathPointer]]

_ASPECTS: Final = tuple(aspect.value for aspect in MadeOutFor)


def read_issued_for(
    at: str, value: JsonValue, *, base: str, names: LocalText, asked: Asked
) -> Iterator[IssuedFor]:
    """Yield the rules of one entry, or raise DEFINITION_INVALID; ``names`` are the party's."""
    entry = Table.of(at, value, ("type",), _ASPECTS)
    vct = type_of(entry, base)
    if vct is None or not any(entry.has(name) for name in _ASPECTS):
        entry.fail("type", "a type by name, and beside it a use, a receiver, or both")
    if entry.has("use"):
        use = Table.of(entry.place("use"), entry.raw("use"), ("claim", "is"))
        accepted = use.texts("is")
        if not accepted:
            use.fail("is", "at least one use")
        yield IssuedFor(vct, MadeOutFor.USE, _claim(use, vct, asked), accepted)
    if entry.has("receiver"):
        place = entry.place("receiver")
        receiver = Table.of(place, entry.raw("receiver"), ("claim",), ("also",))
        called = (names.ko, names.en, names.ja, *receiver.texts("also"))
        accepted = tuple(dict.fromkeys(called))
        yield IssuedFor(vct, MadeOutFor.RECEIVER, _claim(receiver, vct, asked), accepted)


def _claim(members: Table, vct: str, asked: Asked) -> ClaimsPathPointer:
    path = members.path_in(members.place("claim"), members.raw("claim"))
    if (vct, path) not in asked:
        members.fail("claim", "one of the claims this purpose asks for of that type")
    return path
