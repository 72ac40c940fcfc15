"""Programs of another maker that do as they are told, one command a line, for many tests."""

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
    """What one command came to, and every exchange it took."""

    result: Any
    error: str | None
    body: Any
    exchanges: list[dict[str, Any]]


class Stranger:
    """One program of ``tests/interop/node``; its first lines say which commands it knows."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, command: str, **arguments: Any) -> Told:
        """Give one command, which may fail."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": command, **arguments}) + "\n")
        self._process.stdin.flush()
        told = self.hear()
        return Told(told.get("result"), told.get("error"), told.get("body"), told["exchanges"])

    def hear(self) -> dict[str, Any]:
        """The next line it says, within a time."""
        line = self._lines.get(timeout=ANSWERS_WITHIN)
        if not line:
            assert self._process.stderr is not None
            raise AssertionError(self._process.stderr.read())
        return cast("dict[str, Any]", json.loads(line))

    def _listen(self) -> None:
        """Read in a thread of its own, so that silence cannot hang a test."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


@contextmanager
def stranger(*program: str, authority: Path, port: int = 0) -> Iterator[Stranger]:
    """Start a program of another maker; it trusts one https authority besides the public ones."""
    process = subprocess.Popen(
        ["node", *program],
        cwd=NODE,
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(authority), "PORT": str(port)},
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
