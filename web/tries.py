"""How often a wrong password may be tried: five times, then not for a while.

Counted for the name (one person's password guessed) and for the network address it comes from
(one password guessed for many people); whichever is used up first. Only wrong tries count.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from web.errors import Party, Problem, WebError

WINDOW: Final = timedelta(minutes=5)
# A person who mistypes finds it within five; a list of usual passwords does not.
PER_NAME: Final = 5
# An office shares one address; its people mistype too.
PER_ADDRESS: Final = 20


@dataclass(frozen=True, slots=True)
class Counter:
    """What wrong tries are counted under; only a hash of the name or address is kept."""

    key: str
    limit: int


class TooManyTriesError(WebError):
    """No password is looked at before ``again_at``, the right one neither."""

    def __init__(self, again_at: datetime, *, now: datetime) -> None:
        problem = Problem("too_many_tries", Party.CALLER, "too many wrong passwords; try later")
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS, problem)
        self.again_at = again_at
        self.seconds = max(1, int((again_at - now).total_seconds()) + 1)


def counters_of(name: str, address: str) -> tuple[Counter, Counter]:
    """Return the two counters of a try."""
    return Counter(_key("name", name), PER_NAME), counter_of_address(address)


def counter_of_address(address: str) -> Counter:
    """Return the counter of a try that names nobody."""
    return Counter(_key("address", address), PER_ADDRESS)


def check_tries(counter: Counter, wrong: Sequence[datetime], *, now: datetime) -> None:
    """Raise ``TooManyTriesError`` when the wrong tries of the last window are used up."""
    recent = sorted(at for at in wrong if now - at < WINDOW)
    if len(recent) >= counter.limit:
        raise TooManyTriesError(recent[-counter.limit] + WINDOW, now=now)


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
