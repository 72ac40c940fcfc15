"""Registered clients in SQL."""

from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.authorization.clients import Client, is_client_id, unknown_client
from issuers.store.authorization_tables import (
    authorization_codes,
    clients,
    pushed_requests,
    refresh_tokens,
)
from issuers.store.reading import reader_of
from issuers.store.tables import access_tokens
from keys.jwk import PublicJwk
from keys.strict_json import dumps, loads_object
from standards.members import members


class SqlClientStore:
    """`issuers.authorization.clients.ClientStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def add(self, client: Client) -> None:
        """Register a client; who is registered already is registered anew."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(clients).where(_is(client.client_id)))
            await connection.execute(insert(clients), _row(client))

    async def find(self, client_id: str) -> Client | None:
        """Return a client, None for nobody."""
        if not is_client_id(client_id):
            return None
        async with self._reader.connect() as connection:
            found = await connection.execute(select(clients).where(_is(client_id)))
            row = found.one_or_none()
        return None if row is None else _client(row)

    async def all(self) -> tuple[Client, ...]:
        """Return every client, by its id."""
        async with self._reader.connect() as connection:
            rows = await connection.execute(select(clients).order_by(clients.c.client_id))
            return tuple(_client(row) for row in rows)

    async def remove(self, client_id: str) -> None:
        """Forget a client and every token it was given, or raise `IssuerError`."""
        if not is_client_id(client_id):
            raise unknown_client()
        async with self._engine.begin() as connection:
            removed = await connection.execute(delete(clients).where(_is(client_id)))
            if removed.rowcount != 1:
                raise unknown_client()
            for table in (pushed_requests, authorization_codes, refresh_tokens, access_tokens):
                await connection.execute(delete(table).where(table.c.client_id == client_id))


def _is(client_id: str) -> Any:
    return clients.c.client_id == client_id


def _row(client: Client) -> dict[str, Any]:
    keys = [key.as_dict() for key in client.keys]
    return {
        "client_id": client.client_id,
        "redirect_uris": "\n".join(client.redirect_uris),
        "keys": dumps({"keys": [*keys]}).decode() if keys else "",
    }


def _client(row: Row[Any]) -> Client:
    kept = members(loads_object(row.keys), "keys", ValueError).array("keys") if row.keys else []
    keys = tuple(PublicJwk.parse(key) for key in kept)
    return Client(row.client_id, tuple(row.redirect_uris.splitlines()), keys)
