"""A code the holder reads out at a counter where nothing can be scanned (W9).

Eight letters are few, so who may try is bounded: only a registered relying party, proven by its
signature, and each of its counters five times wrong in ten minutes. The try is counted before the
code is looked up, so that fifty tries at once are still five. What a right code brings is a
request on the holder's screen, and nothing goes out.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from keys.role import Role
from keys.strict_json import JsonObject
from standards.spoken_code.entry import VerifiedEntry, verify_entry
from standards.spoken_code.errors import SpokenCodeError
from standards.spoken_code.letters import draw
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault, new_id
from wallet.ports import Ports
from wallet.presenting.fetching import read_link
from wallet.presenting.handed_over import open_for_a_desk, request_under, take_request

# A clerk who hears badly is right within five; who guesses needs thousands of millions.
TRIES_PER_DESK: Final = 5
# A party that names a new counter for each guess gains nothing.
TRIES_PER_PARTY: Final = 100
TRIES_WINDOW: Final = timedelta(minutes=10)

_CONTEXT: Final = b"mydata-spoken-code-v1"
# One code at a time for each holder.
_PLACE: Final = "now"


@dataclass(frozen=True, slots=True)
class SpokenCode:
    """A code to read out, good until ``expires_at``; its page asks for it by ``name``."""

    code: str = field(repr=False)
    name: str
    expires_at: datetime


async def open_spoken(*, ports: Ports, vault: Vault, now: datetime) -> SpokenCode:
    """Return a new code for one request; the holder's last one is closed."""
    last = await _kept(ports, vault)
    if last is not None:
        await ports.shelf.close_link(_hash(last.code, ports))
    code = draw(ports.entropy)
    until = await open_for_a_desk(_hash(code, ports), ports=ports, vault=vault, now=now)
    spoken = SpokenCode(code, new_id(ports.entropy), until)
    content: JsonObject = {
        "name": spoken.name,
        "code": code,
        "until": int(until.timestamp()),
    }
    await ports.shelf.put(vault.seal(BoxKind.SPOKEN_CODE, _PLACE, now, content))
    return spoken


async def spoken_code(name: str, *, ports: Ports, vault: Vault) -> SpokenCode:
    """Return the holder's code of that name, or raise (desk_link_closed): another took its place.

    An empty name is the one of the moment.
    """
    kept = await _kept(ports, vault)
    if kept is None or name not in ("", kept.name):
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)
    return kept


async def spoken_request(
    spoken: SpokenCode, *, ports: Ports, vault: Vault, now: datetime
) -> str | None:
    """Return the request of the desk that was told the code, None while none has it.

    Raises ``WalletError`` (desk_link_closed) once it is over.
    """
    return await request_under(_hash(spoken.code, ports), ports=ports, vault=vault, now=now)


async def enter(token: str, *, ports: Ports, now: datetime) -> None:
    """Bring a desk's request to the holder whose code it was told, or raise ``WalletError``.

    1. entered by a registered relying party, for us, now, with a request's link: else
       spoken_entry_invalid
    2. while neither the counter nor the party is out of tries: else spoken_desk_locked
    3. under a code that is open: else spoken_code_closed, the same for one that never was
    """
    verified = _verified(token, ports, now)  # 1
    tried = await _count_try(verified, ports, now)  # 2
    code_hash = _hash(verified.entry.code, ports)
    taken = await take_request(code_hash, verified.entry.request_uri, ports=ports, now=now)
    if not taken:  # 3
        raise WalletError(WalletFailure.SPOKEN_CODE_CLOSED)
    for subject in tried:
        await ports.shelf.give_try_back(subject)


def _verified(token: str, ports: Ports, now: datetime) -> VerifiedEntry:
    anchors = ports.trust().anchors(Role.VERIFIER, now)
    try:
        verified = verify_entry(token, audience=ports.base, anchors=anchors, now=now)
    except SpokenCodeError as error:
        raise WalletError(WalletFailure.SPOKEN_ENTRY_INVALID, error.detail) from None
    read_link(verified.entry.request_uri)
    return verified


async def _count_try(verified: VerifiedEntry, ports: Ports, now: datetime) -> tuple[bytes, ...]:
    """Count a try of the counter and of its party; those of right codes are given back."""
    party, desk = verified.party, verified.entry.desk
    counted = ((_subject(party, desk), TRIES_PER_DESK), (_subject(party), TRIES_PER_PARTY))
    for subject, limit in counted:
        since = int((now - TRIES_WINDOW).timestamp())
        may_try = await ports.shelf.take_try(
            subject, limit=limit, now=int(now.timestamp()), forget_before=since
        )
        if not may_try:
            raise WalletError(WalletFailure.SPOKEN_DESK_LOCKED)
    return tuple(subject for subject, _ in counted)


def _subject(*names: str) -> bytes:
    return hashlib.sha256("\0".join(names).encode()).digest()


def _hash(code: str, ports: Ports) -> bytes:
    """Return what is kept of a code: 35 bits would be found from a plain hash in a moment."""
    return ports.store_key.mac(code.encode(), context=_CONTEXT)


async def _kept(ports: Ports, vault: Vault) -> SpokenCode | None:
    box = await ports.shelf.find(vault.holder, BoxKind.SPOKEN_CODE, _PLACE)
    match None if box is None else vault.open(box):
        case {"name": str(name), "code": str(code), "until": int(until)}:
            return SpokenCode(code, name, datetime.fromtimestamp(until, UTC))
        case _:
            return None
