"""A reverse proxy that ends TLS and passes octets on, as one in front of an installation does."""

import asyncio
import ssl
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

OCTETS = 64 * 1024


@contextmanager
def proxy(identity: tuple[str, str], *, port: int, to: int) -> Iterator[None]:
    """Listen at ``port`` with a certificate and its key; ask ``to`` in the clear."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*identity)
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(passing(to), "127.0.0.1", port, ssl=context)
        ready.set()
        async with server:
            with suppress(asyncio.CancelledError):
                await server.serve_forever()

    task = loop.create_task(serve())
    thread = threading.Thread(target=loop.run_until_complete, args=(task,))
    thread.start()
    try:
        assert ready.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)
        loop.run_until_complete(settled(loop))
        loop.close()


def passing(to: int) -> "asyncio.streams._ClientConnectedCallback":
    """What becomes of one connection: both directions until either side ends."""

    async def passed(reader: StreamReader, writer: StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(carry(reader, inner_writer), carry(inner_reader, writer))

    return passed


async def carry(reader: StreamReader, writer: StreamWriter) -> None:
    """Pass octets on until there are no more."""
    with suppress(ConnectionError, ssl.SSLError):
        while octets := await reader.read(OCTETS):
            writer.write(octets)
            await writer.drain()
    writer.close()


async def settled(loop: asyncio.AbstractEventLoop) -> None:
    """End what still carries."""
    left = [each for each in asyncio.all_tasks(loop) if each is not asyncio.current_task(loop)]
    for each in left:
        each.cancel()
    await asyncio.gather(*left, return_exceptions=True)
