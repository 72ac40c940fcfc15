"""One act at a time: of two calls for one offer or request, one goes on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keys.strict_json import JsonObject
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import Busy, Claimed, Done, SealedBox, Swap, TurnKey
from wallet.kept.vault import Vault, new_id
from wallet.ports import Ports

# Every step of an act is bounded to seconds; what takes longer has died.
TURN_TIME: Final = timedelta(minutes=5)


@dataclass(slots=True)
class OwnTurn:
    """A turn that is ours until it is finished, or left, which gives it back."""

    ports: Ports
    vault: Vault
    key: TurnKey
    taker: str
    is_finished: bool = False

    async def finish(self, outcome: JsonObject, *boxes: SealedBox) -> None:
        """Keep the outcome and what the act brought, in one transaction.

        Raises ``WalletError`` (storage_broken), nothing kept, for a holder who is gone.
        """
        if not await self._finished(outcome, boxes, None):
            raise WalletError(WalletFailure.STORAGE_BROKEN)

    async def finish_in_place(self, outcome: JsonObject, swap: Swap, *boxes: SealedBox) -> bool:
        """Keep all of it as `finish`, with a box in the place of another; False if that came late.

        Nothing is kept then: the other was changed or deleted since it was read.
        """
        return await self._finished(outcome, boxes, swap)

    async def _finished(
        self, outcome: JsonObject, boxes: Sequence[SealedBox], swap: Swap | None
    ) -> bool:
        sealed = self.vault.seal_outcome(self.key, outcome)
        self.is_finished = await self.ports.shelf.finish_turn(
            self.key, self.taker, sealed, boxes, swap
        )
        return self.is_finished


@dataclass(frozen=True, slots=True)
class Finished:
    """The act was done before; ``outcome`` is what it came to."""

    outcome: JsonObject


@asynccontextmanager
async def turn(
    subject: str, *, ports: Ports, vault: Vault, now: datetime, busy: WalletFailure
) -> AsyncIterator[OwnTurn | Finished]:
    """Take the turn for ``subject``, or raise ``WalletError`` (``busy``) when another has it."""
    key = TurnKey(vault.holder, subject)
    taken = await ports.shelf.take_turn(
        key,
        taker=new_id(ports.entropy),
        now=int(now.timestamp()),
        until=int((now + TURN_TIME).timestamp()),
    )
    match taken:
        case Busy():
            raise WalletError(busy)
        case Done(outcome):
            yield Finished(vault.open_outcome(key, outcome))
        case Claimed(taker):
            own = OwnTurn(ports, vault, key, taker)
            try:
                yield own
            finally:
                if not own.is_finished:
                    await ports.shelf.give_back(key, taker)
