"""Work that is due again and again while the service runs."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from app.errors import CommandError
from app.logging_fields import place_of
from app.logging_pipe import log
from consent.errors import ConsentError
from keys.errors import KeysError


class Periodic:
    """Runs one step every so many seconds; a turn that failed is told, and the next comes."""

    def __init__(self, name: str, seconds: float, step: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._seconds = seconds
        self._step = step
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; the first turn comes after the first interval."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, also in the middle of a turn: every step may be cut off."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self._step()
            except (SQLAlchemyError, CommandError, ConsentError, KeysError, OSError) as error:
                # The next turn may succeed; the reason is for the operator.
                log().error("work_failed", work=self._name, **place_of(error))


class Periodics:
    """Several kinds of such work, begun and ended together."""

    def __init__(self, *works: Periodic) -> None:
        self._works = works

    async def start(self) -> None:
        """Begin with each."""
        for work in self._works:
            await work.start()

    async def stop(self) -> None:
        """End each, also in the middle of a turn."""
        for work in self._works:
            await work.stop()
