"""A witness as a process of its own: its own data directory, database and keys, nothing shared.

Whoever runs it is somebody else than the log's operator, or it witnesses nothing.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response

from app.clock import utc_now
from app.database import sqlite_engine
from app.errors import StartError
from app.keyring import DIRECTORY
from app.log_key import read_log_key
from app.metrics import Metrics
from app.request_log import WatchedApp
from app.serve import keep_to_owner
from consent.endpoints.witness import witness_routes
from consent.errors import ConsentError
from consent.store.lock import ProcessLock
from consent.store.witness import WitnessTable
from consent.tlog.cosignature import Cosigner
from consent.tlog.verifier_key import VerifierKey
from consent.witness.judging import KnownLogs
from consent.witness.witness import Witness
from keys import private_files
from keys.errors import KeysError
from keys.jwk import Algorithm
from keys.key_store import KeyStore
from web.errors import WebError
from web.replies import problem_reply

DATABASE: Final = "witness.sqlite"
VKEY: Final = "witness.vkey"
# The names of its keys in its key store, by what they sign with.
KEYS: Final = {Algorithm.ED25519: "witness", Algorithm.ML_DSA_44: "witness-ml-dsa"}


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class WitnessProcess:
    """What is served, and what others verify its cosignatures with."""

    app: FastAPI
    keys: tuple[VerifierKey, ...]
    logs: tuple[str, ...]


def open_witness(home: Path, name: str, logs: Sequence[Path], *, ml_dsa: bool) -> WitnessProcess:
    """Return the witness of a data directory, its keys made at the first start.

    Raises ``StartError``: another name than at the first start, a log's key that cannot be read,
    no ML-DSA in this installation.
    """
    keep_to_owner()
    cosigners = _cosigners_of(home, name, ml_dsa=ml_dsa)
    known = known_logs(logs)
    lock = _lock(home)
    engine = sqlite_engine(home / DATABASE)
    table = WitnessTable(engine)
    witness = Witness(table, cosigners, known, utc_now)
    app = WatchedApp(Metrics(), title="MyData witness", lifespan=_lifespan(lock, engine, table))
    app.include_router(witness_routes(witness))
    app.add_exception_handler(WebError, _answer)
    return WitnessProcess(app, witness.keys, tuple(known))


def witness_keys(home: Path, name: str) -> tuple[VerifierKey, ...]:
    """Return what a witness is verified with before it first runs, its keys made if missing."""
    return tuple(each.verifier_key for each in _cosigners_of(home, name, ml_dsa=False))


def known_logs(files: Sequence[Path]) -> KnownLogs:
    """Return the keys of the logs to be witnessed, or raise ``StartError``.

    A file holds one key a line: two of one name while a log changes its key.
    """
    known: dict[str, tuple[VerifierKey, ...]] = {}
    for file in files:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise StartError("unreadable", f"{file} cannot be read") from None
        key = read_log_key(text)
        known[key.name] = (*known.get(key.name, ()), *key.history)
    return known


def _cosigners_of(home: Path, name: str, *, ml_dsa: bool) -> list[Cosigner]:
    """Return what a data directory signs with, or raise ``StartError``."""
    try:
        private_files.open_directory(home)
        cosigners = _cosigners(KeyStore(home / DIRECTORY), name, ml_dsa=ml_dsa)
    except KeysError as error:
        raise StartError(error.failure.value, error.detail) from None
    except ConsentError as error:
        raise StartError("witness_name", error.detail) from None
    _pin(home, cosigners)
    return cosigners


def _cosigners(store: KeyStore, name: str, *, ml_dsa: bool) -> list[Cosigner]:
    wanted = [Algorithm.ED25519, *([Algorithm.ML_DSA_44] if ml_dsa else [])]
    for algorithm in wanted:
        if KEYS[algorithm] not in store.names():
            store.create(KEYS[algorithm], algorithm)
    return [Cosigner(name, store.signer(KEYS[algorithm])) for algorithm in wanted]


def _pin(home: Path, cosigners: Sequence[Cosigner]) -> None:
    """Keep the first key's line: others pinned it, so neither name nor key may change."""
    line = f"{cosigners[0].verifier_key.text()}\n".encode()
    kept = private_files.read(home / VKEY)
    if kept is None:
        private_files.replace(home / VKEY, line)
    elif kept != line:
        detail = (
            f"this witness is {kept.decode().partition('+')[0]}: a new name needs a new --home"
        )
        raise StartError("witness_name", detail)


def _lock(home: Path) -> ProcessLock:
    try:
        return ProcessLock.take(home / DATABASE)
    except ConsentError:
        detail = f"another process is the witness of {home}: stop it first"
        raise StartError("witness_in_use", detail) from None


def _lifespan(lock: ProcessLock, engine: AsyncEngine, table: WitnessTable) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await table.open()
            yield
        finally:
            await engine.dispose()
            lock.release()

    return lifespan


async def _answer(_request: Request, error: Exception) -> Response:
    assert isinstance(error, WebError)  # noqa: S101  # registered for these alone
    return problem_reply(error.status, error.problem)
