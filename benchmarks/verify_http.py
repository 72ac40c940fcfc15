"""VERIFY behind a port: one worker as the service runs it, sixteen keep-alive connections.

The endpoint reads its body by hand and answers with orjson; there is no database behind it, so the
ratio to the same verification in this process is the price of HTTP alone. Client and server share
the machine: the figure is a floor.
"""

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

from benchmarks.measure import Clock, Item, Race
from benchmarks.world import BATCH, World
from keys.signer import SoftwareSigner

CONNECTIONS = 16
READY_WITHIN = 20.0
_PATH = "/verify"


def items() -> list[Item]:
    """Return the one item of this module."""
    return [Item("verify_http", Clock.WALL, _prepare, "the same verify in process")]


def service(world: World) -> FastAPI:
    """Return an application with one endpoint, of the kind the verifiers have."""
    app = FastAPI(openapi_url=None)

    @app.post(_PATH)
    async def verify(request: Request) -> Response:
        claims = world.verify((await request.body()).decode("ascii")).claims
        return Response(orjson.dumps(claims), media_type="application/json")

    return app


def serve(issuer: bytes, holder: bytes, port: int) -> None:
    """Run the service in a process of its own, with the same keys."""
    world = World(SoftwareSigner.from_pem(issuer), SoftwareSigner.from_pem(holder))
    uvicorn.run(service(world), port=port, log_level="warning", loop="uvloop", http="httptools")


@contextmanager
def _prepare() -> Iterator[Race]:
    world = World()
    port = free_port()
    arguments = (world.issuer.private_pem(), world.holder.private_pem(), port)
    process = multiprocessing.get_context("spawn").Process(target=serve, args=arguments)
    process.start()
    try:
        connections = [connect(port) for _ in range(CONNECTIONS)]
        body = world.presentation.encode("ascii")
        head = f"POST {_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        request = head.encode("ascii") + body

        def over_http() -> int:
            for connection in connections:
                connection.sendall(request)
            for connection in connections:
                read_answer(connection)
            return CONNECTIONS

        def in_process() -> int:
            for _ in range(BATCH):
                orjson.dumps(world.verify(world.presentation).claims)
            return BATCH

        yield Race(work=over_http, limit=in_process)
        for connection in connections:
            connection.close()
    finally:
        process.terminate()
        process.join()


def read_answer(connection: socket.socket) -> None:
    """Read one whole answer; anything but 200 is a mistake of the benchmark."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)


def connect(port: int) -> socket.socket:
    """Return a connection as soon as the service listens."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=READY_WITHIN)
        time.sleep(0.05)
    raise TimeoutError("the service did not start")


def free_port() -> int:
    """Return a port nobody listens at."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
