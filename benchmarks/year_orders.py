"""Orders for a year as wallets have left them: offer, token, transaction, a proven key each."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.catalogue import AnyKind
from issuers.certificate.tripwire import Identity
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.numbering import numbers_of
from issuers.offers.offer import OfferState
from issuers.offers.years import YEAR_ORDER_LIFE
from issuers.source.records import Person
from issuers.store.deferral_tables import transactions, waiting_orders
from issuers.store.row_parts import person_in
from issuers.store.source_tables import people
from issuers.store.tables import access_tokens, offers
from issuers.store.times import seconds
from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import dumps

SECRET: Final = b"s" * 32
# Making a key costs as much as signing; so many different ones are enough to be loaded anew.
_KEYS: Final = 8192
_PAGE: Final = 5000


class YearOrders:
    """Writes orders of one kind; keys are made once."""

    def __init__(
        self, engine: AsyncEngine, kind: AnyKind, *, keys: int = _KEYS, secret: bytes = SECRET
    ) -> None:
        self._engine = engine
        self._kind = kind
        self._secret = IssuerSecret(secret)
        self._holders = [SoftwareSigner.generate().public for _ in range(keys)]

    @property
    def holder(self) -> PublicJwk:
        """One of the keys."""
        return self._holders[0]

    async def write(self, year: int, citizens: Sequence[str], now: datetime) -> None:
        """Let each of ``citizens`` wait with one key."""
        for at in range(0, len(citizens), _PAGE):
            await self._write(year, citizens[at : at + _PAGE], now)

    async def _write(self, year: int, citizens: Sequence[str], now: datetime) -> None:
        async with self._engine.begin() as connection:
            query = select(people).where(people.c.citizen.in_(citizens))
            found = map(person_in, await connection.execute(query))
            rows = [self._rows(person, number, year, now) for number, person in enumerate(found)]
            tables = offers, access_tokens, waiting_orders, transactions
            for table, its_rows in zip(tables, zip(*rows, strict=True), strict=True):
                await connection.execute(insert(table), list(its_rows))

    def _rows(
        self, person: Person, number: int, year: int, now: datetime
    ) -> tuple[dict[str, Any], ...]:
        id_hash = sha256(os.urandom(16)).digest()
        token = sha256(id_hash).digest()
        until = seconds(now + YEAR_ORDER_LIFE)
        holder = self._holders[number % len(self._holders)]
        numbers = numbers_of(id_hash, self._secret)
        return (
            self._offer(person, id_hash, until, year),
            {"token_hash": token, "offer": id_hash, "uses": 1, "expires_at": seconds(now)},
            {
                "offer": id_hash,
                "number": numbers.issue,
                "since": seconds(now - timedelta(days=90)),
                "decision": "waiting",
                "by": "",
            },
            _transaction(id_hash, token, holder, now),
        )

    def _offer(self, person: Person, id_hash: bytes, until: int, year: int) -> dict[str, Any]:
        return {
            "id_hash": id_hash,
            "code_hash": os.urandom(32),
            "authority": self._kind.authority.name,
            "kind": self._kind.name,
            "citizen": person.citizen,
            "purpose": self._kind.purpose.name,
            "purpose_detail": self._kind.purpose.detail,
            "officer": "online",
            "state": OfferState.REDEEMED.value,
            "wrong_tries": 0,
            "expires_at": until,
            "subject_mac": Identity.of(person).mac(id_hash, self._secret),
            "year": year,
        }


def _transaction(id_hash: bytes, token: bytes, holder: PublicJwk, now: datetime) -> dict[str, Any]:
    return {
        "id_hash": os.urandom(32),
        "offer": id_hash,
        "token_hash": token,
        "holders": dumps([holder.as_dict()]).decode(),
        "has_inbox": False,
        "since": seconds(now),
        "is_fetched": False,
    }
