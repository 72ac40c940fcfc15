"""The logs of years that are over: opened from their folders, named by the log after them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import StartError
from app.log_audit import read_copy
from app.settings import Settings
from consent import freezing
from consent.auditing.export import CHECKPOINT, VKEY
from consent.endpoints.frozen import Read
from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf, log_label
from consent.ledger import Ledger
from consent.ports import EntryFilter, Store, Turn
from consent.tlog.checkpoint import Checkpoint

# A log a year.
_LIMIT: Final = 64


@dataclass(frozen=True, slots=True)
class FrozenLog:
    """A folder with a log that has ended."""

    name: str
    checkpoint: Checkpoint
    read: Read


def frozen_logs(settings: Settings, successor: str) -> list[FrozenLog]:
    """Return the logs in the folders of the setting, or raise ``StartError`` (frozen_unreadable).

    Each is served under the folder's own name.
    """
    return [_opened(folder, successor) for folder in settings.frozen]


async def begin_after(frozen: list[FrozenLog], ledger: Ledger, store: Store) -> None:
    """Have a new log begin with the last checkpoint of each log before it.

    Raises ``StartError`` (frozen_late) when it has begun with something else.
    """
    found = await store.found(EntryFilter(type=EntryType.FROZEN), Turn(), _LIMIT)
    written = {Leaf.parse(leaf).commitment for _, leaf in found}
    missing = [
        each.checkpoint
        for each in frozen
        if freezing.commitment_of(each.checkpoint) not in written
    ]
    if missing and (await ledger.files.head()).size:
        detail = f"the log has begun, and not with the end of {missing[0].origin}: a log names "
        raise StartError("frozen_late", detail + "those before it at its first start")
    await asyncio.gather(
        *(
            ledger.write_own(
                EntryType.FROZEN,
                log_label(ledger.log_key.name),
                commitment=freezing.commitment_of(each),
                request=freezing.request_of(each),
            )
            for each in missing
        )
    )


def _opened(folder: Path, successor: str) -> FrozenLog:
    read = read_copy(folder)
    note, vkey = read(CHECKPOINT), read(VKEY)
    if note is None or vkey is None:
        raise StartError("frozen_unreadable", f"{folder} holds no frozen log")
    try:
        checkpoint = freezing.open_frozen(
            note.decode("utf-8", "replace"), vkey.decode("utf-8", "replace"), successor=successor
        )
    except ConsentError as error:
        raise StartError("frozen_unreadable", f"{folder}: {error.detail}") from None
    return FrozenLog(folder.name, checkpoint, read)
