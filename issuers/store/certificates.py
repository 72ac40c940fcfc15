"""Certificates and their places on the status lists in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.errors import IssuerError, IssuerFailure
from issuers.issuing import Certificate, Issuance
from issuers.kind import Purpose
from issuers.offers import Entitlement
from issuers.ports import Change, Draw, KeptCertificate, Place
from issuers.status import ListState, next_status
from issuers.store.reading import reader_of
from issuers.store.spending import use_nonces, use_token
from issuers.store.status_places import new_list, take_places
from issuers.store.tables import certificates, places, status_lists
from issuers.store.times import moment, seconds
from standards.status_list.bits import Status


class SqlCertificateStore:
    """`issuers.ports.CertificateStore` over this room's database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

    async def prepare(self, authorities: Sequence[str]) -> None:
        """Make the first status list of each authority that has none."""
        async with self._engine.begin() as connection:
            found = await connection.execute(select(status_lists.c.authority).distinct())
            missing = set(authorities) - set(found.scalars())
            for authority in sorted(missing):
                await connection.execute(insert(status_lists).values(new_list(authority, 0)))

    async def issue(self, issuance: Issuance, draw: Draw, *, now: datetime) -> tuple[Place, ...]:
        """Write an issuance in one step and return a place of its own for every copy.

        Raises `IssuerError`, nothing written: access_refused when the token was revoked or spent
        meanwhile, nonce_invalid when a nonce was used before.
        """
        certificate = issuance.certificate
        authority = certificate.entitlement.authority
        async with self._engine.begin() as connection:
            await use_token(connection, issuance.token_hash, now)
            await use_nonces(connection, issuance.nonces)
            taken = await take_places(connection, authority, issuance.copies, draw)
            await connection.execute(insert(certificates), _row(certificate))
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
        return taken

    async def of(self, citizen: str) -> tuple[KeptCertificate, ...]:
        """Return the certificates of a citizen, the latest first."""
        query = select(certificates).where(certificates.c.citizen == citizen)
        async with self._reader.connect() as connection:
            found = await connection.execute(query.order_by(certificates.c.issued_at.desc()))
            return tuple(_kept(row) for row in found)

    async def change(self, change: Change, *, now: datetime) -> KeptCertificate:
        """Change the status of all copies of a certificate.

        Raises `IssuerError`: unknown_certificate, or what `issuers.status.next_status` raises.
        """
        mine = certificates.c.number == change.number
        async with self._engine.begin() as connection:
            query = select(certificates).where(mine).with_for_update()
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                detail = "no certificate has this issue number"
                raise IssuerError(IssuerFailure.UNKNOWN_CERTIFICATE, detail)
            after = next_status(Status(row.status), change.action)
            values = {
                "status": after.value,
                "reason": change.reason,
                "changed_at": seconds(now),
            }
            await connection.execute(update(certificates).where(mine).values(values))
            await _new_version(connection, row.authority, change.number)
        return KeptCertificate(_certificate(row), after, change.reason)

    async def list_version(self, authority: str, number: int) -> int | None:
        """Return the version of a status list, None when there is no such list."""
        mine = (status_lists.c.authority == authority) & (status_lists.c.number == number)
        async with self._reader.connect() as connection:
            found = await connection.execute(select(status_lists.c.version).where(mine))
            return found.scalar_one_or_none()

    async def list_state(self, authority: str, number: int) -> ListState | None:
        """Return a status list with every status that is not valid.

        The version is read first: what changes in between is told by the next version.
        """
        version = await self.list_version(authority, number)
        if version is None:
            return None
        query = (
            select(places.c.place, certificates.c.status)
            .join(certificates)
            .where(certificates.c.authority == authority)
            .where(certificates.c.status != Status.VALID.value)
            .where(places.c.list == number)
        )
        async with self._reader.connect() as connection:
            found = await connection.execute(query)
            statuses = tuple((row.place, Status(row.status)) for row in found)
        return ListState(authority, number, version, statuses)


async def _new_version(connection: AsyncConnection, authority: str, number: str) -> None:
    lists = select(places.c.list).where(places.c.certificate == number)
    await connection.execute(
        update(status_lists)
        .where(status_lists.c.authority == authority, status_lists.c.number.in_(lists))
        .values(version=status_lists.c.version + 1)
    )


def _row(certificate: Certificate) -> dict[str, Any]:
    entitlement = certificate.entitlement
    return {
        "number": certificate.number,
        "authority": entitlement.authority,
        "kind": entitlement.kind,
        "citizen": entitlement.citizen,
        "purpose": entitlement.purpose.name,
        "issued_at": seconds(certificate.issued_at),
        "expires_at": seconds(certificate.expires_at),
        "status": Status.VALID.value,
    }


def _certificate(row: Row[Any]) -> Certificate:
    entitlement = Entitlement(row.authority, row.kind, row.citizen, Purpose(row.purpose))
    return Certificate(row.number, entitlement, moment(row.issued_at), moment(row.expires_at))


def _kept(row: Row[Any]) -> KeptCertificate:
    return KeptCertificate(_certificate(row), Status(row.status), row.reason)
