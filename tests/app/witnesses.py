"""Witnesses as their operators run them: processes of their own, and a policy that names them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.app.conftest import free_port


@dataclass
class RunningWitness:
    """A witness process: where it answers, its keys, and its data directory."""

    name: str
    home: Path
    port: int
    process: "subprocess.Popen[bytes]"
    told: dict[str, Any]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def policy_lines(self) -> str:
        """One line a key, as an operator of a log would write them."""
        return "".join(
            f"witness {self.name}-{number} {key} {self.address}\n"
            for number, key in enumerate(self.told["keys"])
        )


def start_witness(
    home: Path, name: str, vkey: Path, *, port: int | None = None, more: tuple[str, ...] = ()
) -> RunningWitness:
    """Start one and wait for the one object that it prints when it answers."""
    port = port or free_port()
    command = [sys.executable, "-m", "app", "consent", "witness", "--home", str(home)]
    command += ["--name", name, "--log", str(vkey), "--port", str(port), "--json", *more]
    with home.with_suffix(".log").open("ab") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    line = process.stdout.readline()
    return RunningWitness(name, home, port, process, json.loads(line or b"{}"))


@contextmanager
def witnesses(folder: Path, vkey: Path, *names: str) -> Iterator[list[RunningWitness]]:
    """Several, each with a data directory of its own, ended at the end."""
    running: list[RunningWitness] = []
    try:
        running.extend(start_witness(folder / name, name, vkey) for name in names)
        yield running
    finally:
        for each in running:
            end(each)


def end(witness: RunningWitness) -> None:
    """End it as an operator does, if it still runs."""
    witness.process.terminate()
    witness.process.wait(15)
    assert witness.process.stdout is not None
    witness.process.stdout.close()
