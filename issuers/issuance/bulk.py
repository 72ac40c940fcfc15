"""A year's certificates for many people at once: the job, and what becomes of each person.

Two halves (docs/decisions/0024-bulk.md). Whoever has ordered one for the year, and had a wallet
prove its keys, is *issued* it here: decided, entered in the book, signed. For everybody else who
is entitled a certificate is made *ready*: their key is not known, so theirs is signed when they
take it. Who is not entitled is *refused*.

The people of a job are divided into chunks. A chunk is worked in one transaction, so whoever is
killed leaves it undone as a whole, and the next worker takes it; nobody is left out, told or
issued twice.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from issuers.authorization.grants import Grant
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.issuance.issuing import Issuance, Statement
from issuers.issuance.years import SealedCopies
from issuers.source.port import SourceOfRecord
from issuers.status.standing import Place
from keys.jwk import PublicJwk

# A chunk holds the writer of a small database for a few hundredths of a second, and where it
# issues to all its people for a third of one: whoever issues meanwhile waits that long. A larger
# one would save little more than its commit.
CHUNK: Final = 500
# Years that a form prints and a calendar has.
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100


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
    """How far a job is: of ``people`` so many were issued, are ready, were refused."""

    name: str
    kind: str
    year: int
    state: JobState
    people: int
    issued: int
    ready: int
    refused: int
    started_at: datetime
    ended_at: datetime | None

    @property
    def done(self) -> int:
        """How many people have been decided about."""
        return self.issued + self.ready + self.refused


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transaction under an order: its hash, and the keys that were proven when it began."""

    transaction_hash: bytes
    holders: tuple[PublicJwk, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order for the year whose wallets wait; ``grant`` is that of the first of them."""

    grant: Grant
    waiting: tuple[Waiting, ...]

    @property
    def copies(self) -> int:
        """How many copies are to be signed."""
        return sum(len(one.holders) for one in self.waiting)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of a job's people, and what they have ordered."""

    kind: str
    year: int
    citizens: tuple[str, ...]
    orders: tuple[Ordered, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """What is to be issued for an order: its entry in the book, and what its copies state."""

    order: Ordered
    issuance: Issuance
    statement: Statement


@dataclass(frozen=True, slots=True)
class Denied:
    """An order that leads to nothing; without a ground its wallet alone is told."""

    order: Ordered
    ground: Ground | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a chunk comes to: for whom a certificate is ready, whose order is approved or denied.

    ``refused`` is how many people get nothing.
    """

    ready: tuple[str, ...]
    refused: int
    approved: tuple[Approved, ...] = ()
    denied: tuple[Denied, ...] = ()

    @property
    def copies(self) -> int:
        """How many copies are to be signed."""
        return sum(one.order.copies for one in self.approved)

    @property
    def issued(self) -> int:
        """To how many people something is issued."""
        return len({one.issuance.certificate.entitlement.citizen for one in self.approved})


@dataclass(frozen=True, slots=True)
class ReadyPaper:
    """A certificate that waits for a citizen to take it."""

    kind: str
    year: int
    at: datetime


class BulkWorker(Protocol):
    """Who decides and signs, while the store holds the chunk."""

    async def decide(self, chunk: Chunk, source: SourceOfRecord) -> Outcome:
        """Decide about the people of a chunk, on records that are read for all at once.

        Raises `IssuerError`, and nothing of the chunk is done, when the signer guard objects.
        """
        ...

    def draw(self, count: int) -> Sequence[int]:
        """Draw so many places at random; some may be taken."""
        ...

    def sign(self, outcome: Outcome, places: Sequence[Place]) -> Sequence[SealedCopies]:
        """Sign what was approved, each copy with the next of the places, and seal it.

        Raises `IssuerError` (mis_issue), and nothing of the chunk is done.
        """
        ...


class BulkStore(Protocol):
    """Jobs, their chunks, and what is ready."""

    async def start(
        self, job: NewJob, citizens: AsyncIterator[Sequence[str]], *, now: datetime
    ) -> Progress:
        """Write down a job with its people in chunks, all or nothing.

        Raises `IssuerError` (job_exists) when there is one for this kind and year.
        """
        ...

    async def work(self, name: str, worker: BulkWorker, *, now: datetime) -> bool:
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


def unknown_job() -> IssuerError:
    """Return the error of a job nobody has started."""
    return IssuerError(IssuerFailure.UNKNOWN_JOB, "no such job: mydata issuers bulk start")


def job_exists(name: str) -> IssuerError:
    """Return the error of a job that is there already."""
    detail = f"{name} is there already: mydata issuers bulk resume {name}"
    return IssuerError(IssuerFailure.JOB_EXISTS, detail)
