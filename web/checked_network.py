"""Connections that go to the address that was checked, so a name cannot be rebound in between.

The pool of connections is keyed by host name and asks this backend for a new connection; the
name is resolved once, every address is checked, and the checked address is the one connected to.
TLS above it still verifies the name.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore2
from typing_extensions import override

from web.address import Origin, check_public
from web.outbound_error import OutboundError, OutboundFailure

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""From host and port to the addresses of the host, in the order to try them."""


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Return every address the system's resolver knows for the host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class CheckedNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses, and to the named exceptions wherever they are."""

    def __init__(
        self,
        allow_origins: frozenset[str],
        resolve: Resolver,
        network: httpcore2.AsyncNetworkBackend,
    ) -> None:
        self._allow_origins = allow_origins
        self._resolve = resolve
        self._network = network

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolve, check every address, then connect to the first that answers."""
        host_port = Origin("", host, port).host_port
        addresses = await self._addresses(host, port, host_port)
        if host_port not in self._allow_origins:
            # One private address among public ones is an attack, not a misconfiguration.
            for address in addresses:
                check_public(address, host_port)
        for address in addresses:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore2.NetworkError, httpcore2.TimeoutException):
                continue
        raise OutboundError(OutboundFailure.UNREACHABLE, host_port)

    async def _addresses(self, host: str, port: int, host_port: str) -> Sequence[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise OutboundError(OutboundFailure.UNRESOLVED, host_port)
        return addresses
