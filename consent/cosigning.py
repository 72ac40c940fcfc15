"""Asking witnesses to cosign the log: the other end of C2SP tlog-witness.

Once a second, and every minute when nothing was written, each witness is shown the checkpoint that
was published last and a proof that it continues the one this witness saw before. It runs beside
the log and never holds it up: a witness that is slow, down or lying costs its own cosignature, and
is told of (`troubles`), and the others go on.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from consent.cosignatures import Cosignatures, Given, Published
from consent.errors import ConsentError, ConsentFailure
from consent.ports import Head
from consent.tlog.cosignature import open_cosigned
from consent.tlog.policy_lines import Witness
from consent.tlog.signed_note import lines_by, read_note, signature_line
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
from consent.witness.asking import Network, Trouble, TroubleError, lines_of, request_of, size_of

# One checkpoint a second is asked about, however fast the log grows.
PACE: Final = timedelta(seconds=1)
# DESIGN section 3: a minute without a cosignature contradicts "the ledger was there". A little
# less, so that asking and answering fit in.
HEARTBEAT: Final = timedelta(seconds=55)
# A witness that fails is asked again after 1, 2, 4 … seconds, and not later than the heartbeat.
_PATIENCE: Final = HEARTBEAT
# A witness may have seen something else than was thought once; what changes again is no memory.
_ATTEMPTS: Final = 3
# Two machines that keep time differ by far less; an old cosignature given again says nothing new.
_TOLERANCE: Final = timedelta(minutes=5)
# Published checkpoints older than this are thinned out.
_THINNED_AFTER: Final = timedelta(days=1)


class GrowingLog(Protocol):
    """What is shown to witnesses; `consent.log_files.LogFiles` is one."""

    async def head(self) -> Head:
        """Return the committed state, or raise `ConsentError`."""
        ...

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that tree ``new`` continues tree ``old``, or raise `ConsentError`."""
        ...


class Cosigning:
    """Asks the witnesses of a policy; ``addresses`` are where, each with one turn of its own."""

    def __init__(
        self,
        kept: Cosignatures,
        log: GrowingLog,
        log_key: VerifierKey,
        *,
        policy: Policy,
        network: Network,
        clock: Callable[[], datetime],
    ) -> None:
        self._kept = kept
        self._log = log
        self._log_key = log_key
        self._policy = policy
        self._network = network
        self._clock = clock
        self._witnesses = _by_address(policy)
        self._publishing = asyncio.Lock()
        self._troubles: dict[str, Trouble] = {}
        self._failures: dict[str, tuple[int, datetime]] = {}

    @property
    def addresses(self) -> tuple[str, ...]:
        """The submission prefixes of the witnesses; one may have several keys."""
        return tuple(self._witnesses)

    @property
    def names(self) -> tuple[str, ...]:
        """The policy's names of the witnesses that are asked."""
        return tuple(each.name for asked in self._witnesses.values() for each in asked)

    @property
    def troubles(self) -> dict[str, Trouble]:
        """What is the matter now, by the witness' name; of those that are well nothing."""
        return dict(self._troubles)

    async def last(self, name: str) -> Given | None:
        """Return what a witness gave last, of the largest size; None when it never did."""
        return await self._kept.last(name)

    async def ask(self, address: str) -> None:
        """Ask one witness, if it is due; whatever comes of it, nothing of it is raised."""
        now = self._clock()
        if self._is_resting(address, now):
            return
        try:
            gave = await self._ask(address, now)
        except TroubleError as error:
            self._fail(address, error.trouble, now)
        except ConsentError:
            self._fail(address, Trouble.LOG_UNREADABLE, now)
        else:
            self._settle(address, gave, now)

    async def tidy(self) -> None:
        """Thin out what was published long ago; due every hour or so."""
        await self._kept.thin(self._clock() - _THINNED_AFTER)

    async def _ask(self, address: str, now: datetime) -> frozenset[str] | None:
        """Return the names that gave a cosignature, None where nobody was due."""
        published = await self._publish(now)
        witnesses = self._witnesses[address]
        lasts = [await self._kept.last(each.name) for each in witnesses]
        if all(_is_fresh(last, published, now) for last in lasts):
            return None
        seen = min(max((last.size for last in lasts if last), default=0), published.size)
        lines = await self._exchange(address, published, seen)
        if lines is None:
            return None
        given = self._verified(lines, published, witnesses)
        for name, own in given.items():
            await self._keep(Given(name, published.size, own, now), published)
        return frozenset(given)

    async def _publish(self, now: datetime) -> Published:
        """Return the checkpoint to ask about: the last one, or the head once a second has passed.

        It is written down before anybody is asked, so all processes and witnesses meet on it.
        """
        async with self._publishing:
            last = await self._kept.published()
            if last is not None and now - last.at < PACE:
                return last
            head = await self._log.head()
            if last is not None and head.size <= last.size:
                return last
            new = Published(head.size, head.checkpoint, now)
            await self._kept.publish(new)
            return new

    async def _exchange(self, address: str, published: Published, seen: int) -> str | None:
        """Return the lines that the witness gave, None when it has seen a later one meanwhile."""
        for _ in range(_ATTEMPTS):
            proof = await self._log.consistency(seen, published.size)
            request = request_of(seen, proof, published.note)
            reply = await self._network.add_checkpoint(address, request)
            lines = lines_of(reply)
            if lines is not None:
                return lines
            seen = size_of(reply)
            if seen > published.size:
                await self._check_ahead(seen)
                return None
        raise TroubleError(Trouble.MALFORMED)

    async def _check_ahead(self, seen: int) -> None:
        """Raise when a witness saw more than there is; another process may have been faster."""
        if seen > (await self._log.head()).size:
            raise TroubleError(Trouble.AHEAD)

    def _verified(
        self, lines: str, published: Published, witnesses: Sequence[Witness]
    ) -> dict[str, str]:
        """Return the lines of each witness that signed; lines of unknown keys are left out."""
        note = published.note + lines
        try:
            keys = [each.key for each in witnesses]
            opened = open_cosigned(note, log_key=self._log_key, witnesses=keys)
            unverified = read_note(note)
        except ConsentError as error:
            forged = error.failure is ConsentFailure.NOTE_SIGNATURE_INVALID
            raise TroubleError(Trouble.FORGED if forged else Trouble.MALFORMED) from None
        if any(abs(each.at - self._clock()) > _TOLERANCE for each in opened.cosignatures):
            raise TroubleError(Trouble.WRONG_TIME)
        own = {each.name: lines_by(each.key, unverified) for each in witnesses}
        return {
            each.name: "".join(signature_line(each.key, line.signature) for line in own[each.name])
            for each in witnesses
            if own[each.name]
        }

    async def _keep(self, given: Given, published: Published) -> None:
        """Keep, then look whether that is enough: of two at once the later one sees both."""
        await self._kept.keep(given)
        lines = "".join(each.lines for each in await self._kept.of(given.size))
        try:
            self._policy.check(published.note + lines, log_keys=(self._log_key,))
        except ConsentError:
            return
        await self._kept.meet(given.size)

    def _is_resting(self, address: str, now: datetime) -> bool:
        return address in self._failures and now < self._failures[address][1]

    def _fail(self, address: str, trouble: Trouble, now: datetime) -> None:
        count = self._failures.get(address, (0, now))[0]
        rest = min(timedelta(seconds=2 ** min(count, 16)), _PATIENCE)
        self._failures[address] = (count + 1, now + rest)
        for each in self._witnesses[address]:
            self._troubles[each.name] = trouble

    def _settle(self, address: str, gave: frozenset[str] | None, now: datetime) -> None:
        if gave is None:
            return
        if not gave:
            self._fail(address, Trouble.NO_COSIGNATURE, now)
            return
        self._failures.pop(address, None)
        for each in self._witnesses[address]:
            if each.name in gave:
                self._troubles.pop(each.name, None)
            else:
                self._troubles[each.name] = Trouble.NO_COSIGNATURE


def _by_address(policy: Policy) -> Mapping[str, tuple[Witness, ...]]:
    found: dict[str, tuple[Witness, ...]] = {}
    for each in policy.witnesses:
        if each.url is not None:
            url = each.url.rstrip("/")
            found[url] = (*found.get(url, ()), each)
    return found


def _is_fresh(last: Given | None, published: Published, now: datetime) -> bool:
    return last is not None and last.size >= published.size and now - last.at < HEARTBEAT
