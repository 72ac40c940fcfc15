"""The issue book in SQL: looking up, paging, notices, and what wallets told."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.issuance.book import (
    BookCursor,
    BookFilter,
    BookPage,
    CertificateState,
    Delivery,
    KeptCertificate,
)
from issuers.offers.fees import Taken
from issuers.register.notices import Notice
from issuers.store.certificate_rows import kept_in
from issuers.store.notice_reading import NOTICES, notice_in
from issuers.store.reading import reader_of
from issuers.store.status_events import history_of
from issuers.store.tables import certificates
from issuers.store.times import seconds
from standards.status_list.bits import Status

_ENTRY = select(certificates).where(
    certificates.c.number == bindparam("of"), certificates.c.authority == bindparam("by")
)
_LATEST_FIRST = certificates.c.issued_at.desc(), certificates.c.number.desc()


class SqlBookStore:
    """`issuers.ports.BookStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def find(
        self, number: str, authority: str | None, *, now: datetime
    ) -> KeptCertificate | None:
        """Return a certificate with its history; another authority's is not found."""
        query = select(certificates).where(certificates.c.number == number, *_of(authority))
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            return kept_in(row, now=now, history=await history_of(connection, number))

    async def entry(self, number: str, authority: str, *, now: datetime) -> KeptCertificate | None:
        """Return a certificate of an authority without its history."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_ENTRY, {"of": number, "by": authority})
            row = found.one_or_none()
        return None if row is None else kept_in(row, now=now)

    async def of(self, citizen: str, *, now: datetime) -> tuple[KeptCertificate, ...]:
        """Return the certificates a citizen applied for, the latest first."""
        return await self._kept(certificates.c.citizen == citizen, now=now)

    async def issued_with(
        self, token_hash: bytes, *, now: datetime
    ) -> tuple[KeptCertificate, ...]:
        """Return what an access token was used for, also when the token itself has ended."""
        return await self._kept(certificates.c.token_hash == token_hash, now=now)

    async def page(
        self,
        authority: str | None,
        wanted: BookFilter,
        before: BookCursor | None,
        *,
        limit: int,
        now: datetime,
    ) -> BookPage:
        """Return entries from ``before`` on, the latest first; one more is read to see if any."""
        query = select(certificates).where(*_of(authority), *_conditions(wanted, now))
        if before is not None:
            query = query.where(certificates.c.issued_at <= before.at).offset(before.read)
        async with self._reader.connect() as connection:
            found = await connection.execute(query.order_by(*_LATEST_FIRST).limit(limit + 1))
            entries = tuple(kept_in(row, now=now) for row in found)
        shown = entries[:limit]
        return BookPage(shown, _next(shown, before) if len(entries) > limit else None)

    async def taken(
        self, authority: str | None, since: datetime, until: datetime
    ) -> tuple[Taken, ...]:
        """Return papers and fees by kind and officer; ``until`` is excluded."""
        group = certificates.c.kind, certificates.c.officer
        query = (
            select(*group, func.count().label("count"), func.sum(certificates.c.fee).label("won"))
            .where(*_of(authority))
            .where(certificates.c.issued_at >= seconds(since))
            .where(certificates.c.issued_at < seconds(until))
            .group_by(*group)
            .order_by(*group)
        )
        async with self._reader.connect() as connection:
            rows = await connection.execute(query)
            return tuple(
                Taken(kind, officer, count, int(won)) for kind, officer, count, won in rows
            )

    async def notices_of(self, citizen: str) -> tuple[Notice, ...]:
        """Return the notices to a citizen, the latest first."""
        async with self._reader.connect() as connection:
            found = await connection.execute(NOTICES, {"reader": citizen})
            return tuple(notice_in(row, citizen) for row in found)

    async def deliver(self, number: str, delivery: Delivery) -> None:
        """Write down what a wallet told of a certificate."""
        query = update(certificates).where(certificates.c.number == number)
        async with self._engine.begin() as connection:
            await connection.execute(query.values(delivery=delivery.value))

    async def _kept(
        self, condition: ColumnElement[bool], *, now: datetime
    ) -> tuple[KeptCertificate, ...]:
        query = select(certificates).where(condition).order_by(*_LATEST_FIRST)
        async with self._reader.connect() as connection:
            return tuple(kept_in(row, now=now) for row in await connection.execute(query))


def _next(shown: tuple[KeptCertificate, ...], before: BookCursor | None) -> BookCursor:
    """Return where the next page begins: behind the last second's entries read so far."""
    last = seconds(shown[-1].certificate.issued_at)
    read = sum(seconds(kept.certificate.issued_at) == last for kept in shown)
    if before is not None and before.at == last:
        read += before.read
    return BookCursor(last, read)


def _of(authority: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if authority is None else (certificates.c.authority == authority,)


def _conditions(wanted: BookFilter, now: datetime) -> list[ColumnElement[bool]]:
    """Return what the filter asks for, as far as it asks."""
    asked: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        asked.append(certificates.c.kind == wanted.kind)
    if wanted.status is not None:
        asked.append(_in_state(wanted.status, now))
    if wanted.since is not None:
        asked.append(certificates.c.issued_at >= seconds(wanted.since))
    if wanted.until is not None:
        asked.append(certificates.c.issued_at < seconds(wanted.until))
    if wanted.text:
        columns = (certificates.c.number, certificates.c.citizen, certificates.c.about)
        asked.append(or_(*(column == wanted.text for column in columns)))
    return asked


def _in_state(state: CertificateState, now: datetime) -> ColumnElement[bool]:
    """Say in SQL what `issuers.issuance.book.state_of` says of one certificate."""
    current = certificates.c.expires_at > seconds(now)
    match state:
        case CertificateState.VALID:
            return _has(Status.VALID) & current
        case CertificateState.REVOKED:
            return _has(Status.INVALID)
        case CertificateState.SUSPENDED:
            return _has(Status.SUSPENDED) & current
        case CertificateState.OUTDATED:
            return _has(Status.APPLICATION_SPECIFIC) & current
        case CertificateState.EXPIRED:
            return and_(certificates.c.status != Status.INVALID.value, ~current)


def _has(status: Status) -> ColumnElement[bool]:
    return certificates.c.status == status.value
