"""The whole offline audit of a large copy: ``python -m benchmarks.large_audit [ENTRIES]``.

Writes a log of a million entries in half as many labels as files, with a seal of the map every
512 entries (minutes of work), and audits it once as ``mydata consent verify`` does: one process
for the tree, one for chains and map. Prints seconds and the memory of both processes, and keeps
them in var/bench.json as ``audit_1e6``; the limits are the product's, 60 seconds on two cores and
300 MiB.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from app.log_audit import audit_copy
from benchmarks import report
from consent.complete.buckets import Crown, bucket_of, bucket_root, bucket_with
from consent.complete.prefix_map import end_hash
from consent.forms.entry import EntryType, Leaf, log_label
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.merkle import fold, frontier_of, leaf_hash, root_of
from consent.tlog.signed_note import NoteSigner
from consent.tlog.tiles import WIDTH, encode_bundle, encode_hashes, files
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner

ORIGIN = "bench.example/consent/2026"
ENTRIES = 1_000_000
SEAL_EVERY = 512
SECONDS_LIMIT = 60.0
MEMORY_LIMIT = 300.0
# Pairs that are at work at a time: each has a consent, then some uses.
PAIRS = 1000
AUDIT = "--audit"
VAR = Path(__file__).resolve().parent.parent / "var"


class Map:
    """The map as the ledger keeps it."""

    def __init__(self) -> None:
        self._crown, self._buckets = Crown(), dict[int, bytes]()
        self._ends: dict[bytes, bytes] = {}

    def take(self, leaf: Leaf, hashed: bytes) -> None:
        """Take in one entry."""
        self._ends[leaf.label] = end_hash(leaf.label, leaf.number, hashed)

    def root(self) -> bytes:
        """Return the root over all entries so far."""
        touched: dict[int, dict[bytes, bytes]] = {}
        for label, end in self._ends.items():
            touched.setdefault(bucket_of(label), {})[label] = end
        self._ends.clear()
        roots = {}
        for bucket, hashes in touched.items():
            self._buckets[bucket] = bucket_with(self._buckets.get(bucket, b""), hashes)
            roots[bucket] = bucket_root(self._buckets[bucket])
        self._crown.put(self._crown.changed(roots))
        return self._crown.root


def leaves(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Return entries with their hashes: consents, uses of them, and the seals that fall due."""
    own, sealed = log_label(ORIGIN), Map()
    live: deque[tuple[bytes, int, bytes | None]] = deque()
    last: tuple[int, bytes | None] = (0, None)
    for index in range(count):
        if index % SEAL_EVERY == SEAL_EVERY - 1:
            leaf = Leaf(EntryType.MAP, own, last[0] + 1, last[1], sealed.root())
            octets = leaf.octets()
            last = leaf.number, leaf_hash(octets)
            yield octets, last[1] or b""
            continue
        opens = index % 2 == 0 or not live
        label, number, previous = (os.urandom(32), 0, None) if opens else live.popleft()
        type_ = EntryType.CONSENT if opens else EntryType.USED
        leaf = Leaf(type_, label, number + 1, previous, os.urandom(32))
        octets = leaf.octets()
        hashed = leaf_hash(octets)
        sealed.take(leaf, hashed)
        if len(live) < PAIRS or index % 4 < 2:
            live.append((label, number + 1, hashed))
        yield octets, hashed


def write_log(folder: Path, count: int) -> None:
    """Write a log's static files, the checkpoint last."""
    entries, hashes = zip(*leaves(count), strict=True)
    levels: list[list[bytes]] = [list(hashes)]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        whole = range(0, len(below) - WIDTH + 1, WIDTH)
        levels.append([root_of(below[at : at + WIDTH]) for at in whole])
    for address in files(count):
        file = folder / address.path()
        file.parent.mkdir(parents=True, exist_ok=True)
        part = slice(address.start, address.start + address.width)
        of_level = address.level
        octets = (
            encode_bundle(entries[part])
            if of_level is None
            else encode_hashes(levels[of_level][part])
        )
        file.write_bytes(octets)
    edge = [level[len(level) - len(level) % WIDTH :] for level in reversed(levels)]
    root = fold([node for level in edge for node in frontier_of(level)])
    signer = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    (folder / "vkey").write_text(f"{signer.verifier_key.text()}\n")
    (folder / "checkpoint").write_text(sign_checkpoint(Checkpoint(ORIGIN, count, root), signer))


def audited(folder: Path) -> dict[str, float]:
    """Audit a log in this process; return seconds, and MiB here and in the process beside it."""
    begun = time.monotonic()
    found = audit_copy(folder)
    seconds = time.monotonic() - begun
    assert found.ok, found.first_line()
    here = resource.getrusage(resource.RUSAGE_SELF)
    there = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(seconds, 1),
        "cpu_here": round(here.ru_utime + here.ru_stime, 1),
        "cpu_beside": round(there.ru_utime + there.ru_stime, 1),
        "mib_here": _peak_mib(),
        "mib_beside": round(there.ru_maxrss / 1024),
    }


def _peak_mib() -> int:
    """Return the most this program had; what began it counts in ``ru_maxrss``, and not here."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak) // 1024


def main(entries: int) -> int:
    """Write a log, audit it in a process that did not, print and keep the figures."""
    VAR.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VAR, prefix="audit-") as name:
        write_log(Path(name), entries)
        auditor = (sys.executable, "-m", "benchmarks.large_audit", AUDIT, name)
        done = subprocess.run(auditor, check=True, capture_output=True, text=True)  # noqa: S603  # ourselves
    figures = json.loads(done.stdout)
    print(json.dumps(figures, indent=1))
    _keep(entries, figures["seconds"])
    memory = figures["mib_here"] + figures["mib_beside"]
    return 0 if figures["seconds"] <= SECONDS_LIMIT and memory <= MEMORY_LIMIT else 1


def _keep(entries: int, seconds: float) -> None:
    kept = VAR / "bench.json"
    run = json.loads(kept.read_text("utf-8")) if kept.is_file() else {"items": {}}
    figure = {"median": round(seconds, 1), "min": round(seconds, 1), "max": round(seconds, 1)}
    ratio = round(seconds / SECONDS_LIMIT, 4)
    item = {**figure, "unit": f"s for {entries} entries", "limit": SECONDS_LIMIT, "ratio": ratio}
    repository = VAR.parent
    stamp = {"machine": report.machine(), "commit": report.commit(repository)}
    report.write(kept, {**run, **stamp, "items": {**run["items"], "audit_1e6": item}})


if __name__ == "__main__":
    if sys.argv[1:2] == [AUDIT]:
        print(json.dumps(audited(Path(sys.argv[2]))))
        sys.exit()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES))
