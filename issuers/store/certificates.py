"""Certificates and their places on the status lists in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import KeptCertificate, StatusEvent, unknown_certificate
from issuers.issuance.issuing import Issuance
from issuers.ports import Change, Draw
from issuers.status.standing import (
    FORGET_AFTER,
    LIST_SIZE,
    Action,
    ListState,
    Place,
    Standing,
    check_size,
)
from issuers.store.certificate_rows import certificate_row, kept_in, standing_in
from issuers.store.deferrals import end_transaction
from issuers.store.mandates import use_mandate
from issuers.store.moving import moves_held
from issuers.store.reading import reader_of
from issuers.store.spending import hold_order, use_nonces, use_token
from issuers.store.status_events import Turn, history_of, write_turns
from issuers.store.status_places import new_list, take_places
from issuers.store.superseding import supersede
from issuers.store.tables import certificates, notices, places, status_lists
from issuers.store.times import seconds
from standards.status_list.bits import Status


class SqlCertificateStore:
    """`issuers.ports.CertificateStore` over this room's database."""

    def __init__(self, engine: AsyncEngine, list_size: int = LIST_SIZE) -> None:
        self._engine = engine
        self._reader = reader_of(engine)
        self._list_size = check_size(list_size)

    async def prepare(self, authorities: Sequence[str]) -> None:
        """Make the first status list of each authority that has none."""
        async with self._engine.begin() as connection:
            found = await connection.execute(select(status_lists.c.authority).distinct())
            missing = set(authorities) - set(found.scalars())
            for authority in sorted(missing):
                await connection.execute(
                    insert(status_lists).values(new_list(authority, 0, self._list_size))
                )

    async def issue(self, issuance: Issuance, draw: Draw, *, now: datetime) -> tuple[Place, ...]:
        """Write an issuance in one step and return a place of its own for every copy.

        A number that is there already gets further copies and no second entry (H56): the order is
        held, so requests with its tokens come one after the other.
        Raises `IssuerError`, nothing written: access_refused when the token was revoked or spent
        meanwhile, nonce_invalid when a nonce was used before, access_spent when the certificate
        is not valid any more. When the household has moved since its record was read, the
        certificate is outdated from its first moment.
        """
        certificate = issuance.certificate
        authority = certificate.entitlement.authority
        async with self._engine.begin() as connection:
            # First of all locks, as a move too begins with the household.
            is_overtaken = await _is_overtaken(connection, issuance)
            if issuance.transaction is None:
                await use_token(connection, issuance.token_hash, now)
                await use_nonces(connection, issuance.nonces)
            else:
                await hold_order(connection, issuance.token_hash)
                await end_transaction(connection, issuance.transaction)
            is_new = await _enter(connection, issuance)
            if is_new and issuance.supersedes:
                await supersede(connection, issuance, now)
            taken = await take_places(
                connection, authority, issuance.copies, draw, self._list_size
            )
            rows = [
                {
                    "authority": authority,
                    "list": place.list_number,
                    "place": place.index,
                    "certificate": certificate.number,
                }
                for place in taken
            ]
            await connection.execute(insert(places), rows)
            if is_overtaken:
                turn = Turn(certificate.number, Standing(Status.VALID).after(Action.OUTDATE))
                await write_turns(connection, [turn], StatusEvent(now, Action.OUTDATE, *_MOVED))
        return taken

    async def change(self, change: Change, *, now: datetime) -> KeptCertificate:
        """Change the status of all copies of a certificate, and write it into its history.

        Raises `IssuerError`: unknown_certificate, also for another authority's, or what
        `issuers.status.standing.Standing.after` raises.
        """
        query = select(certificates).where(certificates.c.number == change.number)
        async with self._engine.begin() as connection:
            row = (await connection.execute(query.with_for_update())).one_or_none()
            if row is None or not change.by.covers(row.authority):
                raise unknown_certificate()
            turn = Turn(change.number, standing_in(row).after(change.action))
            event = StatusEvent(now, change.action, change.reason, change.by.name)
            await write_turns(connection, [turn], event)
            changed = (await connection.execute(query)).one()
            history = await history_of(connection, change.number)
        return kept_in(changed, now=now, history=history)

    async def list_version(self, authority: str, number: int) -> int | None:
        """Return the version of a status list, None when there is no such list."""
        mine = (status_lists.c.authority == authority) & (status_lists.c.number == number)
        async with self._reader.connect() as connection:
            found = await connection.execute(select(status_lists.c.version).where(mine))
            return found.scalar_one_or_none()

    async def list_state(self, authority: str, number: int, *, now: datetime) -> ListState | None:
        """Return a status list with every status that is not valid, of what has not long ended.

        The version is read first: what changes in between is told by the next version.
        """
        mine = (status_lists.c.authority == authority) & (status_lists.c.number == number)
        kept = select(status_lists.c.version, status_lists.c.size).where(mine)
        query = (
            select(places.c.place, certificates.c.status)
            .join(certificates)
            .where(certificates.c.authority == authority)
            .where(certificates.c.status != Status.VALID.value)
            .where(certificates.c.expires_at > seconds(now - FORGET_AFTER))
            .where(places.c.list == number)
        )
        async with self._reader.connect() as connection:
            row = (await connection.execute(kept)).one_or_none()
            if row is None:
                return None
            found = await connection.execute(query)
            statuses = tuple((place, status) for place, status in found)
        return ListState(authority, number, row.version, statuses, row.size)


# Said alike in both databases; whoever has the number already is left as it is.
_ENTER = postgresql.insert(certificates).on_conflict_do_nothing().returning(certificates.c.number)
_STATUS = select(certificates.c.status).where(certificates.c.number == bindparam("of"))
# Reason and author of what no clerk did: the register was faster than the issue.
_MOVED = "전입", "register"


async def _is_overtaken(connection: AsyncConnection, issuance: Issuance) -> bool:
    """Tell whether the subject's household has moved since its record was read."""
    if issuance.moves is None:
        return False
    subject = issuance.certificate.entitlement.subject
    return await moves_held(connection, subject) != issuance.moves


async def _enter(connection: AsyncConnection, issuance: Issuance) -> bool:
    """Write the certificate and its notices into the book, once; tell whether it is new there."""
    number = issuance.certificate.number
    entered = await connection.execute(_ENTER, certificate_row(issuance))
    if entered.one_or_none() is None:
        await _check_valid(connection, number)
        return False
    if mandate := issuance.certificate.entitlement.mandate:
        await use_mandate(connection, mandate, issuance.certificate.issued_at)
    told = [{"citizen": citizen, "certificate": number} for citizen in issuance.concerned]
    await connection.execute(insert(notices), told)
    return True


async def _check_valid(connection: AsyncConnection, number: str) -> None:
    """Return when a certificate is valid still, or raise `IssuerError` (access_spent)."""
    status = (await connection.execute(_STATUS, {"of": number})).scalar_one()
    if Status(status) is not Status.VALID:
        detail = "the certificate has changed meanwhile: ask the authority for a new offer"
        raise IssuerError(IssuerFailure.ACCESS_SPENT, detail)
