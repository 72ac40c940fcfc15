"""A service of our own for the length of a demonstration: free port, fresh data, real HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx2

from app.demo.witnesses import NAMES, OurWitness, prepare_witnesses, running
from app.errors import StartError
from app.log_key import FILE

# A busy machine takes half a minute; one that ended before is told at once.
START_SECONDS: Final = 120.0
STOP_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.05
_READY: Final = 200


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, its data directory, and the policy that names its witnesses."""

    base: str
    home: Path
    policy: Path | None = None


@contextmanager
def throwaway_service() -> Iterator[Service]:
    """Serve everything in demo mode in another process, with two witnesses, until it ends."""
    with TemporaryDirectory(prefix="mydata-demo-") as directory:
        home = Path(directory) / "var"
        port = _free_port()
        host = f"localhost:{port}"
        # Named under the log's host: an audit then says that its own operator runs them.
        ours = [
            OurWitness(f"{host}/{name}", Path(directory) / name, _free_port()) for name in NAMES
        ]
        policy = prepare_witnesses(home, host, ours)
        service = Service(f"http://localhost:{port}", home, policy)
        process = _start(service, port, Path(directory) / "log")
        try:
            _wait_until_ready(service, process, Path(directory) / "log")
            # Asked again until they answer: the service does not wait for them.
            with running(ours, home / FILE, _environment(service)):
                yield service
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(service: Service, port: int, log: Path) -> subprocess.Popen[bytes]:
    environment = _environment(service)
    command = [sys.executable, "-m", "app", "serve", "--demo", "--port", str(port)]
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603  # our own program, on no word of others
            command, env=environment, stdout=output, stderr=output
        )


def _environment(service: Service) -> dict[str, str]:
    """Return the caller's environment without the settings of its own service."""
    environment = {name: text for name, text in os.environ.items() if "MYDATA_" not in name}
    environment["MYDATA_HOME"] = str(service.home)
    if service.policy is not None:
        environment["MYDATA_WITNESSES"] = str(service.policy)
    return environment


def _wait_until_ready(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(f"{service.base}/readyz").status_code == _READY:
                return
        except httpx2.TransportError:
            pass
        time.sleep(_LOOK_SECONDS)
    told = log.read_text("utf-8", "replace").strip() or "it said nothing"
    raise StartError("start_failed", f"the demonstration's service did not start: {told}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
