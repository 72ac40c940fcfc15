"""The log's static files and proofs: each answer is one reading of one snapshot of the tables."""

from functools import partial

from consent.complete.proof import CompletenessProof
from consent.forms.entry import log_label
from consent.forms.receipt import EntryProof
from consent.log_proofs import LogProofs
from consent.ports import Head, Store
from consent.tlog.signed_note import VerifierKey
from consent.tlog.tiles import TileAddress


class LogFiles:
    """Reading the log as C2SP tlog-tiles says, and proving its entries.

    Every method raises what `LogProofs` says. The reading begins with the first of them and ends
    with `close`.
    """

    def __init__(self, store: Store, log_key: VerifierKey) -> None:
        self._reader = store.reader(log_label(log_key.name))
        self._proofs = LogProofs(log_key)

    async def head(self) -> Head:
        """Return the committed state."""
        return await self._reader.read(self._proofs.head)

    async def tile(self, path: str) -> bytes:
        """Return a tile's or bundle's octets."""
        address = TileAddress.parse(path)
        return await self._reader.read(partial(self._proofs.tile, address))

    async def prove(self, index: int) -> EntryProof:
        """Return the proof of an entry in the present tree."""
        return await self._reader.read(partial(self._proofs.prove, index))

    async def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the audit path of an entry in the tree of ``size``."""
        return await self._reader.read(partial(self._proofs.inclusion, index, size))

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that tree ``new`` continues tree ``old``; empty from size 0."""
        return await self._reader.read(partial(self._proofs.consistency, old, new))

    async def complete(self, label: bytes) -> CompletenessProof:
        """Return all entries of a label, none for one that nobody used, with the proof of it."""
        return await self._reader.read(partial(self._proofs.complete, label))

    async def close(self) -> None:
        """End the reading."""
        await self._reader.close()
