"""Keep an original because a law says so, show it to the person who may, destroy it in time."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from consent.forms.duration import after
from keys import base64url
from keys.entropy import Entropy
from keys.json_value import JsonObject, JsonValue
from keys.sealing import DataKey
from keys.strict_json import dumps, loads_object
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.originals.original import (
    Original,
    OriginalStore,
    Reader,
    Reading,
    SealedOriginal,
)
from verifiers.registered.registration import Registrations
from verifiers.transaction import Transaction

# As long as somebody reads one certificate; then a new reading is written down, with its reason.
READING_TIME: Final = timedelta(minutes=10)
# A file number, a sentence.
REASON_LIMIT: Final = 200
# What one page shows of the book.
LISTED: Final = 200

_ORIGINAL: Final = b"mydata-verifiers-original-v1\0"
_REASON: Final = b"mydata-verifiers-reading-v1\0"
_ID_SIZE: Final = 16


class Originals:
    """The originals of every institution here; ``key_of`` gives the key of one by its id."""

    def __init__(
        self,
        registrations: Registrations,
        store: OriginalStore,
        key_of: Callable[[str], DataKey],
        *,
        clock: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._registrations = registrations
        self._store = store
        self._key_of = key_of
        self._clock = clock
        self._entropy = entropy

    async def keep(
        self,
        transaction: Transaction,
        credentials: Iterable[JsonObject],
        presentations: Iterable[str],
        *,
        now: datetime,
    ) -> None:
        """Keep what was shown where the purpose names the law that has it kept; else nothing.

        Kept before the transaction is closed: what is not released after all is never listed, and
        goes with the rest of the sharing.
        """
        party = self._registrations.party(transaction.party)
        kept = party.purpose(transaction.purpose).kept_by_law
        if kept is None or kept.original is None:
            return
        octets = dumps({"credentials": [*credentials], "presentations": [*presentations]})
        context = _ORIGINAL + transaction.id.encode()
        await self._store.keep_original(
            SealedOriginal(
                transaction_id=transaction.id,
                party=transaction.party,
                purpose=transaction.purpose,
                kept_at=now,
                kept_until=after(now, kept.period),
                sealed=self._key_of(transaction.party).seal(octets, context=context),
            )
        )

    async def listed(self, party: str | None = None) -> tuple[SealedOriginal, ...]:
        """Return what is kept, of one institution or of all, the latest first; nothing opened."""
        return await self._store.originals(party, LISTED)

    async def readings(self, party: str | None = None) -> tuple[Reading, ...]:
        """Return who read what, the latest first."""
        return await self._store.readings(party, LISTED)

    async def begin_reading(self, transaction_id: str, reader: Reader, reason: str) -> str:
        """Write down that somebody is about to read, and return the number of the reading.

        Raises ORIGINAL_UNKNOWN, alike for what is another institution's; REQUEST_INVALID without
        a reason.
        """
        now, reason = self._clock(), reason.strip()
        await self._of(transaction_id, reader, now)
        if not reason or len(reason) > REASON_LIMIT:
            raise VerifierError(
                Failure.REQUEST_INVALID, f"a reason of 1 to {REASON_LIMIT} letters"
            )
        reading_id = base64url.encode(self._entropy(_ID_SIZE))
        context = _REASON + reading_id.encode()
        sealed = self._key_of(reader.party).seal(reason.encode(), context=context)
        await self._store.note_reading(
            Reading(reading_id, transaction_id, reader.party, reader.person, sealed, now)
        )
        return reading_id

    async def read(self, reading_id: str, reader: Reader) -> Original:
        """Return the original to the very person who began the reading, for a short while.

        Raises ORIGINAL_UNKNOWN.
        """
        now, reading = self._clock(), await self._store.reading(reading_id)
        if reading is None or (reading.party, reading.person) != (reader.party, reader.person):
            raise VerifierError(Failure.ORIGINAL_UNKNOWN)
        if now >= reading.read_at + READING_TIME:
            raise VerifierError(Failure.ORIGINAL_UNKNOWN, "this reading is over")
        kept = await self._of(reading.transaction_id, reader, now)
        return self._opened(kept)

    def reason_of(self, reading: Reading) -> str:
        """Return the reason that was given; for the institution's own pages alone."""
        context = _REASON + reading.id.encode()
        return self._key_of(reading.party).open(reading.reason_sealed, context=context).decode()

    async def forget(self, *, now: datetime) -> None:
        """Destroy the originals whose law has had its time."""
        await self._store.forget_originals(ended_before=now)

    async def _of(self, transaction_id: str, reader: Reader, now: datetime) -> SealedOriginal:
        kept = await self._store.original(transaction_id)
        if kept is None or kept.party != reader.party or kept.kept_until <= now:
            raise VerifierError(Failure.ORIGINAL_UNKNOWN)
        return kept

    def _opened(self, kept: SealedOriginal) -> Original:
        context = _ORIGINAL + kept.transaction_id.encode()
        octets = self._key_of(kept.party).open(kept.sealed, context=context)
        value = loads_object(octets)
        presentations = _list(value["presentations"])
        return Original(
            kept.transaction_id,
            tuple(_list(value["credentials"])),
            tuple(text for text in presentations if isinstance(text, str)),
        )


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
