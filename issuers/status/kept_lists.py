"""Status lists that are kept, so that "was it valid on that day" has an answer years later.

A list says what holds *now*, and is signed anew every few minutes; what it said then is gone
unless somebody kept it. Kept are the tokens as they were served, word for word: nobody can write
one later without the key of then. Whoever asks gets one only if it covers the time asked for
(Token Status List section 8.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

# Half a token's life, so that what is kept leaves no moment uncovered between two of them.
KEPT_EVERY: Final = timedelta(minutes=30)
# Every moment of the last weeks can be asked for; a dispute begins with days, not with years.
KEPT_FINELY: Final = timedelta(days=35)
# As long as the records of what was sent with it (개인정보 보호법 시행령 §42의6⑪: three years).
KEPT_FOR: Final = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class KeptList:
    """One served token: ``version`` is that of the list when it was signed."""

    authority: str
    number: int
    version: int
    issued_at: datetime
    expires_at: datetime
    token: str

    @property
    def slot(self) -> int:
        """The half hour it stands for, counted from 1970; of one version one is kept in each."""
        return int(self.issued_at.timestamp() // KEPT_EVERY.total_seconds())


@dataclass(frozen=True, slots=True)
class KeptRange:
    """When the first and the last kept token of a list were signed."""

    first: datetime
    last: datetime


class KeptListStore(Protocol):
    """Tokens that were served."""

    async def lists(self) -> Sequence[tuple[str, int]]:
        """Return every status list: authority and number."""
        ...

    async def keep(self, kept: KeptList) -> None:
        """Keep a token, unless one of its version and half hour is kept already."""
        ...

    async def covering(self, authority: str, number: int, at: datetime) -> str | None:
        """Return the token kept last before ``at`` if it still held then, else None."""
        ...

    async def range(self, authority: str, number: int) -> KeptRange | None:
        """Return from when to when tokens of a list are kept, None when there is none."""
        ...

    async def thin(self, *, now: datetime) -> None:
        """Forget what is past `KEPT_FOR`, and past `KEPT_FINELY` all but the first of each day.

        The first token of each version stays as well: it says when something changed.
        """
        ...
