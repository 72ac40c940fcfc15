"""https: the certificate must be for the name that was asked, from an authority we trust."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keys.authority import CertificateAuthority
from web.outbound import Outbound, OutboundError, OutboundFailure


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return CertificateAuthority.create("test", None, datetime.now(UTC))


@pytest.fixture
async def port(authority: CertificateAuthority, tmp_path: Path) -> AsyncIterator[int]:
    """A server that is ``issuer.example`` by its certificate, on loopback by its address."""
    identity = authority.issue_tls(["issuer.example"], datetime.now(UTC))
    (tmp_path / "server.pem").write_bytes(identity.chain_pem + identity.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(host), host))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0, ssl=context)
    yield int(server.sockets[0].getsockname()[1])
    server.close()
    await asyncio.sleep(0)


async def on_loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def fetch(name: str, port: int, authority_file: Path | None) -> bytes:
    outbound = Outbound(
        allow_origins=frozenset({f"{name}:{port}"}),
        resolve=on_loopback,
        authority_files=[authority_file] if authority_file else [],
    )
    try:
        return (await outbound.get(f"https://{name}:{port}/", accept="*/*")).body
    finally:
        await outbound.aclose()


async def test_the_name_is_verified_while_the_address_is_pinned(
    port: int, authority: CertificateAuthority, tmp_path: Path
) -> None:
    """
    We connect to the resolved address and still speak to, and verify, the name.
    """
    root = tmp_path / "root.pem"
    root.write_text(ssl.DER_cert_to_PEM_cert(authority.anchor.certificate))

    assert (
        f"host: issuer.example:{port}".encode()
        == (await fetch("issuer.example", port, root)).lower()
    )


async def test_another_name_or_an_unknown_authority_is_not_spoken_to(
    port: int, authority: CertificateAuthority, tmp_path: Path
) -> None:
    """
    H55: a certificate for another name, or from an authority nobody trusts, ends the attempt.
    """
    root = tmp_path / "root.pem"
    root.write_text(ssl.DER_cert_to_PEM_cert(authority.anchor.certificate))

    for name, file in (("other.example", root), ("issuer.example", None)):
        with pytest.raises(OutboundError) as caught:
            await fetch(name, port, file)
        assert OutboundFailure.UNREACHABLE == caught.value.failure
