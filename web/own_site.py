"""Whether a request came from this service's own page, at this service's own address."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from web.address import parse_target
from web.errors import ForbiddenError
from web.forgery import check_same_origin
from web.outbound_error import OutboundError
from web.own_path import START, own_path

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class OwnSite:
    """The names under which the service at ``base`` is open."""

    def __init__(self, base: str) -> None:
        origin = parse_target(base).origin
        self._scheme = origin.scheme
        name, _, port = origin.host_port.rpartition(":")
        # Whoever types 127.0.0.1 for localhost is at the same service; any other name is not.
        names = _LOOPBACK if name in _LOOPBACK else frozenset({name})
        self._hosts = frozenset(f"{each}:{port}" for each in names)

    def check(self, request: Request) -> None:
        """Raise ``ForbiddenError`` unless a form was sent from a page of this service (H89)."""
        host = request.headers.get("host", "")
        if not self._is_own(f"{self._scheme}://{host}"):
            raise ForbiddenError("open this service at its own address")
        check_same_origin(request.headers, expected_origin=f"{self._scheme}://{host}")

    def page_before(self, request: Request) -> str:
        """Return the page of ours that a form stands on, the start page when it is not known."""
        referrer = request.headers.get("referer", "")
        if not self._is_own(referrer):
            return START
        parts = urlsplit(referrer)
        return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def _is_own(self, address: str) -> bool:
        try:
            origin = parse_target(address).origin
        except OutboundError:  # a stranger's Host need not even be a host
            return False
        return origin.scheme == self._scheme and origin.host_port in self._hosts
