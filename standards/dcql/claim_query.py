"""What is asked of one credential: its claims, and who certified its issuer."""

from dataclasses import dataclass, replace
from typing import Final, Self, TypeGuard

from keys import base64url
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.effort import Effort
from standards.dcql.errors import malformed
from standards.dcql.limits import MAX_VALUES, at_most, check_id
from standards.dcql.paths import ClaimsPathPointer, Selected
from standards.members import Members, present
from standards.positions import UNMOVED, ClaimPath, Positions

# The types of trusted authorities that can match here (sections 6.1.1.1 and 6.1.1.2).
AKI: Final = "aki"
ETSI_TL: Final = "etsi_tl"

_RETAIN: Final = "intent_to_retain"

# What a claim may be compared with (section 6.3). A number with a point is no integer, so 1.0 in
# a query is refused, and 1.0 in a credential equals no value of a query.
Comparable = str | int | bool


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """One claim asked for (section 6.3); ``values`` empty means any value will do.

    ``intent_to_retain`` says of an mdoc's element whether the verifier means to keep it longer
    than the transaction takes (appendix B.2.4); None says nothing, as other formats always do.
    """

    path: ClaimsPathPointer
    id: str | None = None
    values: tuple[Comparable, ...] = ()
    intent_to_retain: bool | None = None

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the claim query in one element of ``claims``, or raise `DcqlError`."""
        values = reader.array("values") if reader.has("values") else []
        name = reader.optional_text("id")
        return cls(
            path=ClaimsPathPointer.parse(reader.array("path")),
            id=None if name is None else check_id(name),
            values=tuple(_comparable(value) for value in at_most(MAX_VALUES, values, "values")),
        )

    @classmethod
    def parse_mdoc(cls, reader: Members) -> Self:
        """Return as `parse` does; the path is a namespace and an element (section 7.2)."""
        query = cls.parse(reader)
        match query.path.steps:
            case [str(), str()]:
                retain = reader.flag(_RETAIN, default=False) if reader.has(_RETAIN) else None
                return replace(query, intent_to_retain=retain)
            case _:
                raise malformed("a path into an mdoc is a namespace and an element")

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present(
            {
                "id": self.id,
                "path": self.path.as_list(),
                "values": [*self.values],
                _RETAIN: self.intent_to_retain,
            }
        )

    def find(self, claims: JsonObject, positions: Positions = UNMOVED) -> tuple[ClaimPath, ...]:
        """Return where ``claims`` answer this query; nothing when they do not (section 6.4.1)."""
        return tuple(selected.path for selected in self.selected(claims, positions))

    def selected(
        self, claims: JsonObject, positions: Positions = UNMOVED, effort: Effort | None = None
    ) -> tuple[Selected, ...]:
        """Return what of ``claims`` answers this query; nothing when nothing does.

        With ``values``, type and value of at least one selected claim equal one of them. A filter
        against needless disclosure, never a security check (VP-40).
        """
        selection = self.path.resolve(claims, positions, effort)
        if not self.values or not selection:
            return selection
        if effort is not None:
            effort.spend(len(self.values) + len(selection))
        # 1 == True == 1.0 in Python, and three different things in JSON.
        wanted = {(type(value), value) for value in self.values}
        found = (one.value for one in selection)
        is_met = any((type(value), value) in wanted for value in found if _is_comparable(value))
        return selection if is_met else ()


def _is_comparable(value: JsonValue) -> TypeGuard[Comparable]:
    return isinstance(value, str | int)


@dataclass(frozen=True, slots=True)
class TrustedAuthority:
    """Who should have certified the issuer (section 6.1.1).

    ``key_identifiers`` are the octets named by type ``aki``. The values of type ``etsi_tl`` are
    addresses of trust lists. Any other type, ``openid_federation`` among them, matches nothing.
    """

    type: str
    values: tuple[str, ...]
    key_identifiers: frozenset[bytes] = frozenset()

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return one element of ``trusted_authorities``, or raise `DcqlError`."""
        kind = reader.text("type")
        values = at_most(MAX_VALUES, reader.texts("values"), "values")
        if kind != AKI:
            return cls(kind, values)
        return cls.of_key_identifiers(*(_octets(value) for value in values))

    @classmethod
    def of_key_identifiers(cls, *identifiers: bytes) -> Self:
        """Return the authority whose certificates carry one of these key identifiers."""
        values = tuple(base64url.encode(identifier) for identifier in identifiers)
        return cls(AKI, values, frozenset(identifiers))

    def vouches(self, key_identifiers: frozenset[bytes], trusted_lists: frozenset[str]) -> bool:
        """Tell whether a chain with these key identifiers, below a root in these lists, is meant.

        Octets are compared, and addresses character by character: nothing is fetched.
        """
        if self.type == ETSI_TL:
            return not trusted_lists.isdisjoint(self.values)
        return not key_identifiers.isdisjoint(self.key_identifiers)

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return {"type": self.type, "values": list(self.values)}


def _comparable(value: JsonValue) -> Comparable:
    if _is_comparable(value):
        return value
    raise malformed("values are strings, integers and booleans")


def _octets(value: str) -> bytes:
    try:
        return base64url.decode(value)
    except KeysError:
        raise malformed("a value of type aki is base64url") from None
