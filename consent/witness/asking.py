"""The log's side of C2SP tlog-witness: what is sent to a witness, and what its answer means."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Protocol

from consent.tlog.merkle import SIZE_LIMIT

SIZE_TYPE: Final = "text/x.tlog.size"

_SIZE: Final = re.compile(b"(0|[1-9][0-9]{0,18})\n")


class Trouble(StrEnum):
    """Why a witness gives no cosignature: a closed list for operators.

    OTHER_HISTORY and AHEAD are about the log: the witness holds another tree, or a later one than
    this database (an older backup was restored). The rest is about the witness.
    """

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    OTHER_HISTORY = "other_history"
    AHEAD = "ahead"
    NO_COSIGNATURE = "no_cosignature"
    FORGED = "forged"
    WRONG_TIME = "wrong_time"
    MALFORMED = "malformed"
    LOG_UNREADABLE = "log_unreadable"


class TroubleError(Exception):
    """A witness gave no cosignature."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class WitnessReply:
    """A witness' answer; ``content_type`` is lower case and without parameters."""

    status: int
    content_type: str
    body: bytes


class Network(Protocol):
    """Reaching a witness; `consent.witness.client` does."""

    async def add_checkpoint(self, address: str, request: bytes) -> WitnessReply:
        """Return the answer at a submission prefix, or raise `TroubleError` (unreachable)."""
        ...


def request_of(seen: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return the request: ``note`` continues the tree of ``seen`` entries, and here is why."""
    lines = [f"old {seen}", *(base64.b64encode(octets).decode() for octets in proof), "", note]
    return "\n".join(lines).encode()


def lines_of(reply: WitnessReply) -> str | None:
    """Return the signature lines of an answer that gives some, None for a refusal."""
    if reply.status != HTTPStatus.OK:
        return None
    try:
        return reply.body.decode("utf-8")
    except UnicodeDecodeError:
        raise TroubleError(Trouble.MALFORMED) from None


def size_of(refusal: WitnessReply) -> int:
    """Return the size that a witness asks to go on from, or raise what its refusal means."""
    if refusal.status == HTTPStatus.CONFLICT and refusal.content_type == SIZE_TYPE:
        told = _SIZE.fullmatch(refusal.body)
        if told is None or int(told[1]) >= SIZE_LIMIT:
            raise TroubleError(Trouble.MALFORMED)
        return int(told[1])
    if refusal.status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
        # Ours is proven against the signed root before it is sent: it holds another tree.
        raise TroubleError(Trouble.OTHER_HISTORY)
    raise TroubleError(Trouble.REFUSED)
