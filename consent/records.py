"""Opening the records that the ledger keeps sealed: for its own decisions, and for the pair."""

from collections.abc import Sequence
from dataclasses import dataclass

from consent.codes import Codes
from consent.deposits import StoredDeposit, open_deposit
from consent.forms.deposit import Deposit
from consent.forms.entry import Leaf
from consent.forms.reading import ReadRecord, Unopenable
from consent.ports import Deposits, RecordKeys
from keys.sealing import DataKey


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """An entry with its record, as far as the record can still be opened.

    ``record_id`` is known even then; ``deposit`` is None exactly when ``unopenable`` says why.
    """

    index: int
    leaf: Leaf
    record_id: str
    deposit: Deposit | None
    unopenable: Unopenable | None

    def read(self) -> ReadRecord:
        """Return it as the pair may read it."""
        deposit = self.deposit
        return ReadRecord(
            self.index,
            self.leaf.number,
            deposit.record if deposit is not None else None,
            deposit.salt if deposit is not None else None,
            deposit.terms if deposit is not None else None,
            self.unopenable,
        )


class Records:
    """The sealed records and their keys, brought together; nothing opened is kept in memory."""

    def __init__(
        self, deposits: Deposits, codes: Codes, keys: RecordKeys, data_key: DataKey
    ) -> None:
        self._deposits = deposits
        self._codes = codes
        self._keys = keys
        self._data_key = data_key

    async def of_label(
        self, label: bytes, *, first: int = 1, limit: int | None = None
    ) -> list[KeptRecord]:
        """Return the label's records from its number ``first`` on, in the order of the log."""
        return await self._opened(await self._deposits.of_label(label, first=first, limit=limit))

    async def in_range(self, start: int, end: int, *, limit: int) -> list[KeptRecord]:
        """Return up to ``limit`` records of entries ``[start, end)``, in the order of the log."""
        return await self._opened(await self._deposits.in_range(start, end, limit=limit))

    async def of_subject(self, label: bytes, subject: str) -> list[KeptRecord]:
        """Return the records of one consent, or the one record of that id, in order."""
        return await self._opened(await self._deposits.of_subject(label, subject))

    async def of_holder_key(self, thumbprint: bytes) -> list[KeptRecord]:
        """Return the records of what a foreign wallet presented with the key of this thumbprint.

        Whoever asks must have proven that key.
        """
        keys = await self._keys.of_holder_key(thumbprint)
        return await self._opened(await self._deposits.by_keys(keys))

    async def users_of(self, code: bytes) -> set[str]:
        """Return the institutions that used a shown code, by its name here."""
        uses = await self._codes.of_name(code)
        return {use.party for use in uses if use.party is not None}

    async def reused_of(self, party: str, *, first: int, limit: int) -> list[KeptRecord]:
        """Return what tells of a party's uses of codes that others used too, from an index on."""
        told = await self._codes.told_of(party, first=first, limit=limit)
        return [each for at in told for each in await self.in_range(at, at + 1, limit=1)]

    async def _opened(self, stored: Sequence[StoredDeposit]) -> list[KeptRecord]:
        if not stored:
            return []
        wrapped = await self._keys.wrapped([each.record.key_id for each in stored])
        labels = {
            Leaf.parse(each.leaf).label for each in stored if each.record.key_id not in wrapped
        }
        shredded = {
            Leaf.parse(leaf).commitment
            for label in labels
            for leaf in await self._deposits.shredded_of(label)
        }
        return [self._open(each, wrapped, shredded) for each in stored]

    def _open(
        self, stored: StoredDeposit, wrapped: dict[bytes, bytes], shredded: set[bytes]
    ) -> KeptRecord:
        leaf, sealed = Leaf.parse(stored.leaf), stored.record
        key = wrapped.get(sealed.key_id)
        if key is None:
            why = Unopenable.SHREDDED if leaf.commitment in shredded else Unopenable.KEY_MISSING
            return KeptRecord(stored.index, leaf, sealed.record_id, None, why)
        deposit = open_deposit(sealed, key, commitment=leaf.commitment, data_key=self._data_key)
        return KeptRecord(stored.index, leaf, sealed.record_id, deposit, None)
