"""Looking at the register at a desk (열람), without a paper of it: written down, paid for, told.

주민등록법 시행규칙 제13조제8항 has a book of its own for it (열람대장, 별지 제13호서식), and the
person is told of a view as of a paper (시행령 제47조제8항). Who may have the paper may look.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issuers.offers.fees import Taken
from issuers.offers.offer import Entitlement
from issuers.register.notices import Notice


@dataclass(frozen=True, slots=True)
class Viewing:
    """One view; ``fee`` in won, ``concerned`` are told of it. No claim is kept."""

    at: datetime
    entitlement: Entitlement
    fee: int
    concerned: tuple[str, ...]


class ViewingStore(Protocol):
    """The book of views."""

    async def keep(self, viewing: Viewing) -> None:
        """Write a view down, with whom is to be told of it."""
        ...

    async def notices_of(self, citizen: str) -> tuple[Notice, ...]:
        """Return the views a citizen is told of; left out as `issuers.ports.BookStore` does."""
        ...

    async def taken(
        self, authority: str | None, since: datetime, until: datetime
    ) -> tuple[Taken, ...]:
        """Return views and fees by kind and officer; ``until`` is excluded."""
        ...
