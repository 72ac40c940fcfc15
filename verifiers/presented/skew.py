"""The budget for clocks that differ: one constant for each check, and each use of it is told.

An acceptance that needed the budget is right, and a sign: needed often, and mostly in one
direction, it is our own clock that is off.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from keys import jwt_time
from verifiers.presented.checked import CheckedPresentation
from verifiers.presented.presentation import KEY_BINDING_AGE
from verifiers.presented.status import CheckedStatus


class TimeCheck(StrEnum):
    """Which times were compared with our clock."""

    CREDENTIAL = "credential"
    KEY_BINDING = "key_binding"
    STATUS_LIST = "status_list"
    SHOWN_CODE = "shown_code"


# A shown code's is far less than elsewhere: every second more is one for a photograph of it.
SHOWN_CODE_SKEW: Final = timedelta(seconds=5)
# How far two clocks may differ, for each check.
ALLOWED: Final[Mapping[TimeCheck, timedelta]] = MappingProxyType(
    {
        TimeCheck.CREDENTIAL: jwt_time.CLOCK_SKEW,
        TimeCheck.KEY_BINDING: jwt_time.CLOCK_SKEW,
        TimeCheck.STATUS_LIST: jwt_time.CLOCK_SKEW,
        TimeCheck.SHOWN_CODE: SHOWN_CODE_SKEW,
    }
)


class Direction(StrEnum):
    """Which way our clock seems to be off."""

    BEHIND = "behind"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class SkewUsed:
    """One acceptance that needed the budget: by how much, and which way."""

    check: TimeCheck
    direction: Direction
    seconds: int


SkewSeen = Callable[[SkewUsed], None]
"""Is told of every acceptance that needed the budget."""


def skew_of(
    check: TimeCheck,
    now: datetime,
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
) -> SkewUsed | None:
    """Return what of the budget was needed, None when both clocks agree."""
    needed = jwt_time.skew_used(now, begins=begins, ends=ends)
    if not needed:
        return None
    direction = Direction.BEHIND if needed > timedelta(0) else Direction.AHEAD
    return SkewUsed(check, direction, max(1, round(abs(needed).total_seconds())))


def skew_of_credential(presentation: CheckedPresentation, now: datetime) -> SkewUsed | None:
    """Return what its validity needed."""
    proven = presentation.credential
    begins, ends = proven.valid_from, proven.expires_at
    return skew_of(TimeCheck.CREDENTIAL, now, begins=begins, ends=ends)


def skew_of_binding(presentation: CheckedPresentation, now: datetime) -> SkewUsed | None:
    """Return what its key binding needed, None where it has no time of its own."""
    begins = None if presentation.binding is None else presentation.binding.signed_at
    if begins is None:
        return None
    return skew_of(TimeCheck.KEY_BINDING, now, begins=begins, ends=begins + KEY_BINDING_AGE)


def skew_of_status(checked: CheckedStatus, now: datetime) -> SkewUsed | None:
    """Return what its status list needed."""
    if checked.listed is None:
        return None
    begins, ends = checked.listed.issued_at, checked.listed.expires_at
    return skew_of(TimeCheck.STATUS_LIST, now, begins=begins, ends=ends)
