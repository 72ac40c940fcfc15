"""Asking witnesses: pace and heartbeat, every way they can fail, and what is kept of them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import MetaData, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.cosignatures import Given, Published
from consent.cosigned_files import CosignedFiles
from consent.cosigning import Cosigning
from consent.errors import ConsentError, ConsentFailure
from consent.ports import Head
from consent.store import metadata
from consent.store.cosignatures import CosignatureTables, cosignatures
from consent.tlog.cosignature import Cosigner
from consent.tlog.growth import Edge
from consent.tlog.merkle import frontier_of
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
from consent.witness.asking import Trouble, TroubleError, WitnessReply
from consent.witness.errors import WitnessError
from consent.witness.witness import Decide, Kept, Witness
from tests.consent.witness.forest import Clock, Tree, ed25519

EngineOf = Callable[[MetaData], Awaitable[AsyncEngine]]
ONE, TWO = "https://one.example", "https://two.example"


@dataclass
class GrowingTree:
    """The log as the cosigning sees it."""

    tree: Tree = field(default_factory=Tree)
    size: int = 3
    # what the second look at the log finds, once something was published from the first
    later: int | None = None
    broken: bool = False

    @property
    def key(self) -> VerifierKey:
        return self.tree.signer.verifier_key

    async def head(self) -> Head:
        if self.broken:
            raise ConsentError(ConsentFailure.STORE_DAMAGED, "damaged")
        seen, self.size = self.size, self.later or self.size
        return self.at(seen)

    def at(self, size: int) -> Head:
        edge = Edge(size, tuple(frontier_of(self.tree.leaves(size))))
        return Head(edge, self.tree.note(size))

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        return self.tree.proof(old, new)


class Memory:
    """A witness' store, in memory: one log."""

    def __init__(self) -> None:
        self.last: Kept | None = None

    async def advance(self, origin: str, decide: Decide) -> Kept:
        self.last = decide(self.last)
        return self.last

    async def kept(self) -> list[Kept]:
        return []


@dataclass
class Around:
    """Two witnesses that can be reached, and answers that a test puts in the place of theirs."""

    log: GrowingTree
    clock: Clock
    witnesses: dict[str, Witness] = field(default_factory=dict)
    cosigners: dict[str, Cosigner] = field(default_factory=dict)
    instead: dict[str, WitnessReply | Trouble] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, address in (("one", ONE), ("two", TWO)):
            self.cosigners[name] = cosigner = Cosigner(f"{name}.example/w", ed25519())
            known = {self.log.key.name: (self.log.key,)}
            self.witnesses[address] = Witness(Memory(), [cosigner], known, self.clock)

    async def add_checkpoint(self, address: str, request: bytes) -> WitnessReply:
        self.asked.append(address)
        await asyncio.sleep(0)
        match self.instead.get(address):
            case Trouble() as trouble:
                raise TroubleError(trouble)
            case WitnessReply() as reply:
                return reply
            case None:
                pass
        try:
            lines = await self.witnesses[address].add_checkpoint(request)
        except WitnessError as refused:
            if refused.stored is None:
                return WitnessReply(422, "text/plain", b"")
            return WitnessReply(409, "text/x.tlog.size", f"{refused.stored}\n".encode())
        return WitnessReply(200, "text/plain", lines.encode())

    def policy(self, quorum: str = "group both all one two\nquorum both\n") -> Policy:
        lines = [
            f"witness {name} {self.cosigners[name].verifier_key.text()} {address}/"
            for name, address in (("one", ONE), ("two", TWO))
        ]
        return Policy.parse("\n".join(lines) + "\n" + quorum)

    def cosigning(self, kept: CosignatureTables, policy: Policy | None = None) -> Cosigning:
        return Cosigning(
            kept,
            self.log,
            self.log.key,
            policy=policy or self.policy(),
            network=self,
            clock=self.clock,
        )


@pytest.fixture
def around() -> Around:
    return Around(GrowingTree(), Clock())


@pytest.fixture
def kept(sqlite: AsyncEngine) -> CosignatureTables:
    return CosignatureTables(sqlite)


@pytest.fixture
def cosigning(around: Around, kept: CosignatureTables) -> Cosigning:
    return around.cosigning(kept)


async def turn(cosigning: Cosigning) -> None:
    """One second of every witness' own turn."""
    await asyncio.gather(*(cosigning.ask(address) for address in cosigning.addresses))


def troubles(cosigning: Cosigning) -> list[Trouble | None]:
    return [cosigning.troubles.get(name) for name in cosigning.names]


async def sizes(cosigning: Cosigning) -> list[int]:
    lasts = [await cosigning.last(name) for name in cosigning.names]
    return [last.size for last in lasts if last is not None]


async def test_a_checkpoint_is_cosigned_by_all_at_once(
    around: Around, cosigning: Cosigning, kept: CosignatureTables
) -> None:
    """
    What both signed is the largest cosigned checkpoint, and the policy says so.
    """
    assert (ONE, TWO) == cosigning.addresses
    assert await kept.cosigned() is None

    await turn(cosigning)

    found = await kept.cosigned()
    assert found is not None
    note = found.note + "".join(each.lines for each in await kept.of(found.size))
    assert ("one", "two") == around.policy().check(note, log_keys=(around.log.key,)).witnesses
    assert [3, 3] == await sizes(cosigning)
    assert [None, None] == troubles(cosigning)


async def test_witnesses_are_asked_once_a_second_at_most(
    around: Around, cosigning: Cosigning
) -> None:
    """
    However fast the log grows, one checkpoint a second is asked about, the same of all.
    """
    for _ in range(9):
        around.log.size += 1
        around.clock.on(0.1)
        await turn(cosigning)

    assert [ONE, TWO] == sorted(around.asked)
    around.clock.on(1)
    await turn(cosigning)
    assert [12, 12] == await sizes(cosigning)


async def test_without_entries_the_heart_beats_each_minute(
    around: Around, cosigning: Cosigning, kept: CosignatureTables
) -> None:
    """
    Five minutes of nothing: each minute has a cosignature of its own time, and no more rows.
    """
    times = set()
    for _ in range(300):
        await turn(cosigning)
        (given, _) = await kept.of(3)
        times.add(given.at)
        around.clock.on(1)

    beats = sorted(times)
    gaps = [later - earlier for earlier, later in pairwise(beats)]
    assert max(gaps) <= timedelta(minutes=1)
    assert len(around.asked) <= 2 * 7
    async with kept._engine.connect() as connection:
        count = select(func.count()).select_from(cosignatures)
        assert 2 == (await connection.execute(count)).scalar_one()


@pytest.mark.parametrize(
    ("instead", "trouble"),
    [
        pytest.param(Trouble.UNREACHABLE, Trouble.UNREACHABLE, id="down"),
        pytest.param(WitnessReply(404, "text/plain", b""), Trouble.REFUSED, id="knows us not"),
        pytest.param(WitnessReply(500, "text/plain", b""), Trouble.REFUSED, id="broken"),
        pytest.param(WitnessReply(422, "", b""), Trouble.OTHER_HISTORY, id="another tree"),
        pytest.param(
            WitnessReply(409, "text/x.tlog.size", b"99\n"), Trouble.AHEAD, id="has seen more"
        ),
        pytest.param(
            WitnessReply(409, "text/x.tlog.size", b"2\n"), Trouble.MALFORMED, id="409 for ever"
        ),
        pytest.param(WitnessReply(200, "text/plain", b""), Trouble.NO_COSIGNATURE, id="no line"),
        pytest.param(WitnessReply(200, "text/plain", b"no"), Trouble.MALFORMED, id="no lines"),
        pytest.param(
            WitnessReply(200, "text/plain", b"\n\n"), Trouble.MALFORMED, id="moves the text"
        ),
    ],
)
async def test_a_witness_that_fails_is_told_and_disturbs_nobody(
    around: Around, cosigning: Cosigning, instead: WitnessReply | Trouble, trouble: Trouble
) -> None:
    """
    Its own cosignature is missing, the other's is there; when it is well again it catches up.
    """
    around.instead[ONE] = instead
    await turn(cosigning)

    assert {"one": trouble} == cosigning.troubles
    assert await cosigning.last("one") is None
    assert await cosigning.last("two") is not None

    del around.instead[ONE]
    around.clock.on(2)
    around.log.size += 4
    await turn(cosigning)
    assert [None, None] == troubles(cosigning)


async def test_a_forged_cosignature_is_not_kept_h97(
    around: Around, cosigning: Cosigning, kept: CosignatureTables
) -> None:
    """
    H97: a line in a witness' name that does not verify; one by another key is none of its.
    """
    text = around.log.tree.note(3).partition("\n\n")[0] + "\n"
    other = around.log.tree.note(4).partition("\n\n")[0] + "\n"
    lie = around.cosigners["one"].line(other, around.clock.now)
    strange = Cosigner("one.example/w", ed25519()).line(text, around.clock.now)

    around.instead[ONE] = WitnessReply(200, "text/plain", lie.encode())
    around.instead[TWO] = WitnessReply(200, "text/plain", strange.encode())
    await turn(cosigning)

    assert [Trouble.FORGED, Trouble.NO_COSIGNATURE] == troubles(cosigning)
    assert [] == await kept.of(3)


async def test_an_old_cosignature_given_again_is_no_heartbeat(
    around: Around, cosigning: Cosigning
) -> None:
    """
    A cosignature says "at that second"; one of an hour ago says nothing of now.
    """
    text = around.log.tree.note(3).partition("\n\n")[0] + "\n"
    line = around.cosigners["one"].line(text, around.clock.now - timedelta(hours=1))
    around.instead[ONE] = WitnessReply(200, "text/plain", line.encode())

    await turn(cosigning)

    assert Trouble.WRONG_TIME is troubles(cosigning)[0]


async def test_a_witness_that_knows_less_is_shown_all_of_it(
    around: Around, cosigning: Cosigning
) -> None:
    """
    409 with another size: the proof is made again from there, in the same turn.
    """
    await turn(cosigning)
    around.witnesses[ONE] = Around(around.log, around.clock, cosigners={}).witnesses[ONE]
    around.witnesses[ONE]._cosigners = (around.cosigners["one"],)
    around.clock.on(1)
    around.log.size = 9

    await turn(cosigning)

    assert [ONE, TWO, ONE, ONE, TWO] == sorted(around.asked[:2]) + sorted(around.asked[2:])
    assert [None, None] == troubles(cosigning)


async def test_a_witness_that_another_process_asked_is_left_alone(
    around: Around, cosigning: Cosigning
) -> None:
    """
    It has seen more than was published, and not more than there is: the next turn goes on.
    """
    await turn(cosigning)
    around.instead[ONE] = WitnessReply(409, "text/x.tlog.size", b"5\n")
    around.clock.on(56)
    before = len(around.asked)
    around.log.later = 9

    await cosigning.ask(ONE)

    assert before + 1 == len(around.asked)
    assert {} == cosigning.troubles
    assert [3, 3] == await sizes(cosigning)


async def test_a_failing_witness_is_asked_less_and_less(
    around: Around, cosigning: Cosigning
) -> None:
    """
    After 1, 2, 4 … seconds, and at least as often as the heart beats.
    """
    around.instead[ONE] = Trouble.UNREACHABLE
    for _ in range(300):
        await cosigning.ask(ONE)
        around.clock.on(1)

    assert 9 <= len(around.asked) <= 13


async def test_a_log_that_cannot_be_read_is_told_h95(around: Around, cosigning: Cosigning) -> None:
    """
    H95: nothing is asked on the word of a damaged store.
    """
    around.log.broken = True

    await turn(cosigning)

    assert [] == around.asked
    assert [Trouble.LOG_UNREADABLE] * 2 == troubles(cosigning)


async def test_a_witness_with_two_keys_signs_twice(
    around: Around, kept: CosignatureTables
) -> None:
    """
    One address, two keys in the policy: one question, and each key stands for itself.
    """
    keys = [around.cosigners[name].verifier_key.text() for name in ("one", "two")]
    policy = Policy.parse(
        f"witness one {keys[0]} {ONE}\nwitness again {keys[1]} {ONE}\n"
        f"witness silent {Cosigner('s', ed25519()).verifier_key.text()} {ONE}\n"
        f"witness offline {Cosigner('o', ed25519()).verifier_key.text()}\nquorum one\n"
    )
    around.witnesses[ONE]._cosigners = tuple(around.cosigners.values())
    cosigning = around.cosigning(kept, policy)

    await turn(cosigning)

    assert [ONE] == around.asked
    assert [None, None, Trouble.NO_COSIGNATURE] == troubles(cosigning)
    assert await kept.cosigned() is not None


class Files:
    """Just the two calls that the cosigned files make of the log's."""

    def __init__(self, log: GrowingTree) -> None:
        self.head = log.head


async def test_checkpoints_are_served_with_what_was_given(
    around: Around, cosigning: Cosigning, kept: CosignatureTables
) -> None:
    """
    The head with what there is for its size; the cosigned one with the quorum, or not at all.
    """
    files = CosignedFiles(kept, Files(around.log))  # type: ignore[arg-type]  # only its head is read
    with pytest.raises(ConsentError) as caught:
        await files.file("cosigned-checkpoint")
    assert ConsentFailure.NOT_FOUND is caught.value.failure
    assert around.log.tree.note(3) == await files.checkpoint()

    await turn(cosigning)
    assert await files.checkpoint() == await files.file("cosigned-checkpoint")
    around.log.size = 5
    assert around.log.tree.note(5) == await files.checkpoint()
    assert "\n3\n" in await files.file("cosigned-checkpoint")
    with pytest.raises(ConsentError):
        await files.file("something")


async def test_what_was_published_is_thinned_out(around: Around, engine_of: EngineOf) -> None:
    """
    After a day one checkpoint an hour is left, with its cosignatures, and the youngest all.
    """
    kept = CosignatureTables(await engine_of(metadata))
    cosigning = around.cosigning(kept)
    await turn(cosigning)
    now = around.clock.now
    for minute in range(0, 48 * 60, 10):
        at = now - timedelta(minutes=minute)
        size = 10_000 - minute
        await kept.publish(Published(size, f"{size}", at))
        await kept.keep(Given("one", size, "line\n", at))
        if minute % 70 == 0:
            await kept.meet(size)
    before = await kept.cosigned()
    await cosigning.tidy()

    async with kept._engine.connect() as connection:
        left = (await connection.execute(select(cosignatures.c.size))).scalars().all()
    young = [size for size in left if size > 10_000 - 24 * 60]
    assert 144 == len(young)
    assert 24 <= len(left) - len(young) <= 50
    assert before == await kept.cosigned()
    await kept.publish(Published(10_000, "another", now))
    assert "10000" == (await kept.published() or Published(0, "", now)).note
