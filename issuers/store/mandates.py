"""Mandates in SQL; the one use of a one-time mandate goes to one of all who race for it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Row,
    SmallInteger,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.issuance.mandates import OPEN_PER_PRINCIPAL, Mandate, ShownMandate, too_many
from issuers.register.citizens import not_entitled
from issuers.store.reading import reader_of
from issuers.store.restricting import keeps_away
from issuers.store.source_tables import people
from issuers.store.tables import metadata
from issuers.store.times import moment, seconds

mandates = Table(
    "mandates",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("principal", String(64), nullable=False, index=True),
    Column("proxy", String(64), nullable=False, index=True),
    # As the principal wrote it, whether or not there is such a person.
    Column("proxy_name", Text, nullable=False),
    Column("authority", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("purpose", Text, nullable=False),
    # Day in Korea, ISO 8601; ``ends_at`` is its end.
    Column("until", String(10), nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("allowed", SmallInteger, nullable=False),
    Column("used", SmallInteger, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("withdrawn_at", BigInteger),
)

_ID: BindParameter[str] = bindparam("mandate")
_BY_ID = select(mandates).where(mandates.c.id == _ID)
_WITH_NAME = select(mandates, people.c.name.label("principal_name")).select_from(
    mandates.outerjoin(people, people.c.citizen == mandates.c.principal)
)
_LATEST_FIRST = mandates.c.given_at.desc(), mandates.c.id
_USE = (
    update(mandates)
    .where(mandates.c.id == _ID, mandates.c.withdrawn_at.is_(None))
    .where(mandates.c.ends_at > bindparam("now"), mandates.c.used < mandates.c.allowed)
    .values(used=mandates.c.used + 1)
)


class SqlMandateStore:
    """`issuers.ports.MandateStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def add(self, mandate: Mandate, *, now: datetime) -> None:
        """Store a mandate, or raise `IssuerError` (too_many_mandates), nothing written.

        Whoever races with themselves may pass the limit by as many as they are.
        """
        still_open = select(func.count()).where(
            mandates.c.principal == mandate.principal,
            mandates.c.withdrawn_at.is_(None),
            mandates.c.ends_at > seconds(now),
            mandates.c.used < mandates.c.allowed,
        )
        async with self._engine.begin() as connection:
            if (await connection.execute(still_open)).scalar_one() >= OPEN_PER_PRINCIPAL:
                raise too_many()
            await connection.execute(insert(mandates), _row(mandate))

    async def withdraw(self, mandate_id: str, principal: str, *, now: datetime) -> bool:
        """End a mandate; False when this principal gave no such one."""
        mine = (mandates.c.id == mandate_id) & (mandates.c.principal == principal)
        ended = func.coalesce(mandates.c.withdrawn_at, seconds(now))
        async with self._engine.begin() as connection:
            query = update(mandates).where(mine).values(withdrawn_at=ended)
            return (await connection.execute(query)).rowcount == 1

    async def find(self, mandate_id: str) -> Mandate | None:
        """Return a mandate, whatever its state."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_BY_ID, {"mandate": mandate_id})).one_or_none()
        return None if row is None else _mandate(row)

    async def given_by(self, principal: str, *, now: datetime) -> tuple[ShownMandate, ...]:
        """Return what a citizen gave, the latest first."""
        return await self._shown(mandates.c.principal == principal, now)

    async def given_to(self, proxy: str, *, now: datetime) -> tuple[ShownMandate, ...]:
        """Return what a citizen was given by people who are not protected from them."""
        reader: BindParameter[str] = bindparam("reader", proxy)
        mine = mandates.c.proxy == proxy
        return await self._shown(mine & ~keeps_away(mandates.c.principal, reader), now)

    async def _shown(
        self, condition: ColumnElement[bool], now: datetime
    ) -> tuple[ShownMandate, ...]:
        query = _WITH_NAME.where(condition).order_by(*_LATEST_FIRST)
        async with self._reader.connect() as connection:
            rows = (await connection.execute(query)).all()
        named = ((_mandate(row), row.principal_name or "") for row in rows)
        return tuple(ShownMandate(one, name, one.state(now)) for one, name in named)


async def use_mandate(connection: AsyncConnection, mandate_id: str, now: datetime) -> None:
    """Count one use, or raise `IssuerError` (not_entitled): used up, ended or withdrawn by now.

    The row is locked until the certificate is written, so of many at once one is counted.
    """
    counted = await connection.execute(_USE, {"mandate": mandate_id, "now": seconds(now)})
    if counted.rowcount != 1:
        raise not_entitled()


def _row(mandate: Mandate) -> dict[str, Any]:
    return {
        "id": mandate.mandate_id,
        "principal": mandate.principal,
        "proxy": mandate.proxy,
        "proxy_name": mandate.proxy_name,
        "authority": mandate.authority,
        "kind": mandate.kind,
        "purpose": mandate.purpose,
        "until": mandate.until.isoformat(),
        "ends_at": seconds(mandate.ends_at),
        "allowed": mandate.allowed,
        "used": mandate.used,
        "given_at": seconds(mandate.given_at),
        "by": mandate.by,
    }


def _mandate(row: Row[Any]) -> Mandate:
    return Mandate(
        mandate_id=row.id,
        principal=row.principal,
        proxy=row.proxy,
        proxy_name=row.proxy_name,
        authority=row.authority,
        kind=row.kind,
        purpose=row.purpose,
        until=date.fromisoformat(row.until),
        allowed=row.allowed,
        used=row.used,
        given_at=moment(row.given_at),
        by=row.by,
        withdrawn_at=None if row.withdrawn_at is None else moment(row.withdrawn_at),
    )
