"""A bar on a terminal while something long is done; silent where nobody watches."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
    TimeRemainingColumn(),
)


class Bar:
    """How far something is, on standard error; ``hidden`` or without a terminal nothing is drawn.

    It begins to draw when it is first told, not before: drawing takes a thread, and a process is
    not divided in two once it has one.
    """

    def __init__(self, what: str, *, hidden: bool) -> None:
        console = Console(stderr=True)
        self._drawn = not hidden and console.is_terminal
        self._progress = Progress(*_COLUMNS, console=console, transient=True)
        self._what = what

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._progress.task_ids:
            self._progress.stop()

    def tell(self, done: int, size: int) -> None:
        """Show that ``done`` of ``size`` are done."""
        if not self._drawn:
            return
        if not self._progress.task_ids:
            self._progress.start()
            self._progress.add_task(self._what, total=size)
        self._progress.update(self._progress.task_ids[0], completed=done)
