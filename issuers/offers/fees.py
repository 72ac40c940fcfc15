"""What a paper of the resident register costs, by how it is applied for and whose it is.

주민등록법 시행규칙 제17조제4항: electronic papers are free; at the counter a view is 300 won, a
paper 400, one about somebody else (법 제29조제2항제2호·제6호) 500; a kiosk takes half. Other
authorities' papers are free here: their fees are not the registry's to set. The exemptions of
제18조 are an officer's to see and are not modelled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.clerks import KIOSK, ONLINE
from issuers.offers.offer import Entitlement
from issuers.statutes import REGISTER_RULE

ARTICLE: Final = REGISTER_RULE.at("제17조제4항")


class Channel(StrEnum):
    """How somebody applies."""

    ELECTRONIC = "electronic"
    COUNTER = "counter"
    KIOSK = "kiosk"


class Service(StrEnum):
    """What they want: to look at the register (열람), or a paper of it (교부)."""

    VIEW = "view"
    ISSUE = "issue"


class Whose(StrEnum):
    """Whose register it is: one's own and the household's, a proxy's errand too; or another's."""

    OWN = "own"
    ANOTHERS = "anothers"


# Won; what is not listed is not offered (법 제29조제3항: a kiosk gives papers of one's own alone).
FEES: Final[Mapping[tuple[Service, Channel, Whose], int]] = MappingProxyType(
    {
        (Service.VIEW, Channel.ELECTRONIC, Whose.OWN): 0,
        (Service.ISSUE, Channel.ELECTRONIC, Whose.OWN): 0,
        (Service.VIEW, Channel.COUNTER, Whose.OWN): 300,
        (Service.VIEW, Channel.COUNTER, Whose.ANOTHERS): 300,
        (Service.ISSUE, Channel.COUNTER, Whose.OWN): 400,
        (Service.ISSUE, Channel.COUNTER, Whose.ANOTHERS): 500,
        (Service.ISSUE, Channel.KIOSK, Whose.OWN): 200,
    }
)


@dataclass(frozen=True, slots=True)
class Fee:
    """What one application costs in won; ``article`` is empty where no rule of ours sets it."""

    won: int
    channel: Channel
    article: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What one officer issued, or showed, of a kind in a time: how often, and the fees for it."""

    kind: str
    officer: str
    count: int
    won: int
    service: Service = Service.ISSUE

    @property
    def channel(self) -> Channel:
        """How they were applied for."""
        return channel_of(self.officer)


def channel_of(officer: str) -> Channel:
    """Return how somebody applied, by the name of who took the application."""
    match officer:
        case ONLINE.name:
            return Channel.ELECTRONIC
        case KIOSK.name:
            return Channel.KIOSK
        case _:
            return Channel.COUNTER


def fee_of(entitlement: Entitlement, service: Service = Service.ISSUE) -> Fee:
    """Return what a paper, or a look at it, costs whoever applies for it."""
    channel = channel_of(entitlement.officer)
    if entitlement.authority != RESIDENT_REGISTRY.name:
        return Fee(0, channel, "")
    whose = Whose.OWN if entitlement.view is None else Whose.ANOTHERS
    return Fee(FEES[service, channel, whose], channel, ARTICLE)


def total(taken: Iterable[Taken]) -> int:
    """Return the fees of a day in won."""
    return sum(one.won for one in taken)
