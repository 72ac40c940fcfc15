"""Counterparts for the interop tests: our service over TLS, and a world that is not ours.

The wallet, the issuer and the verifier of another maker run in Node on public packages
(``tests/interop/node``). Both sides meet over TLS and trust each other's roots by file alone.
"""

import json
import os
import queue
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from typer.testing import CliRunner

from app.cli.application import application
from tests.conftest import absent
from tests.interop.foreign_authority import ForeignAuthority

NODE = Path(__file__).parent / "node"
READY_WITHIN = 60.0
SAYS_WITHIN = 30.0


def free_ports(count: int) -> list[int]:
    """Ports nobody listens at just now."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


# The service must be told beforehand which private origins it may contact.
COUNTERPART_PORTS = free_ports(8)


@dataclass(frozen=True)
class OurService:
    """A running `mydata serve --tls` with a data directory of its own."""

    home: Path
    base: str
    trust: Path

    def mydata(self, *words: str, stdin: str | None = None) -> dict[str, Any]:
        """Run one verb with ``--json``; the object it printed, with its exit status as `exit`."""
        # `trust` works on the data directory, the other verbs on the running service.
        server = () if words[0] == "trust" else ("--server", self.base)
        done = CliRunner().invoke(
            application,
            [*words, *server, "--json"],
            input=stdin,
            env={"MYDATA_HOME": str(self.home)},
        )
        assert done.stdout, done.stderr
        return {**cast("dict[str, Any]", json.loads(done.stdout)), "exit": done.exit_code}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OurService]:
    """Our service over TLS; it may contact the counterparts on loopback."""
    home = tmp_path_factory.mktemp("home")
    foreign = home / "foreign-tls.pem"
    ForeignAuthority.cached().root_pem(foreign)
    [port] = free_ports(1)
    base = f"https://localhost:{port}"
    log = home / "service.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--demo", "--tls", "--port", str(port)],
            env=os.environ
            | {
                "MYDATA_HOME": str(home),
                "MYDATA_ALLOW_ORIGINS": ",".join(f"localhost:{p}" for p in COUNTERPART_PORTS),
                "MYDATA_AUTHORITY_FILE": str(foreign),
            },
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    try:
        wait_until_ready(process, base, home / "tls" / "authority.pem", log)
        ours = OurService(home, base, home / "trusted")
        ours.mydata("trust", "export", str(ours.trust))
        yield ours
    finally:
        process.terminate()
        process.communicate(timeout=20)


def wait_until_ready(
    process: "subprocess.Popen[bytes]", base: str, authority: Path, log: Path
) -> None:
    """Return when `/readyz` answers; a process that ended says why."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(log.read_text(encoding="utf-8"))
        if authority.exists():
            context = ssl.create_default_context(cafile=str(authority))
            try:
                with httpx2.Client(verify=context) as client:
                    if client.get(f"{base}/readyz").status_code == httpx2.codes.OK:
                        return
            except httpx2.TransportError:
                pass
        time.sleep(0.1)
    raise AssertionError("our service was not ready in time")


@dataclass(frozen=True)
class Node:
    """Runs the programs of ``tests/interop/node``; they trust our https root and nothing else."""

    authority: Path

    def run(self, *words: str) -> dict[str, Any]:
        """Run one program to its end; the JSON object on its last line."""
        done = subprocess.run(
            ["node", *words],
            cwd=NODE,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout, done.stderr
        return cast("dict[str, Any]", json.loads(done.stdout.splitlines()[-1]))

    def environment(self) -> dict[str, str]:
        return os.environ | {"NODE_EXTRA_CA_CERTS": str(self.authority)}

    def serve(self, *words: str) -> "Counterpart":
        """Start a server; it says its first fact when it listens."""
        process = subprocess.Popen(
            ["node", *words],
            cwd=NODE,
            env=self.environment() | {"PORT": str(COUNTERPART_PORTS.pop())},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return Counterpart(process)


class Counterpart:
    """A server of another maker that tells what happened, one JSON object a line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.first = self.next()

    def next(self) -> dict[str, Any]:
        """The next fact it tells, within a time."""
        line = self._lines.get(timeout=SAYS_WITHIN)
        if not line:
            assert self.process.stderr is not None
            raise AssertionError(self.process.stderr.read())
        return cast("dict[str, Any]", json.loads(line))

    def _listen(self) -> None:
        """Read in a thread of its own, so that silence cannot hang a test."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")


@pytest.fixture(scope="session")
def node(service: OurService) -> Node:
    """Node with the packages installed, or a sentence why not."""
    if shutil.which("node") is None or not (NODE / "node_modules").is_dir():
        absent("no Node with the packages of tests/interop/node: run `npm ci` there")
    return Node(service.home / "tls" / "authority.pem")


@pytest.fixture
def serve(node: Node) -> Iterator[Callable[..., Counterpart]]:
    """Start servers of another maker; all are stopped at the end of the test."""
    started: list[Counterpart] = []

    def start(*words: str) -> Counterpart:
        started.append(node.serve(*words))
        return started[-1]

    yield start
    for counterpart in started:
        counterpart.process.terminate()
        counterpart.process.communicate(timeout=20)


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> ForeignAuthority:
    """The certificate authority of the other makers, its files in a folder of their own."""
    authority = ForeignAuthority.cached()
    authority.write(tmp_path_factory.mktemp("foreign"))
    return authority
