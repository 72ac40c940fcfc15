"""What the databases hold sealed, opened with the installation's own keys: what must not leak."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import LargeBinary, Text, column, select, table
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from consent.authorisation import open_mac_key
from consent.forms.household import inbox_of
from consent.records import KeptRecord, Records
from consent.sequencing import LabelKeys
from consent.store import ConsentStore, RecordKeyStore
from keys import base64url
from keys.key_store import KeyStore
from keys.strict_json import dumps
from verifiers.recording.sealing import Sealing
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import open_vault
from wallet.store import WalletStore

_HOLDERS = table("holders", column("holder", Text))
_LABELS = table(
    "entries", column("label", LargeBinary), column("mac_key", LargeBinary), column("holder", Text)
)
_KEPT = table("agreements", column("transaction_id", Text), column("standing_sealed", LargeBinary))


@dataclass
class Sealed:
    """Secrets by what they are: each opens, signs or links something for whoever reads it."""

    mac_keys: set[bytes] = field(default_factory=set)
    inboxes: set[bytes] = field(default_factory=set)
    household: set[bytes] = field(default_factory=set)
    holder_secrets: set[bytes] = field(default_factory=set)
    signing_keys: set[bytes] = field(default_factory=set)
    disclosure_salts: set[bytes] = field(default_factory=set)
    addresses: set[bytes] = field(default_factory=set)

    def some(self, count: int = 6) -> list[bytes]:
        """A few of each kind: all of them in every spelling in every file would take minutes."""
        kinds = vars(self).values()
        return [secret for kind in kinds for secret in sorted(kind)[:count]]


def opened_secrets(home: Path) -> Sealed:
    """Return every secret of citizens that the rooms keep for them."""
    found = Sealed()

    async def read() -> None:
        store = KeyStore(home / "keys")
        async with engine_of(home, "wallet") as engine:
            await _of_wallets(engine, store, found)
        async with engine_of(home, "consent") as engine, engine.connect() as connection:
            for label, mac_key, holder in await connection.execute(
                select(_LABELS.c.label, _LABELS.c.mac_key, _LABELS.c.holder).where(
                    _LABELS.c.mac_key.is_not(None)
                )
            ):
                keys = LabelKeys(mac_key, holder)
                found.mac_keys.add(open_mac_key(keys, label, store.data_key("consent")))
        async with engine_of(home, "verifiers") as engine, engine.connect() as connection:
            sealing = Sealing(store.data_key("verifiers"))
            for id_, sealed in await connection.execute(
                select(_KEPT.c.transaction_id, _KEPT.c.standing_sealed).where(
                    _KEPT.c.standing_sealed.is_not(None)
                )
            ):
                address = sealing.open_standing(id_, sealed)
                found.addresses.add(address.rpartition("/")[2].encode())

    asyncio.run(read())
    return found


async def _of_wallets(engine: AsyncEngine, store: KeyStore, found: Sealed) -> None:
    shelf = WalletStore(engine)
    async with engine.connect() as connection:
        holders = list((await connection.execute(select(_HOLDERS.c.holder))).scalars())
    for holder in holders:
        vault = await open_vault(shelf, store.data_key("wallet"), holder, bytes)
        found.holder_secrets.add(vault.secret)
        for box in await shelf.all(holder, BoxKind.CREDENTIAL):
            held = HeldCredential.parse(vault.open(box))
            found.signing_keys.add(held.key.octets)
            found.inboxes.add(inbox_of(vault.secret, held.provenance.issuer))
            labels = () if held.household is None else held.household.file + held.household.read
            found.household |= {each.pair.mac_key for each in labels}
        for box in await shelf.all(holder, BoxKind.PAIR):
            found.signing_keys.add(base64url.decode(str(vault.open(box)["key"])))
        for box in await shelf.all(holder, BoxKind.RECEIPT):
            salt = vault.open(box).get("disclosure_salt")
            found.disclosure_salts |= {base64url.decode(str(salt))} if salt else set()


def opened_deposits(home: Path) -> list[KeptRecord]:
    """Return every record the ledger keeps, opened as for the pair or for a case."""

    async def read() -> list[KeptRecord]:
        data_key = KeyStore(home / "keys").data_key("consent")
        async with engine_of(home, "consent") as engine, engine_of(home, "record_keys") as keys:
            store = ConsentStore(engine)
            records = Records(store.deposits, store.codes, RecordKeyStore(keys), data_key)
            return await records.in_range(0, 2**40, limit=10_000)

    return asyncio.run(read())


def as_read(records: list[KeptRecord]) -> bytes:
    """Return records in the form in which they are handed to somebody."""
    return b"\n".join(dumps(each.read().as_dict()) for each in records)


def wrapped_keys(home: Path) -> list[bytes]:
    """Return the keys of the records as their own database keeps them."""

    async def read() -> list[bytes]:
        async with engine_of(home, "record_keys") as engine, engine.connect() as connection:
            kept = table("record_keys", column("wrapped", LargeBinary))
            return list((await connection.execute(select(kept.c.wrapped))).scalars())

    return asyncio.run(read())


@asynccontextmanager
async def engine_of(home: Path, room: str) -> AsyncIterator[AsyncEngine]:
    """The database of one room behind the back of the service that runs on it."""
    engine = sqlite_engine(home / f"{room}.sqlite")
    yield engine
    await engine.dispose()
