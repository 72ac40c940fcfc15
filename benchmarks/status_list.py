"""A status list of a million places, made again from the database and signed.

The limit is what no issuer can leave out: packing the finished octets with DEFLATE at the highest
level and one signature. The list is half full; of its certificates one in ten is not valid, which
is more than a year of revocations and moves. The time is the CPU of the whole process, the
database's thread included. `status_list_1e6_packing` is the same from statuses in memory, every
one of a million set at random, the worst there is. More than one a second is below a second each.
"""

import asyncio
import random
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from benchmarks.measure import Clock, Item, Race, Work
from issuers.issuance.issuing import BATCH_SIZE
from issuers.status.signing_keys import CertifiedSigner
from issuers.status.standing import BITS, FILLED, LARGEST_LIST, ListState, signed_list
from issuers.store import IssuersStore, metadata
from issuers.store.tables import certificates, places, status_lists
from keys.signer import SoftwareSigner
from standards.status_list.bits import Status, StatusList

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AUTHORITY = "resident-registry"
URI = f"https://registry.example/issuers/{AUTHORITY}/status/0"
# One certificate in so many is not valid any more.
ENDED = 10
_LEVEL = 9


def items() -> list[Item]:
    """Return the list as it usually is, and its packing at worst."""
    limit = "its octets deflated at level 9, and one ECDSA P-256 sign"
    return [
        Item("status_list_1e6", Clock.PROCESS_CPU, _rebuild, limit, goal=0.5),
        Item("status_list_1e6_packing", Clock.THREAD_CPU, _pack, limit),
    ]


@contextmanager
def _rebuild() -> Iterator[Race]:
    keys = _keys()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        engine = sqlite_engine(Path(folder) / "issuers.sqlite")
        store = IssuersStore(engine, LARGEST_LIST).certificates
        runner.run(_filled(engine))

        async def state() -> ListState:
            found = await store.list_state(AUTHORITY, 0, now=NOW)
            assert found is not None
            return found

        def rebuilt() -> int:
            signed_list(runner.run(state()), uri=URI, keys=keys, now=NOW)
            return 1

        read = runner.run(state())
        assert len(read.statuses) >= LARGEST_LIST // FILLED // ENDED
        yield Race(rebuilt, _deflated(read, keys))
        runner.run(engine.dispose())


@contextmanager
def _pack() -> Iterator[Race]:
    draw, keys = random.Random(1), _keys()  # noqa: S311  # which statuses is no secret
    statuses = tuple((place, draw.randrange(4)) for place in range(LARGEST_LIST))
    state = ListState(AUTHORITY, 0, 1, statuses, LARGEST_LIST)

    def rebuilt() -> int:
        signed_list(state, uri=URI, keys=keys, now=NOW)
        return 1

    yield Race(rebuilt, _deflated(state, keys))


def _deflated(state: ListState, keys: CertifiedSigner) -> Work:
    octets = StatusList.of(BITS, state.size, state.statuses).octets

    def work() -> int:
        keys.signer.sign(zlib.compress(octets, level=_LEVEL))
        return 1

    return work


def _keys() -> CertifiedSigner:
    # A chain as long as a real one.
    return CertifiedSigner(SoftwareSigner.generate(), ("MIIB" * 200,))


async def _filled(engine: AsyncEngine) -> None:
    """Write a half full list: certificates with a whole batch of copies each."""
    draw = random.Random(1)  # noqa: S311  # which places is no secret
    taken = draw.sample(range(LARGEST_LIST), LARGEST_LIST // FILLED)
    numbers = range(-(-len(taken) // BATCH_SIZE))
    copies = [
        {
            "authority": AUTHORITY,
            "list": 0,
            "place": place,
            "certificate": f"{at // BATCH_SIZE:016d}",
        }
        for at, place in enumerate(taken)
    ]
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        row = {"authority": AUTHORITY, "number": 0, "version": 1, "size": LARGEST_LIST}
        await connection.execute(insert(status_lists), {**row, "taken": len(taken)})
        await connection.execute(insert(certificates), list(map(_certificate, numbers)))
        await connection.execute(insert(places), copies)


def _certificate(number: int) -> dict[str, object]:
    ended = Status.INVALID if number // ENDED % 2 else Status.APPLICATION_SPECIFIC
    return {
        "number": f"{number:016d}",
        "authority": AUTHORITY,
        "kind": "resident-register",
        "citizen": f"c{number}",
        "purpose": "x",
        "issued_at": int(NOW.timestamp()),
        "expires_at": int((NOW + timedelta(days=90)).timestamp()),
        "status": (Status.VALID if number % ENDED else ended).value,
    }
