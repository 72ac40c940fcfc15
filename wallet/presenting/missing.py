"""What a request asks for and the holder does not have, so that a page can say what to get."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from consent.forms.statutory import kind_of
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.matching import Matches, match
from standards.dcql.query import CredentialSet, DcqlQuery
from wallet.kept.holdings import HeldCredential, candidates


class Lack(StrEnum):
    """Why nothing kept here answers one part of a request."""

    NOT_HELD = "not_held"
    EXPIRED = "expired"
    # One of the type is here, but without the claims asked for or from another authority.
    LACKS_CLAIMS = "lacks_claims"


@dataclass(frozen=True, slots=True)
class Missing:
    """One credential that would be needed: any of ``types`` would do.

    ``kinds`` are the names in types of ours, none for a stranger's. ``names`` is what the type is
    called in three languages, None when none of it was ever kept here: names are not fetched for
    a type that only the asking party mentions.
    """

    query_id: str
    types: tuple[str, ...]
    lack: Lack
    claims: tuple[str, ...]
    names: JsonObject | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of certificate, by name."""
        return tuple(dict.fromkeys(kind for vct in self.types if (kind := kind_of(vct))))

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "query_id": self.query_id,
            "types": list[JsonValue](self.types),
            "kinds": list[JsonValue](self.kinds),
            "name": self.names,
            "lack": self.lack.value,
            "claims": list[JsonValue](self.claims),
        }


def missing(
    query: DcqlQuery, held: Sequence[HeldCredential], expired: Sequence[HeldCredential]
) -> tuple[Missing, ...]:
    """Return what would have to be got first; nothing when ``held`` can answer.

    Of several ways to answer the party's preferred one is told. ``held`` may be presented,
    ``expired`` may not any more.
    """
    matches = match(query, candidates(query, held))
    needed = dict.fromkeys(name for entry in query.sets() for name in _needed(entry, matches))
    named = [query.credential(name) for name in needed]
    return tuple(_missing(each, held, expired) for each in named if each is not None)


def _needed(entry: CredentialSet, matches: Matches) -> tuple[str, ...]:
    unmatched = frozenset(matches.unmatched())
    if not entry.required or any(unmatched.isdisjoint(option) for option in entry.options):
        return ()
    return tuple(name for name in entry.options[0] if name in unmatched)


def _missing(
    asked: CredentialQuery, held: Sequence[HeldCredential], expired: Sequence[HeldCredential]
) -> Missing:
    here = [each for each in held if each.vct in asked.types]
    over = [each for each in expired if each.vct in asked.types]
    known = next(iter((*here, *over)), None)
    return Missing(
        query_id=asked.id,
        types=asked.types,
        lack=Lack.LACKS_CLAIMS if here else Lack.EXPIRED if over else Lack.NOT_HELD,
        claims=tuple(claim.path.dotted() for claim in asked.claims),
        names=None if known is None else known.description.names(),
    )
