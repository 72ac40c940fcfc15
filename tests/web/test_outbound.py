"""What is fetched from others: only from public addresses, bounded in size and time."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path

import httpcore2
import pytest
from typing_extensions import override

from web.checked_network import resolve_by_system
from web.outbound import Outbound, OutboundError, OutboundFailure

Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Recorder(httpcore2.AsyncNetworkBackend):
    """A network that notes where a connection would go, and answers with a fixed reply."""

    def __init__(self, reply: bytes = b"", dead: frozenset[str] = frozenset()) -> None:
        self.connected: list[str] = []
        self._reply = reply
        self._dead = dead

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.connected.append(host)
        if host in self._dead:
            raise httpcore2.ConnectError
        return httpcore2.AsyncMockStream([self._reply])


def resolver(*answers: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that gives each answer once, in order, then the last again: a rebinding name."""
    remaining = list(answers)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return remaining.pop(0) if len(remaining) > 1 else remaining[0]

    return resolve


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.8"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:192.168.0.1"],
        ["64:ff9b::a00:1"],
        ["8.8.8.8", "127.0.0.1"],
    ],
    ids=str,
)
async def test_no_connection_is_made_to_a_private_address(addresses: list[str]) -> None:
    """
    T18: a name that resolves to any private address, even beside a public one, is not contacted.
    """
    network = Recorder()
    outbound = Outbound(resolve=resolver(addresses), network=network)

    with pytest.raises(OutboundError) as caught:
        await outbound.get("https://attacker.example/x", accept="application/json")

    assert OutboundFailure.ADDRESS_REFUSED == caught.value.failure
    assert [] == network.connected


async def test_the_checked_address_is_the_one_connected_to() -> None:
    """
    T18: a name that answers publicly first and privately after is connected to at the first
    answer; it is never resolved a second time for the same connection.
    """
    network = Recorder(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    outbound = Outbound(resolve=resolver(["8.8.8.8"], ["127.0.0.1"]), network=network)

    reply = await outbound.get("https://rebinding.example/", accept="*/*")

    assert b"ok" == reply.body
    assert ["8.8.8.8"] == network.connected


async def test_the_next_address_is_tried_when_one_is_dead() -> None:
    """
    A host with several public addresses is reached at the first that answers.
    """
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    network = Recorder(reply, dead=frozenset({"8.8.8.8"}))
    outbound = Outbound(resolve=resolver(["8.8.8.8", "1.1.1.1"]), network=network)

    await outbound.get("https://issuer.example/", accept="*/*")

    assert ["8.8.8.8", "1.1.1.1"] == network.connected


async def test_a_name_without_an_address_is_told_apart() -> None:
    """
    H55: an unknown host is "unresolved", a dead one "unreachable".
    """

    async def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    nothing = Outbound(resolve=resolver([]), network=Recorder())
    failing = Outbound(resolve=unknown, network=Recorder())
    dead = Outbound(resolve=resolver(["8.8.8.8"]), network=Recorder(dead=frozenset({"8.8.8.8"})))

    for outbound, failure in (
        (nothing, OutboundFailure.UNRESOLVED),
        (failing, OutboundFailure.UNRESOLVED),
        (dead, OutboundFailure.UNREACHABLE),
    ):
        with pytest.raises(OutboundError) as caught:
            await outbound.get("https://issuer.example/", accept="*/*")
        assert failure == caught.value.failure
        assert f"issuer.example:443: {failure.value}" == str(caught.value)


async def test_plain_http_is_refused_unless_named() -> None:
    """
    H80: http is refused before anything is resolved.
    """
    network = Recorder()

    with pytest.raises(OutboundError):
        await Outbound(resolve=resolver(["8.8.8.8"]), network=network).get(
            "http://issuer.example/", accept="*/*"
        )

    assert [] == network.connected


@contextlib.asynccontextmanager
async def serving(respond: Respond, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A loopback server with a handler of its own; yields its ``host:port``."""
    handlers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            await respond(reader, writer)
            await writer.drain()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(handle(reader, writer))
        handlers.add(task)
        task.add_done_callback(lambda _: writer.close())

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in handlers:
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await asyncio.sleep(0)


def fixed(reply: bytes) -> Respond:
    async def respond(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)

    return respond


async def fetch(reply: bytes | Respond, *, limit: int = 100, seconds: float = 5.0) -> bytes:
    """Serve one reply on loopback and fetch it through an exception to the address rule."""
    respond = fixed(reply) if isinstance(reply, bytes) else reply
    async with serving(respond) as origin:
        outbound = Outbound(allow_origins=frozenset({origin}), seconds=seconds)
        try:
            return (await outbound.get(f"http://{origin}/", accept="*/*", limit=limit)).body
        finally:
            await outbound.aclose()


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()


async def test_an_answer_at_the_limit_is_taken_whole() -> None:
    """
    H48: exactly the limit is accepted, with and without a declared length.
    """
    body = b"x" * 100

    assert body == await fetch(head("Content-Length: 100") + body)
    assert body == await fetch(head("Connection: close") + body)


async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(head("Transfer-Encoding: chunked"))
    while True:
        writer.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        await writer.drain()


async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def trickling(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(head("Content-Length: 100"))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (head("Content-Length: 101") + b"x" * 101, OutboundFailure.TOO_LARGE),
        (head("Content-Length: 1073741824"), OutboundFailure.TOO_LARGE),
        (head("Connection: close") + b"x" * 101, OutboundFailure.TOO_LARGE),
        (endless, OutboundFailure.TOO_LARGE),
        (head("Content-Length: 90") + b"x" * 10, OutboundFailure.MALFORMED),
        (head("Content-Length: -1"), OutboundFailure.MALFORMED),
        (head("Content-Length: 3", "Content-Length: 4") + b"abcd", OutboundFailure.MALFORMED),
        (head("Content-Encoding: gzip", "Content-Length: 2") + b"xx", OutboundFailure.ENCODED),
        (head("Content-Encoding: zzz", "Content-Length: 2") + b"xx", OutboundFailure.ENCODED),
        (b"not http at all\r\n\r\n", OutboundFailure.MALFORMED),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
            OutboundFailure.REDIRECTED,
        ),
    ],
)
async def test_a_hostile_answer_is_refused(
    reply: bytes | Respond, failure: OutboundFailure
) -> None:
    """
    H36, H48, H55: too large, endless, lying about its length, compressed, redirecting.
    """
    with pytest.raises(OutboundError) as caught:
        await fetch(reply)

    assert failure == caught.value.failure


@pytest.mark.parametrize("reply", [silent, trickling])
async def test_an_answer_that_does_not_come_is_given_up(reply: Respond) -> None:
    """
    H55: the whole exchange is bounded in time, not each read.
    """
    with pytest.raises(OutboundError) as caught:
        await fetch(reply, seconds=0.2)

    assert OutboundFailure.TIMED_OUT == caught.value.failure


async def test_a_post_carries_its_content_and_credentials() -> None:
    """
    The body, its media type and the bearer token arrive as given; the answer is unwrapped.
    """
    seen: list[bytes] = []

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readexactly(5))
        writer.write(
            b"HTTP/1.1 400 Bad\r\nContent-Type: Application/JSON; charset=utf-8\r\n"
            b"Content-Length: 2\r\n\r\n{}"
        )

    async with serving(respond) as origin:
        outbound = Outbound(allow_origins=frozenset({origin}))
        reply = await outbound.post(
            f"http://{origin}/token",
            content=b"a=b&c",
            content_type="application/x-www-form-urlencoded",
            accept="application/json",
            authorization="Bearer secret",
        )
        await outbound.aclose()

    assert [b"a=b&c"] == seen
    assert (400, "application/json", b"{}") == (reply.status, reply.content_type, reply.body)


async def test_more_headers_go_along_and_come_back() -> None:
    """
    What a protocol adds (RFC 9449: a proof there, a nonce back) is sent, and read by lower case.
    """
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 401 No\r\nDPoP-NONCE: n-2\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    outbound = Outbound(allow_origins=frozenset({f"{host}:{port}"}))
    reply = await outbound.post(
        f"http://{host}:{port}/token",
        content=b"",
        content_type="text/plain",
        accept="*/*",
        headers={"DPoP": "a.b.c"},
    )
    await outbound.aclose()
    server.close()

    assert b"DPoP: a.b.c\r\n" in heads[0]
    assert "n-2" == reply.headers["dpop-nonce"]


async def test_the_systems_resolver_answers_for_loopback() -> None:
    """
    Each address is given once; a name that cannot exist raises the system's own error.
    """
    addresses = await resolve_by_system("127.0.0.1", 80)

    assert ["127.0.0.1"] == list(addresses)


def test_an_authority_file_that_is_none_is_refused_at_start(tmp_path: Path) -> None:
    """
    A wrong file is found when the service starts, not at the first request.
    """
    wrong = tmp_path / "authority.pem"
    wrong.write_text("nothing", "utf-8")

    with pytest.raises(ssl.SSLError):
        Outbound(authority_files=[wrong])
