"""The ledger: durable appends, alone and in groups; proofs; checking who submits; auditing.

`append_1` is one producer that waits for each answer, against the disk's own floor: 4 KiB
rewritten in place and synced. `append_64` is 64 producers, against the database itself: the same
rows with the same indexes, 64 a transaction, straight through the driver, nothing hashed, signed
or proven; no seal of the map falls into it. `append_64_map` is the same with the seals counted in,
and their own rows not counted as anybody's appends. Both once more on PostgreSQL, when
MYDATA_TEST_DATABASE_URL names one.

All append prepared entries, every second one under a label that the one before opened; who may
submit is `submit_check`, measured apart because it is spread over processes while the log has one
sequencer.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from hashlib import sha256
from typing import TypeAlias

from benchmarks.logs import NOW, PRODUCERS, SERVER, Log, Raw, pairs, server_log, sqlite_log
from benchmarks.measure import Clock, Item, Race
from consent import sequencer
from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.authorisation import authorise, verify_submission
from consent.checking import check_deposit
from consent.deciding import Subject, decide
from consent.deposits import seal_deposit
from consent.endpoints.examples import EXAMPLE_ORIGIN, EXAMPLE_TIME, example_payload
from consent.forms.submission import SUBMISSION_TYP
from consent.ledger import Ledger
from consent.store import sealing
from keys import jws
from keys.json_value import JsonObject
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.strict_json import dumps
from keys.trust_list import TrustList

# Appends of one producer in one piece of work.
EACH = 8
BLOCK = os.urandom(4096)
# Entries of the log that is proven from and audited: 40 full tiles and a partial one.
LOG_SIZE = 10_300

_Logs: TypeAlias = Callable[[], AbstractContextManager[tuple[Log, Raw]]]


def items() -> list[Item]:
    """Return the ledger's items; the goals are those of the product."""
    wall, cpu = Clock.WALL, Clock.THREAD_CPU
    rows = f"the same rows, {PRODUCERS} a transaction, through the driver"
    on_sqlite = [
        Item("append_1", wall, _append_1, "4 KiB written in place and fdatasync", goal=0.30),
        Item("append_64", wall, _without_seals, rows, goal=0.50),
        Item("append_64_map", wall, partial(_append_64, sqlite_log), rows, goal=0.20),
    ]
    on_server = [
        Item("append_64_postgresql", wall, partial(_without_seals, server_log), rows, goal=0.50),
        Item("append_64_map_postgresql", wall, partial(_append_64, server_log), rows, goal=0.20),
    ]
    return [
        *on_sqlite,
        *(on_server if SERVER else []),
        Item("prove_inclusion", wall, _prove, "20 SHA-256 of 65 octets"),
        Item("prove_complete", wall, _complete, "20 SHA-256 of 65 octets"),
        Item("submit_check", cpu, _submit_check, "one ECDSA P-256 verify"),
        Item("audit", cpu, _audit, "two SHA-256 an entry"),
    ]


async def _produce(ledger: Ledger, count: int) -> None:
    for entry in pairs(count):
        await ledger.append(entry)


async def _produce_together(ledger: Ledger) -> None:
    await asyncio.gather(*(_produce(ledger, EACH) for _ in range(PRODUCERS)))


@contextmanager
def _append_1() -> Iterator[Race]:
    with _no_seals(), sqlite_log() as (log, _):
        block = os.open(log.folder / "block", os.O_WRONLY | os.O_CREAT, 0o600)

        def append() -> int:
            log.call(_produce(log.ledger, EACH))
            return EACH

        def sync() -> int:
            os.pwrite(block, BLOCK, 0)
            os.fdatasync(block)
            return 1

        yield Race(append, sync)
        os.close(block)


@contextmanager
def _append_64(logs: _Logs) -> Iterator[Race]:
    with logs() as (log, raw):

        def append() -> int:
            log.call(_produce_together(log.ledger))
            return PRODUCERS * EACH

        yield Race(append, raw.write)


@contextmanager
def _without_seals(logs: _Logs = sqlite_log) -> Iterator[Race]:
    with _no_seals(), _append_64(logs) as race:
        yield race


@contextmanager
def _no_seals() -> Iterator[None]:
    """Let the map wait: neither a number of entries nor the clock asks for a seal."""
    kept = sealing.SEAL_ENTRIES, sequencer.EPOCH_SECONDS
    vars(sealing)["SEAL_ENTRIES"], vars(sequencer)["EPOCH_SECONDS"] = 1 << 40, 1e9
    try:
        yield
    finally:
        vars(sealing)["SEAL_ENTRIES"], vars(sequencer)["EPOCH_SECONDS"] = kept


@contextmanager
def _filled_log() -> Iterator[Log]:
    with sqlite_log() as (log, _):
        for _ in range(0, LOG_SIZE, 100):
            log.call(log.ledger._sequencer.run(log.writer.append, list(pairs(100))))  # noqa: SLF001  # in one batch, not one by one
        yield log


@contextmanager
def _prove() -> Iterator[Race]:
    with _filled_log() as log:
        indexes = iter(range(0, 1 << 62, 37))

        async def prove_some() -> int:
            for _ in range(20):
                await log.ledger.prove(next(indexes) % LOG_SIZE)
            return 20

        log.call(log.ledger.prove(4711)).verify(log_key=log.ledger.log_key)
        yield Race(lambda: log.call(prove_some()), _hash_path)


@contextmanager
def _complete() -> Iterator[Race]:
    with _filled_log() as log:
        key, files = log.ledger.log_key, log.ledger.files

        async def complete_some() -> int:
            for _ in range(20):
                await files.complete(os.urandom(32))
            return 20

        log.call(files.complete(bytes(32))).verify(log_key=key, expected_label=bytes(32))
        yield Race(lambda: log.call(complete_some()), _hash_path)


def _hash_path() -> int:
    message = bytes(65)
    for _ in range(20 * 20):
        sha256(message).digest()
    return 20


@contextmanager
def _submit_check() -> Iterator[Race]:
    holder, data_key = SoftwareSigner.generate(), DataKey.generate()
    header: JsonObject = {"typ": SUBMISSION_TYP, "jwk": holder.public.as_dict()}
    token = jws.sign(header, dumps(example_payload()), holder)
    trust = TrustList((), NOW, NOW, NOW - NOW)
    key, message = holder.public.verification_key(), bytes(500)
    signature = holder.sign(message)

    def check() -> int:
        for _ in range(20):
            signed = verify_submission(
                token, expected_audience=EXAMPLE_ORIGIN, trust=lambda: trust, now=EXAMPLE_TIME
            )
            deposit = check_deposit(signed, now=EXAMPLE_TIME)
            entry = authorise(signed, None, origin=EXAMPLE_ORIGIN, data_key=data_key).entry
            due = decide(deposit, Subject.of([]), number=1, keys=None, now=EXAMPLE_TIME)
            seal_deposit(deposit, entry.commitment, data_key=data_key, dues=due)
        return 20

    def verify() -> int:
        for _ in range(20):
            key.verify(signature, message)
        return 20

    yield Race(check, verify)


@contextmanager
def _audit() -> Iterator[Race]:
    files: dict[str, bytes] = {}
    with _filled_log() as log:
        log.call(export_log(log.ledger.file, files.__setitem__))
    size = audit(files.get).size
    entry = bytes(190)

    def walk() -> int:
        assert audit(files.get).ok
        return size

    def hash_twice() -> int:
        for _ in range(size):
            sha256(entry).digest()
            sha256(entry).digest()
        return size

    yield Race(walk, hash_twice)
