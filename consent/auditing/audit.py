"""Auditing a copy of the log: pure, from its files alone, asking the operator for nothing.

What can be proved depends on what the auditor brought along, and the first line of every report
says which it was:

- *consistent*: entries, tiles, chains and the signed checkpoint agree with each other. Always.
- *unchanged since*: and all that an older checkpoint covered, which the auditor had kept, is still
  there in its place.
- *seen the same by*: and enough of the witnesses that the auditor's policy trusts have signed this
  very checkpoint, each knowing that it continues all they had signed before.

With the log's own key alone nobody can know that history was not rewritten: whoever has the key
can sign another history.
"""

from collections.abc import Callable
from dataclasses import replace

from consent.auditing.blame import judge_order
from consent.auditing.export import CHECKPOINT, VKEY
from consent.auditing.order import Followed, Order, Read
from consent.auditing.report import Problem, Proved, Report
from consent.auditing.sighting import Sighting, sight
from consent.auditing.tree import AuditedTree, walk
from consent.errors import ConsentError
from consent.forms.entry import log_label
from consent.tlog.checkpoint import Checkpoint, open_checkpoint
from consent.tlog.merkle import EMPTY_ROOT
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey

Beside = Callable[[int, bytes], Callable[[], Followed]]


def audit(
    read: Read,
    *,
    key: VerifierKey | None = None,
    since: str | None = None,
    policy: Policy | None = None,
    beside: Beside | None = None,
) -> Report:
    """Return what the files prove; never raises for what they contain.

    ``read`` returns the octets of a path below the log's address, None when there is no such file.
    ``key`` is the log's key as the auditor knows it; without it, the copy's own ``vkey`` is
    believed. ``since`` is a signed checkpoint that the auditor kept, ``policy`` says whose
    cosignatures are enough. ``beside`` follows what
    stands in the entries elsewhere, at the same time: it is told the size and the log's own label,
    and what it returns is called for the result.
    """
    try:
        trusted = _key(read, key)
        note = read(CHECKPOINT)
        checkpoint = _checkpoint(note, CHECKPOINT, trusted)
    except _FoundError as found:
        return Report(Proved.NOTHING, 0, None, (found.problem,))
    older, unread = _older(since, trusted)
    tree, order = _walk(read, checkpoint, older.size if older is not None else 0, beside)
    sound = Report(
        Proved.CONSISTENT,
        checkpoint.size,
        checkpoint.root,
        (),
        since=older.size if older is not None else None,
        counts=order.counts,
    )
    problems = [*judge_order(tree.problems, order.problems), *_judge_root(tree, checkpoint)]
    problems = problems or [*order.seals]
    if problems:
        return replace(sound, proved=Proved.NOTHING, problems=tuple(problems))
    rewritten = [*unread, *_judge_since(tree, checkpoint, older)]
    sighting, unseen = _sighting(note, policy, trusted)
    report = replace(sound, problems=(*rewritten, *unseen), sighting=sighting)
    if older is not None and not rewritten:
        report = replace(report, proved=Proved.UNCHANGED)
    if report.ok and sighting is not None and sighting.quorum is not None:
        report = replace(report, proved=Proved.SEEN)
    return report


def _walk(
    read: Read, checkpoint: Checkpoint, older_size: int, beside: Beside | None
) -> tuple[AuditedTree, Followed]:
    label = log_label(checkpoint.origin)
    order = Order(label)
    waiting = beside(checkpoint.size, label) if beside is not None else order.followed
    tree = walk(
        read,
        size=checkpoint.size,
        expected_root=checkpoint.root,
        older_size=older_size,
        take=None if beside is not None else order.follow,
    )
    return tree, waiting()


class _FoundError(Exception):
    """A problem after which nothing more can be judged."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.problem = Problem(None, what)


def _key(read: Read, key: VerifierKey | None) -> VerifierKey:
    octets = read(VKEY)
    if octets is None:
        raise _FoundError(f"{VKEY}: the file is missing")
    try:
        own = VerifierKey.parse(octets.decode("utf-8", "replace"))
    except ConsentError as error:
        raise _FoundError(f"{VKEY}: {error.detail}") from None
    if key is None:
        return own
    if key not in own.history and own not in key.history:
        raise _FoundError(f"{VKEY}: the copy is of another log, or its key was changed")
    # The copy's own list of former keys is its word alone: what counts is the key that is known.
    return key


def _checkpoint(octets: bytes | None, name: str, key: VerifierKey) -> Checkpoint:
    if octets is None:
        raise _FoundError(f"{name}: the file is missing")
    try:
        return open_checkpoint(octets.decode("utf-8", "replace"), log_key=key)
    except ConsentError as error:
        raise _FoundError(f"{name}: {error.detail}") from None


def _older(since: str | None, key: VerifierKey) -> tuple[Checkpoint | None, list[Problem]]:
    if since is None:
        return None, []
    try:
        return _checkpoint(since.encode(), "the checkpoint you kept", key), []
    except _FoundError as found:
        return None, [found.problem]


def _sighting(
    note: bytes | None, policy: Policy | None, key: VerifierKey
) -> tuple[Sighting | None, list[Problem]]:
    if policy is None or note is None:
        return None, []
    try:
        return sight(note.decode("utf-8", "replace"), policy=policy, log_key=key), []
    except ConsentError as error:
        return None, [Problem(None, f"witnesses: {error.detail}")]


def _judge_root(tree: AuditedTree, checkpoint: Checkpoint) -> list[Problem]:
    if tree.problems or tree.root == checkpoint.root:
        return []
    return [Problem(None, "checkpoint: its root is not that of the entries and tiles")]


def _judge_since(
    tree: AuditedTree, checkpoint: Checkpoint, older: Checkpoint | None
) -> list[Problem]:
    if older is None:
        return []
    if older.size > checkpoint.size:
        return [
            Problem(None, f"the log has shrunk: you kept a checkpoint of {older.size} entries")
        ]
    expected = tree.older_root if older.size else EMPTY_ROOT
    if expected != older.root:
        what = f"history was rewritten: the first {older.size} entries are not those you kept"
        return [Problem(None, what)]
    return []
