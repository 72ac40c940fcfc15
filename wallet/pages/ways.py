"""The ways to answer a question: which certificates, which of several like ones, what is free.

The page shows one way in full and lists the others. It is one form without a script: whoever picks
another certificate is shown that one before anything can be sent (`Way.shown`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from wallet.pages.question import AskedCertificate, asked_certificates, claim_keys
from wallet.pages.seats import Seat, seats_of
from wallet.presenting.choosing import Choice
from wallet.presenting.possible import Possible
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class Way:
    """One set of certificates that answers, and the choices it leaves.

    ``key`` are the ids of the certificates it has until others are picked; ``seats`` are the
    places in it that more than one certificate could take.
    """

    key: str
    choices: tuple[Choice, ...]
    seats: tuple[Seat, ...] = ()

    @property
    def needed(self) -> frozenset[str]:
        """The keys of what every choice discloses."""
        return frozenset.intersection(*map(claim_keys, self.choices))

    @property
    def shown(self) -> str:
        """What a form says that was made for exactly this way with these picks."""
        return " ".join(each.key for each in self.choices[0])

    def choice_of(self, ticked: Iterable[str]) -> Choice | None:
        """Return the choice that discloses what is needed and ticked, and nothing else."""
        wanted = self.needed | frozenset(ticked)
        return next((choice for choice in self.choices if claim_keys(choice) == wanted), None)

    def name(self, language: Language) -> str:
        """Return the names of its certificates."""
        names = [pick(each.credential.description.names(), language) for each in self.choices[0]]
        return " + ".join(dict.fromkeys(names))

    def certificates(self, language: Language) -> tuple[AskedCertificate, ...]:
        """Return what is asked of each certificate, needed and free."""
        return asked_certificates(self.choices, self.needed, language)


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way to answer, the asking party's preferred first; none when nothing held fits."""

    possible: Possible
    all: tuple[Way, ...]

    @classmethod
    def of(cls, possible: Possible) -> Self:
        """Group choices by the certificates they use."""
        by_key: dict[str, list[Choice]] = {}
        for choice in possible.choices():
            by_key.setdefault(" ".join(_ids(choice)), []).append(choice)
        return cls(possible, tuple(Way(key, tuple(found)) for key, found in by_key.items()))

    def named(self, key: str, picked: Sequence[str] = ()) -> Way | None:
        """Return the way of that key, the first for none or one that is gone.

        ``picked`` are the keys of the answers picked for its seats.
        """
        way = next((way for way in self.all if way.key == key), next(iter(self.all), None))
        if way is None:
            return None
        seats = seats_of(self.possible, way.choices[0], picked)
        return Way(way.key, self._with_picks(way, seats), seats)

    def _with_picks(self, way: Way, seats: Sequence[Seat]) -> tuple[Choice, ...]:
        """Return the choices of a way that are left with the certificates picked."""
        options = {_query_ids(choice) for choice in way.choices}
        picks: Mapping[str, Choice] = {seat.query_id: seat.picked for seat in seats}
        found = [c for c in self.possible.choices(picks) if _query_ids(c) in options]
        return tuple(choice for choice in found if _ids(choice) == _ids(found[0]))


def _ids(choice: Choice) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.credential.id for each in choice))


def _query_ids(choice: Choice) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.query_id for each in choice))
