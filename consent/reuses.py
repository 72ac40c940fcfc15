"""Telling that a shown code was used at several institutions: the holder, and each of them.

The second use is refused where the ledger is asked before anything is released. One that comes
late has happened: it is written, and what it shows is told here. To the holder under the holder's
own label, with the institution's name; to each institution under the label of its use, without
anybody else's.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from consent.appending import Appending
from consent.codes import Codes, CodeUse, Reuse
from consent.deciding import Subject
from consent.errors import ConsentError
from consent.forms.entry import EntryType
from consent.forms.reason import Reason
from consent.forms.record import ConsentRecord, EventState
from consent.own_entries import own_record, own_request
from consent.records import Records
from keys.entropy import SYSTEM_ENTROPY, Entropy

# What one tick does at most; the next one goes on.
AT_ONCE: Final = 100
# The log's first entry tells of no code: whoever asks begins after it.
_BY_NO_ENTRY: Final = 0


class Reuses:
    """What is known of codes that were used twice; `tick` writes each entry once."""

    def __init__(
        self,
        codes: Codes,
        records: Records,
        appending: Appending,
        *,
        entropy: Entropy = SYSTEM_ENTROPY,
    ) -> None:
        self._codes = codes
        self._records = records
        self._appending = appending
        self._entropy = entropy

    async def tick(self, now: datetime) -> int:
        """Tell of what was found since, and return how many uses that were.

        Raises `ConsentError` (ledger_stopped, ledger_busy): the next tick goes on where it was.
        """
        untold = await self._codes.untold(limit=AT_ONCE)
        for reuse in untold:
            await self._tell(reuse, now)
        await self._codes.forget(now)
        return len(untold)

    async def count(self) -> int:
        """Return how many codes of the last month were used at several institutions."""
        return await self._codes.count_reused()

    async def _tell(self, reuse: Reuse, now: datetime) -> None:
        """Write the holder's entry first: the use is told of when both are there."""
        use = await self._record(reuse.use)
        if use is None:
            # Its record cannot be opened any more: nothing can be said about it.
            await self._codes.tell(reuse, _BY_NO_ENTRY)
            return
        for shown in await self._codes.of_name(reuse.use.name):
            consent = await self._record(shown) if shown.party is None else None
            if consent is not None:
                await self._write(replace(consent, controller=use.controller), reuse, now)
        await self._codes.tell(reuse, await self._write(use, reuse, now))

    async def _record(self, use: CodeUse) -> ConsentRecord | None:
        subject = Subject.of(await self._records.of_subject(use.label, use.subject))
        return next((e.record for e in subject.events if e.record.record_id == use.subject), None)

    async def _write(self, about: ConsentRecord, reuse: Reuse, now: datetime) -> int:
        """Return the index of the entry; written before, by whomever, it is that one."""
        record = own_record(
            about, EventState.REUSED, reason=Reason.USED_ELSEWHERE, now=now, entropy=self._entropy
        )
        # A use that no consent of ours is for belongs to none.
        record = replace(record, consent_id=about.consent_id)
        request = own_request(EntryType.REUSED, about.label, reuse.index.to_bytes(8, "big"))
        write = partial(
            self._appending.write_own,
            EntryType.REUSED,
            about.label,
            record=record,
            request=request,
            now=now,
        )
        try:
            return (await write()).index
        except ConsentError:
            # Another process told it at the same moment: the second look finds that entry. What
            # keeps the ledger from writing at all is said by the second look too.
            return (await write()).index
