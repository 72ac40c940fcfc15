"""Who looked at whose data, and the rules that stop or mark somebody who looks at too many.

개인정보의 안전성 확보조치 기준 제8조: accesses are recorded (who, when, whose, what was done),
kept for two years where unique identifiers are handled, and looked over. The record names people,
so it is this authority's own and deletable; it is no entry of the public log.

Every rule is one comparison of two numbers, and is told with both: whoever is stopped can see why
and when it goes on, and whoever looks over the records can recompute it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from consent.forms.terms import LocalText
from issuers.errors import IssuerError, IssuerFailure

# 제8조: more than 50,000 people, or unique identifiers.
KEPT = timedelta(days=2 * 365)
WINDOW = timedelta(minutes=10)
# The days that say what is usual for a clerk: four weeks, of which those with any access count.
USUAL_DAYS = 28

# A counter serves one person every few minutes; a search by a frequent name shows twenty.
PEOPLE_PER_WINDOW = 100
# Ten hours at a minute a person.
PEOPLE_PER_DAY = 600
_JUMP = 3
# Below this a jump is chance.
_JUMP_FROM = 50
_NIGHT_PEOPLE = 5


class AccessAct(StrEnum):
    """What was done with somebody's data."""

    FOUND = "found"
    PREVIEWED = "previewed"
    OFFERED = "offered"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Access:
    """One access: ``citizen`` is the handle of the person whose data it was."""

    clerk: str
    authority: str | None
    at: datetime
    act: AccessAct
    citizen: str


@dataclass(frozen=True, slots=True)
class Activity:
    """How many different people a clerk looked at, this access included.

    ``usual`` is the mean of the days of the last four weeks that had any, 0 without such a day;
    ``tonight`` is 0 by day (06 to 22 o'clock in Korea).
    """

    window: int
    today: int
    tonight: int
    usual: float


class AccessStore(Protocol):
    """Who looked at whose data."""

    async def activity(self, clerk: str, citizens: Collection[str], now: datetime) -> Activity:
        """Return how many people ``clerk`` looked at, those about to be looked at included."""
        ...

    async def note(self, noted: Sequence[Access]) -> None:
        """Keep accesses, and forget those whose time is over."""
        ...

    async def latest(self, authority: str | None, limit: int) -> tuple[Access, ...]:
        """Return accesses, the latest first; ``authority`` None reads every authority's."""
        ...


class BulkRule(StrEnum):
    """The rules; the first two stop, the others mark."""

    MANY_AT_ONCE = "many_at_once"
    MANY_TODAY = "many_today"
    JUMP = "jump"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applies: ``counted`` is above ``limit``; ``stops`` until ``ends`` later."""

    rule: BulkRule
    counted: int
    limit: int
    ends: timedelta | None = None

    @property
    def stops(self) -> bool:
        """Whether nothing more is shown for now."""
        return self.ends is not None


FORMULAS = {
    BulkRule.MANY_AT_ONCE: LocalText(
        f"10분 동안 서로 다른 사람 {PEOPLE_PER_WINDOW}명을 넘게 보면 멈춥니다.",
        f"Stops after {PEOPLE_PER_WINDOW} different people within 10 minutes.",
        f"10分間に異なる人を{PEOPLE_PER_WINDOW}人を超えて見ると止まります。",
    ),
    BulkRule.MANY_TODAY: LocalText(
        f"하루에 서로 다른 사람 {PEOPLE_PER_DAY}명을 넘게 보면 멈춥니다.",
        f"Stops after {PEOPLE_PER_DAY} different people in a day.",
        f"1日に異なる人を{PEOPLE_PER_DAY}人を超えて見ると止まります。",
    ),
    BulkRule.JUMP: LocalText(
        f"오늘 본 사람이 {_JUMP_FROM}명을 넘고 4주 하루 평균의 {_JUMP}배를 넘으면 표시합니다.",
        f"Marked when today's people are over {_JUMP_FROM} and over {_JUMP} times the daily mean "
        "of four weeks.",
        f"今日見た人が{_JUMP_FROM}人を超え、4週間の1日平均の{_JUMP}倍を超えると表示します。",
    ),
    BulkRule.NIGHT: LocalText(
        f"밤 10시부터 아침 6시까지 {_NIGHT_PEOPLE}명을 넘게 보면 표시합니다.",
        f"Marked after {_NIGHT_PEOPLE} people between 22 and 6 o'clock.",
        f"22時から6時までに{_NIGHT_PEOPLE}人を超えて見ると表示します。",
    ),
}


def judge(activity: Activity) -> tuple[Finding, ...]:
    """Return every rule that applies, those that stop first."""
    found = []
    if activity.window > PEOPLE_PER_WINDOW:
        found.append(
            Finding(BulkRule.MANY_AT_ONCE, activity.window, PEOPLE_PER_WINDOW, ends=WINDOW)
        )
    if activity.today > PEOPLE_PER_DAY:
        a_day = timedelta(days=1)
        found.append(Finding(BulkRule.MANY_TODAY, activity.today, PEOPLE_PER_DAY, ends=a_day))
    jump = max(_JUMP_FROM, int(_JUMP * activity.usual))
    if activity.usual and activity.today > jump:
        found.append(Finding(BulkRule.JUMP, activity.today, jump))
    if activity.tonight > _NIGHT_PEOPLE:
        found.append(Finding(BulkRule.NIGHT, activity.tonight, _NIGHT_PEOPLE))
    return tuple(found)


def check_bulk(activity: Activity) -> None:
    """Return when this much may be looked at, or raise `IssuerError` (bulk_access)."""
    for finding in judge(activity):
        if finding.ends is not None:
            raise IssuerError(
                IssuerFailure.BULK_ACCESS,
                f"{finding.counted} different people: {FORMULAS[finding.rule].en}",
                retry_after=finding.ends,
            )
