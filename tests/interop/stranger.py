"""A wallet of another maker that takes one step at a time, in one Node process for many tests."""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

NODE = Path(__file__).parent / "node"
ANSWERS_WITHIN = 60.0


@dataclass(frozen=True)
class Told:
    """What one step came to, and every exchange it took."""

    result: Any
    error: str | None
    body: Any
    exchanges: list[dict[str, Any]]


class Stranger:
    """The other maker's wallet; `stranger.mjs` says which steps it knows."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, step: str, **arguments: Any) -> Told:
        """Take one step, which may fail."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": step, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._lines.get(timeout=ANSWERS_WITHIN)
        if not line:
            assert self._process.stderr is not None
            raise AssertionError(self._process.stderr.read())
        told = cast("dict[str, Any]", json.loads(line))
        return Told(told.get("result"), told.get("error"), told.get("body"), told["exchanges"])

    def _listen(self) -> None:
        """Read in a thread of its own, so that silence cannot hang a test."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


@contextmanager
def stranger(authority: Path) -> Iterator[Stranger]:
    """Start the other maker's wallet; it trusts one https authority."""
    process = subprocess.Popen(
        ["node", "stranger.mjs"],
        cwd=NODE,
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(authority)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Stranger(process)
    finally:
        process.terminate()
        process.communicate(timeout=20)
