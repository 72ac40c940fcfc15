"""Tax accounts, national and local, each in three look-ups by key from tables of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, Select, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issuers.source.tax_records import Deferral, LocalTaxAccount, TaxAccount
from issuers.store import local_tax_tables as local
from issuers.store import source_tables as national
from issuers.store.row_parts import OFFICE, known, office_in, tax_in, taxpayer_in

_CITIZEN: BindParameter[str] = bindparam("citizen")


@dataclass(frozen=True, slots=True)
class _Books:
    """The three statements over one authority's tables."""

    account: Select[Any]
    open: Select[Any]
    deferrals: Select[Any]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the three statements found."""

    account: Row[Any]
    open: tuple[Row[Any], ...]
    deferrals: tuple[Row[Any], ...]


def _books(accounts: Table, open_taxes: Table, deferrals: Table) -> _Books:
    return _Books(
        select(accounts, *OFFICE).join(national.offices).where(accounts.c.citizen == _CITIZEN),
        _lines(open_taxes),
        _lines(deferrals),
    )


def _lines(table: Table) -> Select[Any]:
    return select(table).where(table.c.citizen == _CITIZEN).order_by(table.c.number)


_NATIONAL = _books(national.tax_accounts, national.open_taxes, national.deferrals)
_LOCAL = _books(local.local_tax_accounts, local.local_open_taxes, local.local_deferrals)


async def tax_account(connection: AsyncConnection, citizen: str) -> TaxAccount:
    """Return the tax service's account, or raise `IssuerError` (unknown_citizen)."""
    found = await _find(connection, _NATIONAL, citizen)
    return TaxAccount(
        taxpayer=taxpayer_in(found.account),
        office=office_in(found.account),
        open=tuple(map(tax_in, found.open)),
        deferrals=tuple(map(_deferral, found.deferrals)),
        trustee_arrears=found.account.trustee_arrears,
    )


async def local_tax_account(connection: AsyncConnection, citizen: str) -> LocalTaxAccount:
    """Return the town's account, or raise `IssuerError` (unknown_citizen)."""
    found = await _find(connection, _LOCAL, citizen)
    return LocalTaxAccount(
        taxpayer=taxpayer_in(found.account),
        office=office_in(found.account),
        open=tuple(map(tax_in, found.open)),
        deferrals=tuple(map(_deferral, found.deferrals)),
    )


async def _find(connection: AsyncConnection, books: _Books, citizen: str) -> _Found:
    of = {"citizen": citizen}
    account = known((await connection.execute(books.account, of)).one_or_none())
    asked = (await connection.execute(books.open, of)).all()
    deferred = (await connection.execute(books.deferrals, of)).all()
    return _Found(account, tuple(asked), tuple(deferred))


def _deferral(row: Row[Any]) -> Deferral:
    return Deferral(
        number=row.number,
        kind=row.kind,
        since=date.fromisoformat(row.since),
        until=date.fromisoformat(row.until),
        tax=tax_in(row),
    )
