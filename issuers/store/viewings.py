"""The book of views in SQL (열람대장), and who is told of a view."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.offers.fees import Service, Taken
from issuers.register.notices import Notice
from issuers.register.viewings import Viewing
from issuers.store.entitlement_rows import entitlement_row
from issuers.store.notice_reading import notice_in
from issuers.store.reading import reader_of
from issuers.store.restricting import keeps_away
from issuers.store.source_tables import people
from issuers.store.tables import metadata
from issuers.store.times import seconds

viewings = Table(
    "viewings",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("issued_at", BigInteger, nullable=False),
    Column("authority", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("citizen", String(64), nullable=False),
    Column("about", String(64), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("view", String(32)),
    Column("officer", String(64), nullable=False),
    Column("mandate", String(22), nullable=False),
    Column("fee", Integer, nullable=False),
    Index("ix_viewings_book", "authority", "issued_at"),
)

viewing_notices = Table(
    "viewing_notices",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column(
        "viewing",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("viewings.id"),
        primary_key=True,
    ),
)

_READER: BindParameter[str] = bindparam("reader")
_NOTICES = (
    select(viewings, people.c.name)
    .select_from(
        viewing_notices.join(viewings).outerjoin(people, people.c.citizen == viewings.c.citizen)
    )
    .where(viewing_notices.c.citizen == _READER)
    .where((viewings.c.citizen == _READER) | ~keeps_away(viewings.c.citizen, _READER))
    .order_by(viewings.c.issued_at.desc(), viewings.c.id.desc())
)


class SqlViewingStore:
    """`issuers.register.viewings.ViewingStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def keep(self, viewing: Viewing) -> None:
        """Write a view down, with whom is to be told of it."""
        columns = {column.name for column in viewings.c}
        row = {
            name: v for name, v in entitlement_row(viewing.entitlement).items() if name in columns
        }
        row |= {"issued_at": seconds(viewing.at), "fee": viewing.fee}
        async with self._engine.begin() as connection:
            made = await connection.execute(insert(viewings).returning(viewings.c.id), row)
            number = made.scalar_one()
            told = [{"citizen": citizen, "viewing": number} for citizen in viewing.concerned]
            await connection.execute(insert(viewing_notices), told)

    async def notices_of(self, citizen: str) -> tuple[Notice, ...]:
        """Return the views a citizen is told of, the latest first."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_NOTICES, {"reader": citizen})
            return tuple(notice_in(row, citizen, Service.VIEW) for row in found)

    async def taken(
        self, authority: str | None, since: datetime, until: datetime
    ) -> tuple[Taken, ...]:
        """Return views and fees by kind and officer; ``until`` is excluded."""
        group = viewings.c.kind, viewings.c.officer
        query = (
            select(*group, func.count().label("count"), func.sum(viewings.c.fee).label("won"))
            .where(viewings.c.issued_at >= seconds(since), viewings.c.issued_at < seconds(until))
            .group_by(*group)
            .order_by(*group)
        )
        if authority is not None:
            query = query.where(viewings.c.authority == authority)
        async with self._reader.connect() as connection:
            rows = await connection.execute(query)
            return tuple(
                Taken(kind, officer, count, int(won), Service.VIEW)
                for kind, officer, count, won in rows
            )
