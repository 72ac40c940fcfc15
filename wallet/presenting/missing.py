"""What a request asks for and the holder does not have, so that a page can say what to get.

It is told to the holder and to nobody else (OpenID4VP 1.0 section 15.4.1).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from consent.forms.statutory import kind_of
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.claim_query import Comparable
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.effort import Effort
from standards.dcql.errors import DcqlError
from standards.dcql.lacking import Gap, Lacking, lacking
from standards.dcql.query import CredentialSet
from standards.formats.known import FORMATS
from wallet.kept.holdings import HeldCredential
from wallet.presenting.possible import Possible


class Lack(StrEnum):
    """Why nothing kept here answers one part of a request."""

    NOT_HELD = "not_held"
    # It is asked for in a form this wallet does not take.
    OTHER_FORMAT = "other_format"
    EXPIRED = "expired"
    # One of the type is here, from another authority than they accept.
    OTHER_AUTHORITY = "other_authority"
    LACKS_CLAIMS = "lacks_claims"
    # It says something else than they want to hear.
    VALUE_DIFFERS = "value_differs"
    # Its issuer made it out for another use or another institution; a new one can be had.
    MADE_FOR_ANOTHER = "made_for_another"


# The claims of our forms that say what a certificate was made out for, as whoever applied chose
# it (`tests/app` compares).
MADE_OUT_FOR: Final = frozenset({"purpose", "use.purpose", "use.detail", "use.payer"})


@dataclass(frozen=True, slots=True)
class Missing:
    """One credential that would be needed: any of ``types`` would do.

    ``kinds`` are the names in types of ours, none for a stranger's. ``claims`` are those asked
    for, ``lacking`` those that ``nearest``, the certificate of the type that is kept, does not
    answer; ``wanted`` is what they want to hear of these, where they say it. ``names`` is what the
    type is called in three languages, None when none of it was ever kept here: names are not
    fetched for a type that only the asking party mentions.
    """

    query_id: str
    types: tuple[str, ...]
    lack: Lack
    claims: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    nearest: HeldCredential | None = None
    wanted: tuple[tuple[str, tuple[Comparable, ...]], ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of certificate, by name."""
        return tuple(dict.fromkeys(kind for vct in self.types if (kind := kind_of(vct))))

    @property
    def names(self) -> JsonObject | None:
        """What the type is called, in three languages."""
        return None if self.nearest is None else self.nearest.description.names()

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "query_id": self.query_id,
            "types": list[JsonValue](self.types),
            "kinds": list[JsonValue](self.kinds),
            "name": self.names,
            "lack": self.lack.value,
            "claims": list[JsonValue](self.claims),
            "lacking": list[JsonValue](self.lacking),
            "wanted": [{"claim": name, "values": [*values]} for name, values in self.wanted],
            "credential_id": None if self.nearest is None else self.nearest.id,
        }


def missing(possible: Possible, expired: Sequence[HeldCredential]) -> tuple[Missing, ...]:
    """Return what would have to be got first; nothing when there is an answer, lawful or not.

    Of several ways to answer the one is told that lacks least, of equals the party's preferred
    one. ``expired`` may not be presented any more.
    """
    query, unmatched = possible.query, frozenset(possible.beyond.unmatched())
    needed = dict.fromkeys(name for entry in query.sets() for name in _needed(entry, unmatched))
    named = [query.credential(name) for name in needed]
    return tuple(_missing(each, possible, expired) for each in named if each is not None)


def _needed(entry: CredentialSet, unmatched: frozenset[str]) -> tuple[str, ...]:
    if not entry.required:
        return ()
    lacks = [tuple(name for name in option if name in unmatched) for option in entry.options]
    return min(lacks, key=lambda names: len(set(names)))


def _missing(
    asked: CredentialQuery, possible: Possible, expired: Sequence[HeldCredential]
) -> Missing:
    claims = tuple(claim.path.dotted() for claim in asked.claims)
    found = _nearest(asked, possible)
    if found is not None:
        nearest = possible.pool.credential(found.credential_id)
        names = tuple(dict.fromkeys(path.dotted() for path in found.claims))
        wanted = tuple(_wanted(asked, names))
        # Made out for nobody is not made out for them either.
        is_made_out = MADE_OUT_FOR.issuperset(names) and 0 < len(wanted) == len(names)
        lack = Lack.MADE_FOR_ANOTHER if is_made_out else _lack(found.gap)
        return Missing(asked.id, asked.types, lack, claims, names, nearest, wanted)
    over = next((each for each in expired if each.vct in asked.types), None)
    is_foreign = asked.format not in FORMATS
    lack = Lack.EXPIRED if over else Lack.OTHER_FORMAT if is_foreign else Lack.NOT_HELD
    return Missing(asked.id, asked.types, lack, claims, nearest=over)


def _nearest(asked: CredentialQuery, possible: Possible) -> Lacking | None:
    candidates = possible.pool.candidates(possible.query)
    try:
        return lacking(asked, candidates, Effort())
    except DcqlError:
        # So much is kept that it cannot be looked through: then it is only told what is asked.
        return None


def _wanted(
    asked: CredentialQuery, lacking: tuple[str, ...]
) -> Iterator[tuple[str, tuple[Comparable, ...]]]:
    """Yield the claims that say something else, each with what they want to hear."""
    for claim in asked.claims:
        if claim.values and claim.path.dotted() in lacking:
            yield claim.path.dotted(), claim.values


def _lack(gap: Gap) -> Lack:
    match gap:
        case Gap.VALUE_DIFFERS:
            return Lack.VALUE_DIFFERS
        case Gap.CLAIM_MISSING:
            return Lack.LACKS_CLAIMS
        case Gap.OTHER_AUTHORITY:
            return Lack.OTHER_AUTHORITY
        case Gap.NOT_HOLDER_BOUND:
            # All that is kept here is bound; only a broken box could be otherwise.
            return Lack.NOT_HELD
        case _:
            assert_never(gap)
