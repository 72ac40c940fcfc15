"""Calling a service: whatever it answers, the person is told who, what and what to do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.authorisation import Gate
from app.clock import utc_now
from app.errors import CommandError, StartError
from app.log_audit import read_copy
from app.log_copy import copy_log
from app.log_key import LogKey, own_log, read_log_key
from app.service_client import ServiceClient, segment
from keys.entropy import SYSTEM_ENTROPY
from keys.key_store import KeyStore
from web.outbound import Outbound

Answers = dict[str, tuple[int, str]]


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Answers], "asyncio.Future[str]"]]:
    """A server with fixed answers by path; returns its base address."""
    servers: list[asyncio.Server] = []

    def start(answers: Answers) -> "asyncio.Future[str]":
        async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            status, body = answers.get(path, (404, "nothing"))
            octets = body.encode()
            writer.write(
                b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (status, len(octets), octets)
            )
            await writer.drain()
            writer.close()

        async def run() -> str:
            server = await asyncio.start_server(respond, "127.0.0.1", 0)
            servers.append(server)
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        return asyncio.ensure_future(run())

    yield start
    for server in servers:
        server.close()
    await asyncio.sleep(0.01)


def signed_in(home: Path) -> Path:
    gate = Gate(home, clock=utc_now, entropy=SYSTEM_ENTROPY)
    gate.write_operator_token()
    return home


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (409, '{"error":"used","party":"issuer","detail":"ask again"}', "used"),
        (409, '{"error":"used"}', "unexpected_answer"),
        (500, "<html>", "unexpected_answer"),
        (200, "[]", "unexpected_answer"),
    ],
)
async def test_an_answer_is_an_object_or_a_refusal(
    serve: Callable[[Answers], "asyncio.Future[str]"],
    tmp_path: Path,
    status: int,
    body: str,
    code: str,
) -> None:
    """
    A problem is passed on whole; whatever else comes is told as unexpected.
    """
    base = await serve({"/x": (status, body)})
    async with ServiceClient(base, signed_in(tmp_path)) as client:
        for call in (client.operator_get("/x"), client.operator_post("/x", {})):
            with pytest.raises(CommandError) as caught:
                await call
            assert code == caught.value.problem.error


async def test_a_public_document_is_there_or_refused(
    serve: Callable[[Answers], "asyncio.Future[str]"], tmp_path: Path
) -> None:
    """
    Octets as they came; a missing one is a refusal.
    """
    base = await serve({"/x": (200, "text")})
    async with ServiceClient(base, tmp_path) as client:
        assert b"text" == await client.public("/x")
        with pytest.raises(CommandError):
            await client.public("/y")


async def test_nobody_at_the_address_is_told_with_a_remedy(tmp_path: Path) -> None:
    """
    The line names the address and the command that starts a service.
    """
    async with ServiceClient("http://127.0.0.1:9", signed_in(tmp_path)) as client:
        for call in (client.operator_get("/x"), client.operator_post("/x", {})):
            with pytest.raises(CommandError) as caught:
                await call
            assert "mydata serve" in caught.value.problem.detail


async def test_a_new_holders_token_is_made_on_first_use(
    serve: Callable[[Answers], "asyncio.Future[str]"], tmp_path: Path
) -> None:
    """
    Whoever may read the data directory may sign in as a holder; elsewhere there is no token.
    """
    base = await serve({"/wallet/holders/new/credentials": (200, '{"credentials":[]}')})
    async with ServiceClient(base, signed_in(tmp_path)) as client:
        assert {"credentials": []} == await client.holder_get("new", "/credentials")
    async with ServiceClient(base, tmp_path / "elsewhere") as client:
        with pytest.raises(CommandError):
            await client.holder_get("new", "/credentials")


def test_what_a_person_types_is_one_segment() -> None:
    """
    An id with a slash cannot reach another address.
    """
    assert "..%2F..%2Fx%3Fa" == segment("../../x?a")


async def test_a_copy_of_a_broken_log_is_refused(
    serve: Callable[[Answers], "asyncio.Future[str]"], tmp_path: Path
) -> None:
    """
    What the log's own key did not sign is not copied; a folder that cannot be written is told.
    """
    key = own_log(tmp_path, KeyStore(tmp_path / "keys"), "log.example").note_signer().verifier_key
    base = await serve({"/l/vkey": (200, key.text()), "/l/checkpoint": (200, "nonsense")})
    async with ServiceClient(base, tmp_path) as client:
        with pytest.raises(CommandError) as caught:
            await copy_log(client, "/l", tmp_path / "copy")
        assert "ledger" == caught.value.problem.party
    assert read_copy(tmp_path)("keys") is None


async def test_an_unwritable_copy_is_told(
    serve: Callable[[Answers], "asyncio.Future[str]"], tmp_path: Path
) -> None:
    """
    The folder is named.
    """
    signer = own_log(tmp_path, KeyStore(tmp_path / "keys"), "log.example").note_signer()
    empty = signer.sign(
        "log.example/consent/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    )
    base = await serve(
        {"/l/vkey": (200, signer.verifier_key.text()), "/l/checkpoint": (200, empty)}
    )
    (tmp_path / "file").write_bytes(b"")
    async with ServiceClient(base, tmp_path) as client:
        with pytest.raises(CommandError) as caught:
            await copy_log(client, "/l", tmp_path / "file")
    assert "unwritable" == caught.value.problem.error


async def test_the_logs_key_is_learnt_once_and_pinned(
    serve: Callable[[Answers], "asyncio.Future[str]"], tmp_path: Path
) -> None:
    """
    Before it is learnt nothing can be verified; what is no key is not pinned.
    """
    log_key = LogKey(tmp_path, await serve({"/consent/log/vkey": (200, "nonsense")}))
    with pytest.raises(StartError):
        log_key.current()
    outbound = Outbound(allow_origins=frozenset({log_key._log.split("/")[2]}))
    with pytest.raises(StartError) as caught:
        await log_key.learn(outbound)
    await outbound.aclose()

    assert "log_key_unreadable" == caught.value.problem.error
    own_log(tmp_path, KeyStore(tmp_path / "keys"), "log.example")
    assert log_key.current() is log_key.current()
    assert read_log_key(log_key.current().text()) == log_key.current()


METADATA = (
    '{"display":[{"locale":"ko","name":"등본"}],"claims":['
    '{"path":["members",null,"name"],"display":[{"locale":"ko","label":"성명"}]},'
    '{"path":["plain"]},{"path":"wrong"},7]}'
)
