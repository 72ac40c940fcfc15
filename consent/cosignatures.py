"""What witnesses have cosigned of this log, and where it is kept.

A log that grows has a new checkpoint several times a second; witnesses are asked once a second, so
not every checkpoint is cosigned. The ones they are asked about are *published*: written down with
their size, for all processes and all witnesses to meet on the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that witnesses are asked about: the log's own signed note, and since when."""

    size: int
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """The cosignatures of one witness on the tree of ``size``: note signature lines, verified.

    ``witness`` is its name in the policy, ``at`` when it last gave them.
    """

    witness: str
    size: int
    lines: str
    at: datetime


class Cosignatures(Protocol):
    """Where they are kept; `consent.store.cosignatures` is one."""

    async def published(self) -> Published | None:
        """Return the last checkpoint that was published, None before the first."""
        ...

    async def publish(self, published: Published) -> None:
        """Publish a checkpoint; of a size that is published already, nothing changes."""
        ...

    async def keep(self, given: Given) -> None:
        """Keep cosignatures, in the place of older ones by the same witness on the same size."""
        ...

    async def meet(self, size: int) -> None:
        """Note that the published checkpoint of ``size`` meets the policy."""
        ...

    async def of(self, size: int) -> list[Given]:
        """Return what was given on the tree of ``size``, by the witness' name."""
        ...

    async def last(self, witness: str) -> Given | None:
        """Return what a witness gave last, of the largest size; None when it never did."""
        ...

    async def cosigned(self) -> Published | None:
        """Return the largest checkpoint that meets the policy, None when there is none."""
        ...

    async def thin(self, before: datetime) -> None:
        """Of what was published before, keep one an hour, and whatever met the policy last."""
        ...
