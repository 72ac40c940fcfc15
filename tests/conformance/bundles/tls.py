"""The TLS conditions: 1.2 and 1.3 only, with the suites of BCP 195 (RFC 9325 section 4.2)."""

import socket
import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path

RECOMMENDED = {
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
}
_SECONDS = 10


@dataclass(frozen=True)
class Server:
    """Where TLS is spoken, and the authority that vouches for it."""

    host: str
    port: int
    authority: Path


def check(server: Server) -> None:
    """EnsureTLS12RequireBCP195Ciphers to RequireOnlyBCP195RecommendedCiphersForTLS12."""
    # DisallowTLS10/11
    for old in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        assert not speaks(server, old, "ALL:@SECLEVEL=0"), old
    # EnsureTLS13OrLater, EnsureTLS13PreferredOverTLS12
    assert speaks(server, ssl.TLSVersion.TLSv1_3)
    assert "TLSv1.3" == agreed(server)
    # EnsureTLS12RequireBCP195Ciphers
    assert speaks(server, ssl.TLSVersion.TLSv1_2, ":".join(sorted(RECOMMENDED)))
    # CheckForBCP195InsecureFAPICiphers, RequireOnlyBCP195RecommendedCiphersForTLS12
    others = [name for name in _ciphers() if name not in RECOMMENDED]
    assert others
    assert not speaks(server, ssl.TLSVersion.TLSv1_2, ":".join(others) + ":@SECLEVEL=0")


def speaks(server: Server, version: ssl.TLSVersion, ciphers: str | None = None) -> bool:
    """Whether a handshake comes about with this version and these suites alone."""
    context = _context(server)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the old versions are the subject
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
        context.minimum_version = version
    if ciphers is not None:
        context.set_ciphers(ciphers)
    try:
        return _handshake(server, context) is not None
    except (ssl.SSLError, ConnectionError):
        return False


def agreed(server: Server) -> str | None:
    """The version an ordinary client and the server agree upon."""
    return _handshake(server, _context(server))


def _ciphers() -> list[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    return [each["name"] for each in context.get_ciphers() if each["protocol"] != "TLSv1.3"]


def _context(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.authority))


def _handshake(server: Server, context: ssl.SSLContext) -> str | None:
    with (
        socket.create_connection((server.host, server.port), _SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=server.host) as secure,
    ):
        return secure.version()
