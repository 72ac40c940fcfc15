"""Which addresses may be contacted: the public ones, whatever name or notation leads there.

A name under a stranger's control (a request_uri, a vct, a status uri) may point into our own
network. What counts is the address the connection really goes to, so it is judged after
resolution, and every form that carries an IPv4 address inside an IPv6 one is refused.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from web.outbound_error import OutboundError, OutboundFailure

# A host of 253 octets and a query with a few parameters fit many times over.
MAX_URL_LENGTH = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}

# Python's is_global leaves these to the reader: anycast relays to 6to4 (RFC 7526) and multicast.
_REFUSED_IPV4 = (IPv4Network("192.88.99.0/24"), IPv4Network("224.0.0.0/4"))
# Only this block is handed out for global unicast (IANA IPv6 address space registry).
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_REFUSED_IPV6 = (
    IPv6Network("2001::/23"),  # protocol assignments; Teredo carries an IPv4 address
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4 carries an IPv4 address
    IPv6Network("3fff::/20"),  # documentation
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of an address, the host in lower case and without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def host_port(self) -> str:
        """The form used in MYDATA_ALLOW_ORIGINS: ``host:port``, IPv6 in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed web address: where to connect, and what to ask for there."""

    origin: Origin
    path: str


def parse_target(url: str) -> Target:
    """Return the parts of an http or https address, or raise ``OutboundError``.

    Credentials, fragments, and any character that two parsers may read differently are refused:
    a check on one reading protects nothing if the connection follows the other.
    """
    refused = OutboundError(OutboundFailure.ADDRESS_REFUSED, "an unreadable address")
    if len(url) > MAX_URL_LENGTH or not all(
        "!" <= c <= "~" and c not in '\\"<>^`{|}' for c in url
    ):
        raise refused
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None
    host = parts.hostname or ""
    if parts.scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc or "#" in url:
        raise refused
    if "%" in host or port == 0:
        raise refused
    origin = Origin(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme])
    path = parts.path or "/"
    return Target(origin, f"{path}?{parts.query}" if parts.query else path)


def check_public(address: str, host: str) -> None:
    """Raise ``OutboundError`` unless ``address``, found for ``host``, is globally unicast."""
    try:
        public = _is_public(ip_address(address))
    except ValueError:
        public = False
    if not public:
        raise OutboundError(OutboundFailure.ADDRESS_REFUSED, host)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in net for net in _REFUSED_IPV4)
    in_block = address in _GLOBAL_UNICAST and address.scope_id is None
    return in_block and not any(address in net for net in _REFUSED_IPV6)
