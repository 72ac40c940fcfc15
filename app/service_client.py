"""A caller of a running service: the command line, the start page and the demo use this alone.

They speak HTTP as any other program would; nothing here reaches into a room.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

from app.authorisation import SIGN_IN, Gate, holder_token_file, operator_token_file, read_token
from app.clock import utc_now
from app.errors import CommandError
from app.settings import host_port
from keys.entropy import SYSTEM_ENTROPY
from keys.errors import KeysError
from keys.strict_json import JsonObject, dumps, loads_object
from web.errors import Party
from web.outbound import Outbound, OutboundError, Reply

# Longer than the service's own limits together: the person is told the service's reason.
SECONDS: Final = 30.0
ANSWER_LIMIT: Final = 4 * 1024 * 1024
_JSON: Final = "application/json"


class ServiceClient:
    """Calls one service at ``base`` with the tokens of a data directory."""

    def __init__(self, base: str, home: Path, *, authority_file: Path | None = None) -> None:
        self.base = base.rstrip("/")
        self.home = home
        local = home / "tls" / "authority.pem"
        self._outbound = Outbound(
            allow_origins=frozenset({host_port(base)}),
            authority_files=[file for file in (local, authority_file) if file and file.exists()],
            seconds=SECONDS,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._outbound.aclose()

    async def operator_get(self, path: str) -> JsonObject:
        """Return the answer to GET as the operator."""
        return await self._get(path, self._operator())

    async def operator_text(self, path: str) -> bytes:
        """Return the octets of the answer to GET as the operator."""
        return _octets(await self._fetch(path, "*/*", f"Bearer {self._operator()}", ANSWER_LIMIT))

    async def operator_post(self, path: str, body: JsonObject) -> JsonObject:
        """Return the answer to POST as the operator."""
        return await self._post(path, body, self._operator())

    async def holder_get(self, holder: str, path: str) -> JsonObject:
        """Return the answer to GET under the holder's own address."""
        return await self._get(f"/wallet/holders/{holder}{path}", self._holder(holder))

    async def holder_file(self, holder: str, path: str) -> bytes:
        """Return the octets of a file under the holder's own address."""
        bearer = f"Bearer {self._holder(holder)}"
        place = f"/wallet/holders/{holder}{path}"
        return _octets(await self._fetch(place, "*/*", bearer, ANSWER_LIMIT))

    async def operator_file(self, path: str, body: JsonObject) -> bytes:
        """Return the octets of a file that is asked for by POST, as the operator."""
        return _octets(await self._send(path, body, self._operator(), accept="*/*"))

    async def holder_post(self, holder: str, path: str, body: JsonObject) -> JsonObject:
        """Return the answer to POST under the holder's own address."""
        return await self._post(f"/wallet/holders/{holder}{path}", body, self._holder(holder))

    async def holder_delete(self, holder: str, path: str) -> None:
        """Destroy what is under the holder's own address."""
        await self._delete(f"/wallet/holders/{holder}{path}", self._holder(holder))

    async def operator_delete(self, path: str) -> None:
        """Destroy what is at an address, as the operator."""
        await self._delete(path, self._operator())

    async def public(self, path: str, *, limit: int = ANSWER_LIMIT) -> bytes:
        """Return the octets of a public document."""
        return _octets(await self._fetch(path, "*/*", None, limit))

    async def _get(self, path: str, token: str) -> JsonObject:
        return _object(await self._fetch(path, _JSON, f"Bearer {token}", ANSWER_LIMIT))

    async def _fetch(self, path: str, accept: str, bearer: str | None, limit: int) -> Reply:
        try:
            return await self._outbound.get(
                self.base + path, accept=accept, limit=limit, authorization=bearer
            )
        except OutboundError as error:
            raise _unreachable(self.base, error) from None

    async def _delete(self, path: str, token: str) -> None:
        bearer = f"Bearer {token}"
        try:
            reply = await self._outbound.delete(
                self.base + path, accept=_JSON, authorization=bearer
            )
        except OutboundError as error:
            raise _unreachable(self.base, error) from None
        if reply.status != HTTPStatus.NO_CONTENT:
            raise _refusal(reply)

    async def _post(self, path: str, body: JsonObject, token: str) -> JsonObject:
        return _object(await self._send(path, body, token, accept=_JSON))

    async def _send(self, path: str, body: JsonObject, token: str, *, accept: str) -> Reply:
        try:
            return await self._outbound.post(
                self.base + path,
                content=dumps(body),
                content_type=_JSON,
                accept=accept,
                limit=ANSWER_LIMIT,
                authorization=f"Bearer {token}",
            )
        except OutboundError as error:
            raise _unreachable(self.base, error) from None

    def _operator(self) -> str:
        return read_token(operator_token_file(self.home))

    def _holder(self, holder: str) -> str:
        path = holder_token_file(self.home, holder)
        # Whoever may read the data directory may sign in as anyone in it; a new holder's token
        # is made on first use.
        if not path.exists() and (self.home / SIGN_IN).exists():
            Gate(self.home, clock=utc_now, entropy=SYSTEM_ENTROPY).write_holder_token(holder)
        return read_token(path)


def segment(text: str) -> str:
    """Return one path segment: whatever a person typed names one thing, never another address."""
    return quote(text, safe="")


def _octets(reply: Reply) -> bytes:
    if reply.status != HTTPStatus.OK:
        raise _refusal(reply)
    return reply.body


def _object(reply: Reply) -> JsonObject:
    if reply.status >= HTTPStatus.BAD_REQUEST:
        raise _refusal(reply)
    try:
        return loads_object(reply.body, limit=ANSWER_LIMIT)
    except KeysError:
        raise _unexpected(reply) from None


def _refusal(reply: Reply) -> CommandError:
    try:
        match loads_object(reply.body):
            case {"error": str(code), "party": str(party), "detail": str(detail)}:
                return CommandError(code, party, detail)
            case _:
                return _unexpected(reply)
    except KeysError:
        return _unexpected(reply)


def _unexpected(reply: Reply) -> CommandError:
    detail = f"the service answered {reply.status} in a form this program does not know"
    return CommandError("unexpected_answer", Party.NETWORK, detail)


def _unreachable(base: str, error: OutboundError) -> CommandError:
    detail = f"{error.failure.value}; is a service running at {base}? start one: mydata serve"
    return CommandError("unreachable", Party.NETWORK, detail)
