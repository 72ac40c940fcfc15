"""Tax accounts, national and local, each in two look-ups by key from tables of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, Select, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.source.records import Office
from issuers.source.tax_records import Deferral, LocalTaxAccount, TaxAccount
from issuers.store import local_tax_tables as local
from issuers.store import source_tables as national
from issuers.store.row_parts import OFFICE, known, office_in, tax_in, taxpayer_in

_CITIZEN: BindParameter[str] = bindparam("citizen")
_CITIZENS: BindParameter[str] = bindparam("citizens", expanding=True)


@dataclass(frozen=True, slots=True)
class _Book:
    """The statements about one citizen: the account, a row of it for each tax that is open."""

    account: Select[Any]
    deferrals: Select[Any]


@dataclass(frozen=True, slots=True)
class _Books:
    """The three statements about many citizens, over one authority's tables."""

    account: Select[Any]
    open: Select[Any]
    deferrals: Select[Any]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the statements found, and the office the account is kept at."""

    account: Row[Any]
    office: Office
    open: Sequence[Row[Any]]
    deferrals: Sequence[Row[Any]]


def _book(accounts: Table, open_taxes: Table, deferrals: Table) -> _Book:
    lines = [column for column in open_taxes.c if column.name != "citizen"]
    account = (
        select(accounts, *OFFICE, *lines)
        .join(national.offices)
        .outerjoin(open_taxes, open_taxes.c.citizen == accounts.c.citizen)
        .where(accounts.c.citizen == _CITIZEN)
        .order_by(open_taxes.c.number)
    )
    deferred = select(deferrals).where(deferrals.c.citizen == _CITIZEN)
    return _Book(account, deferred.order_by(deferrals.c.number))


def _books(accounts: Table, open_taxes: Table, deferrals: Table) -> _Books:
    def lines(table: Table) -> Select[Any]:
        query = select(table).where(table.c.citizen.in_(_CITIZENS))
        return query.order_by(table.c.citizen, table.c.number)

    # Many share an office: it is read once for all of them.
    account = select(accounts).where(accounts.c.citizen.in_(_CITIZENS))
    return _Books(account, lines(open_taxes), lines(deferrals))


_NATIONAL_TABLES = national.tax_accounts, national.open_taxes, national.deferrals
_LOCAL_TABLES = local.local_tax_accounts, local.local_open_taxes, local.local_deferrals
_NATIONAL = _book(*_NATIONAL_TABLES)
_LOCAL = _book(*_LOCAL_TABLES)
_MANY_NATIONAL = _books(*_NATIONAL_TABLES)
_MANY_LOCAL = _books(*_LOCAL_TABLES)
_OFFICES = select(*OFFICE).where(national.offices.c.id.in_(bindparam("offices", expanding=True)))


async def tax_account(connection: AsyncConnection, citizen: str) -> TaxAccount:
    """Return the tax service's account, or raise `IssuerError` (unknown_citizen)."""
    return _national(await _find(connection, _NATIONAL, citizen))


async def local_tax_account(connection: AsyncConnection, citizen: str) -> LocalTaxAccount:
    """Return the town's account, or raise `IssuerError` (unknown_citizen)."""
    return _local(await _find(connection, _LOCAL, citizen))


async def tax_accounts(
    connection: AsyncConnection, citizens: Sequence[str]
) -> dict[str, TaxAccount]:
    """Return the tax service's accounts of those who have one, in three statements for all."""
    found = await _find_many(connection, _MANY_NATIONAL, citizens)
    return {citizen: _national(one) for citizen, one in found.items()}


async def local_tax_accounts(
    connection: AsyncConnection, citizens: Sequence[str]
) -> dict[str, LocalTaxAccount]:
    """Return the towns' accounts of those who have one, in three statements for all."""
    found = await _find_many(connection, _MANY_LOCAL, citizens)
    return {citizen: _local(one) for citizen, one in found.items()}


def _national(found: _Found) -> TaxAccount:
    return TaxAccount(
        taxpayer=taxpayer_in(found.account),
        office=found.office,
        open=tuple(map(tax_in, found.open)),
        deferrals=tuple(map(_deferral, found.deferrals)),
        trustee_arrears=found.account.trustee_arrears,
    )


def _local(found: _Found) -> LocalTaxAccount:
    return LocalTaxAccount(
        taxpayer=taxpayer_in(found.account),
        office=found.office,
        open=tuple(map(tax_in, found.open)),
        deferrals=tuple(map(_deferral, found.deferrals)),
    )


async def _find(connection: AsyncConnection, books: _Book, citizen: str) -> _Found:
    of = {"citizen": citizen}
    rows = (await connection.execute(books.account, of)).all()
    account = known(rows[0] if rows else None)
    deferred = (await connection.execute(books.deferrals, of)).all()
    asked = [row for row in rows if row.number is not None]
    return _Found(account, office_in(account), asked, deferred)


async def _find_many(
    connection: AsyncConnection, books: _Books, citizens: Sequence[str]
) -> dict[str, _Found]:
    of = {"citizens": [*citizens]}
    accounts = (await connection.execute(books.account, of)).all()
    named = {"offices": sorted({row.office for row in accounts})}
    offices = {row.office_id: office_in(row) for row in await connection.execute(_OFFICES, named)}
    asked = _by_citizen(await connection.execute(books.open, of))
    deferred = _by_citizen(await connection.execute(books.deferrals, of))
    return {
        citizen: _Found(
            row, offices[row.office], asked.get(citizen, ()), deferred.get(citizen, ())
        )
        for citizen, row in ((row.citizen, row) for row in accounts)
    }


def _by_citizen(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    """Return the lines of each citizen, in their order."""
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.citizen, []).append(row)
    return found


def _deferral(row: Row[Any]) -> Deferral:
    return Deferral(
        number=row.number,
        kind=row.kind,
        since=date.fromisoformat(row.since),
        until=date.fromisoformat(row.until),
        tax=tax_in(row),
    )
