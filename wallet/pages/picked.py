"""What the citizen's form says of a question: the way, the certificates picked, the ticks.

It comes back as an address, so that it works without a script and can be gone back to.
"""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlencode

from starlette.requests import Request

from wallet.pages.codes import ask_page
from wallet.pages.ways import Way
from wallet.presenting.choosing import Choice

# What the names of the seats' fields begin with; the id of their credential query follows.
PICK: Final = "pick-"


@dataclass(frozen=True, slots=True)
class Picked:
    """The fields of the form; ``named`` are those of the seats with what was picked for each.

    ``shown`` is what the page showed in full, None before any page.

    ``seats`` are the credential queries the page let the citizen pick for; ``is_again`` says that
    the page is shown once more because of what was picked.
    """

    way: str
    named: tuple[tuple[str, str], ...]
    ticks: tuple[str, ...]
    seats: frozenset[str]
    shown: str | None
    is_again: bool

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the address of a page; unknown keys pick nothing."""
        named = request.query_params
        return cls(
            named.get("way", ""),
            tuple(pair for pair in named.multi_items() if pair[0].startswith(PICK)),
            tuple(named.getlist("with")),
            frozenset(named.getlist("seat")),
            named.get("shown"),
            "again" in named,
        )

    @property
    def picks(self) -> tuple[str, ...]:
        """The keys of the answers that were picked."""
        return tuple(key for _, key in self.named)

    def is_of_another(self, way: Way) -> bool:
        """Tell whether the form was made for another answer than it picks."""
        return self.shown is not None and self.shown != way.shown

    def choice(self, way: Way) -> Choice | None:
        """Return exactly what was picked and ticked, None when that is no answer."""
        if any(not seat.is_answered for seat in way.seats if seat.query_id in self.seats):
            # Everything was unticked: what nobody picked is not sent.
            return None
        return way.choice_of(self.ticks)

    def page(self, request_uri: str) -> str:
        """Return the page that shows what was picked, with the ticks that still mean something."""
        fields = [("way", self.way), ("again", "1")]
        fields += self.named
        fields += [("with", each) for each in self.ticks]
        return f"{ask_page(request_uri)}&{urlencode(fields)}"
