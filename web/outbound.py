"""Everything this program fetches from others goes through here.

https at public addresses only, no redirects, nothing compressed, a bounded size and a bounded
time. ``allow_origins`` names the exceptions (``host:port``) that may be http or private.
The connection pool of httpx2 (httpcore2) is used directly: the client above it would decode
bodies without a bound and offers no place to check where a connection goes.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpcore2

from web.address import Target, parse_target
from web.checked_network import CheckedNetwork, Resolver, resolve_by_system
from web.outbound_error import OutboundError, OutboundFailure

__all__ = ["Outbound", "OutboundError", "OutboundFailure", "Reply"]

# A person is waiting: what has not come by then is told as "could not check".
TOTAL_SECONDS: Final = 5.0
# Metadata, status lists and request objects are far smaller; callers pass tighter limits.
DEFAULT_LIMIT: Final = 256 * 1024
# Below the server's own keep-alive time, so that we do not write to a connection being closed.
KEEP_ALIVE_SECONDS: Final = 3.0
_MAX_CONNECTIONS: Final = 100
_MAX_IDLE_CONNECTIONS: Final = 20
# The first digit of every redirecting status (RFC 9110 section 15.4).
_REDIRECTION: Final = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer: its HTTP status (never a redirect), media type and body.

    ``content_type`` is lower case and without parameters; empty when the answer names none.
    ``headers`` are by lower-case name, the last one where a name is repeated.
    """

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)


class Outbound:
    """The one client for fetching from others; every failure is an ``OutboundError``."""

    def __init__(
        self,
        *,
        allow_origins: frozenset[str] = frozenset(),
        authority_files: Iterable[Path] = (),
        resolve: Resolver = resolve_by_system,
        seconds: float = TOTAL_SECONDS,
        network: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        """Trust the system's certificate authorities, and those in ``authority_files`` (PEM)."""
        context = ssl.create_default_context()
        for file in authority_files:
            context.load_verify_locations(cafile=file)
        self._allow_origins = frozenset(origin.lower() for origin in allow_origins)
        self._seconds = seconds
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_IDLE_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=CheckedNetwork(
                self._allow_origins, resolve, network or httpcore2.AnyIOBackend()
            ),
        )

    async def get(
        self,
        url: str,
        *,
        accept: str,
        limit: int = DEFAULT_LIMIT,
        authorization: str | None = None,
    ) -> Reply:
        """Return the answer to GET, at most ``limit`` octets of body."""
        headers = {"Accept": accept, **_credentials(authorization)}
        return await self._send("GET", url, headers, None, limit)

    async def post(
        self,
        url: str,
        *,
        content: bytes,
        content_type: str,
        accept: str,
        limit: int = DEFAULT_LIMIT,
        authorization: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        """Return the answer to POST, at most ``limit`` octets of body.

        ``headers`` are more of them, of names that the other arguments do not set.
        """
        sent = {"Accept": accept, "Content-Type": content_type, **headers}
        sent |= _credentials(authorization)
        return await self._send("POST", url, sent, content, limit)

    async def delete(
        self,
        url: str,
        *,
        accept: str,
        limit: int = DEFAULT_LIMIT,
        authorization: str | None = None,
    ) -> Reply:
        """Return the answer to DELETE, at most ``limit`` octets of body."""
        headers = {"Accept": accept, **_credentials(authorization)}
        return await self._send("DELETE", url, headers, None, limit)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def _send(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None, limit: int
    ) -> Reply:
        target = parse_target(url)
        host = target.origin.host_port
        if target.origin.scheme != "https" and host not in self._allow_origins:
            raise OutboundError(OutboundFailure.ADDRESS_REFUSED, host)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(method, target, headers, content, limit)
        except (TimeoutError, httpcore2.TimeoutException):
            failure = OutboundFailure.TIMED_OUT
        except httpcore2.NetworkError:
            failure = OutboundFailure.UNREACHABLE
        except httpcore2.ProtocolError:
            failure = OutboundFailure.MALFORMED
        raise OutboundError(failure, host)

    async def _exchange(
        self,
        method: str,
        target: Target,
        headers: dict[str, str],
        content: bytes | None,
        limit: int,
    ) -> Reply:
        origin = target.origin
        address = httpcore2.URL(
            scheme=origin.scheme, host=origin.host, port=origin.port, target=target.path
        )
        asked = [*headers.items(), ("Accept-Encoding", "identity"), ("User-Agent", "mydata")]
        async with self._pool.stream(method, address, headers=asked, content=content) as response:
            return await _read(response, origin.host_port, limit)


def _credentials(authorization: str | None) -> dict[str, str]:
    return {} if authorization is None else {"Authorization": authorization}


async def _read(response: httpcore2.Response, host: str, limit: int) -> Reply:
    """Judge the head first, then count octets as they come."""
    headers = {name.lower(): value for name, value in response.headers}
    if response.status // 100 == _REDIRECTION:
        raise OutboundError(OutboundFailure.REDIRECTED, host)
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise OutboundError(OutboundFailure.ENCODED, host)
    if int(headers.get(b"content-length", b"0")) > limit:
        raise OutboundError(OutboundFailure.TOO_LARGE, host)
    body = bytearray()
    async for part in response.aiter_stream():
        body += part
        if len(body) > limit:
            raise OutboundError(OutboundFailure.TOO_LARGE, host)
    told = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
    media_type = told.get("content-type", "").split(";")[0]
    return Reply(response.status, media_type.strip().lower(), bytes(body), told)
