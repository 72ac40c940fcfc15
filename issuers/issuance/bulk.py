"""A year's certificates made ready for many people at once: the job, and what becomes of each.

What can be decided without the holder is decided here: who is entitled, on the authority's records
as they are. What binds a certificate cannot be. The holder's key is not known before the wallet
proves it, and a certificate of tax payment says what holds on its day of issue (국세징수법 §107).
So a job makes ready, and the certificate is signed when its holder takes it
(docs/decisions/0024-bulk.md).

The people of a job are divided into chunks. A chunk is worked in one transaction, so whoever is
killed leaves it undone as a whole, and the next worker takes it; nobody is left out or told twice.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from issuers.catalogue import AnyKind
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.issuing import application_for
from issuers.numbers.numbering import NOT_YET
from issuers.offers.offer import Entitlement
from issuers.source.port import SourceOfRecord

# A chunk holds the writer of a small database for a few hundredths of a second, so that whoever
# issues meanwhile is not held up; a larger one would save little more than its commit.
CHUNK: Final = 500
# Years that a form prints and a calendar has.
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100

# Why somebody gets nothing ready: it is told when they apply, not in a list of debtors.
_REFUSALS: Final = frozenset({IssuerFailure.NOT_ENTITLED, IssuerFailure.UNKNOWN_CITIZEN})


class JobState(StrEnum):
    """A job runs until every chunk is done, or somebody cancels it; a cancelled one may resume."""

    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"


class ChunkState(StrEnum):
    """A chunk is done as a whole or not at all."""

    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is to be made ready: certificates of one kind for one year."""

    kind: str
    year: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            detail = f"a year from {FIRST_YEAR} to {LAST_YEAR} was expected"
            raise IssuerError(IssuerFailure.MALFORMED, detail)

    @property
    def name(self) -> str:
        """What the job is called; the same certificates of a year are one job."""
        return f"{self.kind}-{self.year}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: of ``people`` so many are ready, so many were refused."""

    name: str
    kind: str
    year: int
    state: JobState
    people: int
    ready: int
    refused: int
    started_at: datetime
    ended_at: datetime | None

    @property
    def done(self) -> int:
        """How many people have been decided about."""
        return self.ready + self.refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a chunk came to: for whom a certificate is ready, and how many get none."""

    ready: tuple[str, ...]
    refused: int


@dataclass(frozen=True, slots=True)
class ReadyPaper:
    """A certificate that waits for a citizen to take it."""

    kind: str
    year: int
    at: datetime


# Decides about the people of one chunk of a kind, on records that were read for all at once.
Decide = Callable[[str, Sequence[str], SourceOfRecord], Awaitable[Outcome]]


class BulkStore(Protocol):
    """Jobs, their chunks, and what is ready."""

    async def start(
        self, job: NewJob, citizens: AsyncIterator[Sequence[str]], *, now: datetime
    ) -> Progress:
        """Write down a job with its people in chunks, all or nothing.

        Raises `IssuerError` (job_exists) when there is one for this kind and year.
        """
        ...

    async def work(self, name: str, decide: Decide, *, now: datetime) -> bool:
        """Work one chunk that nobody else works; False when none is left to take."""
        ...

    async def progress(self, name: str) -> Progress:
        """Return how far a job is, or raise `IssuerError` (unknown_job)."""
        ...

    async def cancel(self, name: str, *, now: datetime) -> Progress:
        """Let no further chunk be taken; what is ready stays so."""
        ...

    async def resume(self, name: str) -> Progress:
        """Let a cancelled job go on; one that runs or is done stays as it is."""
        ...

    async def ready_for(self, citizen: str) -> tuple[ReadyPaper, ...]:
        """Return what waits for a citizen and was not taken since, the latest first."""
        ...


async def decide(
    kind: AnyKind, citizens: Sequence[str], source: SourceOfRecord, *, now: datetime
) -> Outcome:
    """Return for whom of ``citizens`` a certificate can be made, by the kind's own rules.

    The record is read and not kept: the certificate says what holds on the day it is taken.
    """
    ready = []
    nobody = Entitlement(kind.authority.name, kind.name, "", kind.purpose)
    blank = application_for(nobody, NOT_YET, now=now)
    for citizen in citizens:
        try:
            await kind.read(source, replace(blank, citizen=citizen))
        except IssuerError as error:
            if error.failure not in _REFUSALS:
                raise
        else:
            ready.append(citizen)
    return Outcome(tuple(ready), len(citizens) - len(ready))


def unknown_job() -> IssuerError:
    """Return the error of a job nobody has started."""
    return IssuerError(IssuerFailure.UNKNOWN_JOB, "no such job: mydata issuers bulk start")


def job_exists(name: str) -> IssuerError:
    """Return the error of a job that is there already."""
    detail = f"{name} is there already: mydata issuers bulk resume {name}"
    return IssuerError(IssuerFailure.JOB_EXISTS, detail)
