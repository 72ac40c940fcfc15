"""Witnesses in processes of their own, and a running service's log cosigned by them."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.cli.consent.witness import PORT
from app.database import sqlite_engine
from app.log_key import own_log
from app.wiring.consent import ANCHOR
from consent.store import ConsentStore
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.merkle import leaf_hash, verify_inclusion
from consent.tlog.signed_note import NoteSigner
from consent.tlog.tiles import decode_bundle
from consent.tlog.tlog_policy import Policy
from consent.tlog.tlog_proof import TlogProof
from consent.tlog.verifier_key import KeyKind, VerifierKey
from keys.key_store import KeyStore
from tests.app.conftest import Commands, Service, free_port, process_of, wait_until_ready
from tests.app.witnesses import RunningWitness, end, start_witness, witnesses
from tests.consent.witness.forest import Tree
from tests.consent.world import authorised


@pytest.fixture
def tree() -> Tree:
    return Tree()


@pytest.fixture
def vkey(tree: Tree, tmp_path: Path) -> Path:
    file = tmp_path / "log.vkey"
    file.write_text(tree.signer.verifier_key.text() + "\n")
    return file


@pytest.fixture
def witness(tmp_path: Path, vkey: Path) -> Iterator[RunningWitness]:
    running = start_witness(tmp_path / "w", "witness.example/w", vkey)
    yield running
    end(running)


def add(witness: RunningWitness, octets: bytes) -> httpx2.Response:
    return httpx2.post(f"{witness.address}/add-checkpoint", content=octets)


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_witness_says_who_it_is(witness: RunningWitness, tree: Tree) -> None:
    """
    One JSON object: where it answers, its keys as others verify them, the logs it knows.
    """
    (key,) = witness.told["keys"]

    assert KeyKind.COSIGNATURE is VerifierKey.parse(key).kind
    assert [tree.signer.verifier_key.name] == witness.told["logs"]
    assert f"{key}\n" == httpx2.get(f"{witness.address}/vkey").text
    assert 404 == httpx2.get(f"{witness.address}/nothing").status_code
    assert 413 == add(witness, b"x" * 300_000).status_code
    files = [path for path in witness.home.rglob("*") if path.is_file()]
    assert [] == [path for path in files if path.stat().st_mode & 0o077]


def test_a_home_has_one_witness_and_one_name(
    witness: RunningWitness, vkey: Path, tmp_path: Path
) -> None:
    """
    H93 for witnesses: a second process on one home, or another name, is refused in one line.
    """
    refused = partial(refusal, witness.home)
    assert "witness_in_use" == refused(witness.name, vkey)
    end(witness)

    assert "witness_name" == refused("another", vkey)
    assert "witness_name" == refused("a name", vkey)
    assert "unreadable" == refused(witness.name, tmp_path / "none")
    assert "log_key_unreadable" == refused(witness.name, Path(__file__))


def refusal(home: Path, name: str, vkey: Path) -> str:
    mydata = Commands(Service("", home, free_port()))
    arguments = ("--home", str(home), "--name", name, "--log", str(vkey), "--json")
    outcome = mydata("consent", "witness", *arguments)
    assert 1 == outcome.code
    return str(outcome.answer["error"])


def test_what_was_cosigned_survives_kill_9(
    witness: RunningWitness, tree: Tree, vkey: Path
) -> None:
    """
    TLOG-18: killed after every answer and started again, it remembers what it signed.
    """
    running = witness
    for old, new in [(0, 3), (3, 9)]:
        assert 200 == add(running, tree.request(old, new)).status_code
        running.process.send_signal(signal.SIGKILL)
        end(running)
        running = start_witness(witness.home, witness.name, vkey, port=free_port())
        assert witness.told["keys"] == running.told["keys"]
        told = add(running, tree.request(0, 100))
        assert (409, f"{new}\n") == (told.status_code, told.text)
        assert 409 == add(running, Tree(tree.signer, b"other").request(new, new)).status_code
    end(running)


def test_ml_dsa_is_a_second_key(tmp_path: Path, tree: Tree, vkey: Path) -> None:
    """
    With --ml-dsa every checkpoint is cosigned twice, whoever trusts which key.
    """
    running = start_witness(tmp_path / "w", "w.example", vkey, more=("--ml-dsa",))
    answer = add(running, tree.request(0, 3))
    end(running)

    kinds = {VerifierKey.parse(key).kind for key in running.told["keys"]}
    assert {KeyKind.COSIGNATURE, KeyKind.ML_DSA_44} == kinds
    assert 2 == answer.text.count("\n")


def test_people_are_told_in_words(tmp_path: Path, vkey: Path) -> None:
    """
    Without --json: lines to read, and a refusal on standard error.
    """
    mydata = Commands(Service("", tmp_path / "var", free_port()))
    home = tmp_path / "w"
    home.mkdir()
    home.chmod(0o755)  # whatever the mask of this process is

    outcome = mydata(
        *("consent", "witness", "--home", str(home), "--name", "w", "--log", str(vkey)),
        *("--port", str(PORT)),
    )

    assert (1, "") == (outcome.code, outcome.output)
    assert outcome.errors.startswith("store_file_mode: ")


@pytest.fixture
def service(tmp_path: Path) -> Service:
    port = free_port()
    return Service(f"http://localhost:{port}", tmp_path / "var", port)


def first_start(service: Service, log: Path) -> Path:
    """Start the service once, so that its log has a key."""
    with process_of(service, ["--demo", "--role", "consent"], log) as process:
        wait_until_ready(service, process)
    return service.home / "log.vkey"


def fetch(service: Service, path: str) -> httpx2.Response:
    return httpx2.get(f"{service.base}/consent/log/{path}")


def write_entries(service: Service, count: int) -> NoteSigner:
    """Entries in the stopped service's log; returns what signs it."""
    store = KeyStore(service.home / "keys")
    signer = own_log(service.home, store, "").note_signer()
    engine = sqlite_engine(service.home / "consent.sqlite")
    journal = ConsentStore(engine).writer(signer, service.home / ANCHOR)
    journal.open()
    journal.append([authorised() for _ in range(count)], seal=True)
    journal.close()
    asyncio.run(engine.dispose())
    return signer


def test_two_witnesses_cosign_a_running_service(service: Service, tmp_path: Path) -> None:
    """
    H97, T21: served with both cosignatures; a fork by the log's own key is refused by both.
    """
    log_vkey = first_start(service, tmp_path / "log")
    signer = write_entries(service, 5)
    log_key = signer.verifier_key
    policy_file = tmp_path / "policy"
    with witnesses(tmp_path, log_vkey, "regulator", "university") as running:
        lines = "".join(each.policy_lines for each in running)
        text = f"{lines}group both all regulator-0 university-0\nquorum both\n"
        policy_file.write_text(text)
        more = {"MYDATA_WITNESSES": str(policy_file)}
        with process_of(service, ["--demo", "--role", "consent"], tmp_path / "log", **more) as own:
            wait_until_ready(service, own)
            until(lambda: fetch(service, "cosigned-checkpoint").status_code == 200)
            note = fetch(service, "cosigned-checkpoint").text
            assert note == fetch(service, "checkpoint").text
            proof = TlogProof.parse(fetch(service, "proof/2").text)
            leaves, _ = decode_bundle(fetch(service, "tile/entries/000.p/5").content)
            missing = [fetch(service, path).status_code for path in ("proof/99", "proof/x")]
            metrics = httpx2.get(f"{service.base}/metrics", headers=operator(service)).text
            looks = mydata_with(service, {**more, "MYDATA_ROLE": "consent"})
        size = open_checkpoint(note, log_key=log_key).size
        statuses = [add(each, fork(signer, size)).status_code for each in running]

    policy = Policy.parse(text)
    assert ("both",) == policy.check(note, log_keys=(log_key,)).groups
    assert ("both",) == policy.check(proof.checkpoint_note, log_keys=(log_key,)).groups
    root = open_checkpoint(proof.checkpoint_note, log_key=log_key).root
    verify_inclusion(leaf_hash(leaves[2]), 2, size, proof.hashes, expected_root=root)
    assert [404, 404] == missing
    assert [409, 409] == statuses
    assert 'mydata_witness_silent_seconds{witness="regulator-0"}' in metrics
    assert "regulator-0, university-0: all cosigned lately" in [look["seen"] for look in looks]


def mydata_with(service: Service, more: dict[str, str]) -> list[dict[str, Any]]:
    """What the doctor sees with further settings."""

    class More(Service):
        def environment(self) -> dict[str, str]:
            return super().environment() | more

    checks = Commands(More(service.base, service.home, service.port)).json("doctor")["checks"]
    assert isinstance(checks, list)
    return checks


def operator(service: Service) -> dict[str, str]:
    token = (service.home / "sign-in" / "operator.token").read_text().strip()
    return {"Authorization": f"Bearer {token}"}


def fork(signer: NoteSigner, size: int) -> bytes:
    """Another history of the same size, signed by the log's own key."""
    return Tree(signer, b"another").request(size, size)
