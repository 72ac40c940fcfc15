"""Seen the same by witnesses: whose cosignatures are enough, who is absent, and who is our own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from consent.auditing.audit import audit
from consent.auditing.report import Proved
from consent.complete.prefix_map import end_hash
from consent.forms.entry import EntryType, Leaf, log_label
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.cosignature import Cosigner
from consent.tlog.signed_note import NoteSigner
from consent.tlog.tlog_policy import Policy
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.test_audit import Copy, leaves_of, log_of
from tests.consent.world import ORIGIN

AT = datetime(2026, 11, 22, 9, 0, 7, tzinfo=UTC)
LEAVES = leaves_of(5)


@dataclass
class Witnesses:
    """A log and three witnesses, of which one runs under the log's own host."""

    log: NoteSigner
    regulator: Cosigner
    university: Cosigner
    own: Cosigner

    def policy(self, quorum: str = "both", log: NoteSigner | None = None) -> Policy:
        """Regulator, and one of the other two."""
        lines = [
            f"log {(log or self.log).verifier_key.text()}",
            f"witness regulator {self.regulator.verifier_key.text()}",
            f"witness university {self.university.verifier_key.text()}",
            f"witness ours {self.own.verifier_key.text()}",
            "group others any university ours",
            "group both all regulator others",
            f"quorum {quorum}",
        ]
        return Policy.parse("\n".join(lines))

    def seen(self, copy: Copy, *by: Cosigner) -> Copy:
        """The copy with cosignatures on its checkpoint."""
        note = copy["checkpoint"].decode()
        text = Checkpoint.parse(note.partition("\n\n")[0] + "\n").text()
        return copy | {"checkpoint": (note + "".join(one.line(text, AT) for one in by)).encode()}


def cosigner(name: str, algorithm: Algorithm = Algorithm.ED25519) -> Cosigner:
    return Cosigner(name, SoftwareSigner.generate(algorithm))


@pytest.fixture(scope="module")
def world() -> Witnesses:
    return Witnesses(
        NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519)),
        cosigner("witness.example.gov/w"),
        cosigner("witness.example.edu/w"),
        cosigner("mydata.example/witness/1"),
    )


@pytest.fixture(scope="module")
def copy(world: Witnesses) -> Copy:
    return log_of(LEAVES, world.log)


def test_a_quorum_that_saw_it_is_named(world: Witnesses, copy: Copy) -> None:
    """
    The third level: the first line names the witnesses, the quorum, and nobody who was absent.
    """
    seen = world.seen(copy, world.regulator, world.university)

    report = audit(seen.get, policy=world.policy())

    assert report.ok
    assert Proved.SEEN == report.proved
    words = "seen the same by regulator, university (quorum of 2 of regulator, (1 of university, "
    assert report.first_line().startswith(words + "ours)), and consistent: 5 entries")
    expected = {"quorum": "2 of regulator, (1 of university, ours)", "absent": ["ours"], "own": []}
    by = [
        {"name": "regulator", "at": "2026-11-22T09:00:07Z"},
        {"name": "university", "at": "2026-11-22T09:00:07Z"},
    ]
    assert {**expected, "seen_by": by} == report.as_dict()["witnesses"]


def test_a_witness_of_the_operators_own_is_said_to_be_one(world: Witnesses, copy: Copy) -> None:
    """
    A demo's policy is satisfied by the demo's own witness, and the line says whose it is.
    """
    seen = world.seen(copy, world.regulator, world.own)

    report = audit(seen.get, policy=world.policy())

    assert Proved.SEEN == report.proved
    assert "; the log's own operator runs ours)" in report.first_line()
    assert ("ours",) == (report.sighting and report.sighting.own)


def test_seen_and_unchanged_are_both_told(world: Witnesses, copy: Copy) -> None:
    """
    A kept checkpoint and a policy together: the line claims both.
    """
    kept = log_of(LEAVES[:3], world.log)["checkpoint"].decode()
    seen = world.seen(copy, world.regulator)

    report = audit(seen.get, since=kept, policy=world.policy("regulator"))

    assert "regulator (quorum of regulator), unchanged since the checkpoint of 3 entries" in (
        report.first_line()
    )


def test_a_missing_quorum_names_who_is_absent(world: Witnesses, copy: Copy) -> None:
    """
    Too few have seen it: what else was proved stays, and the absent are named.
    """
    kept = log_of(LEAVES[:3], world.log)["checkpoint"].decode()
    seen = world.seen(copy, world.university)

    alone = audit(seen.get, policy=world.policy())
    unchanged = audit(seen.get, since=kept, policy=world.policy())

    assert not alone.ok
    assert (Proved.CONSISTENT, Proved.UNCHANGED) == (alone.proved, unchanged.proved)
    assert "both has not seen this checkpoint: regulator absent" in alone.problems[0].what
    assert alone.problems[0].what.startswith("witnesses: ")


def test_a_wrong_cosignature_is_its_own_problem(world: Witnesses, copy: Copy) -> None:
    """
    A line of a known witness over another tree does not verify, and the witness is named.
    """
    other = world.seen(log_of(LEAVES[:4], world.log), world.regulator)["checkpoint"].decode()
    line = other.splitlines(keepends=True)[-1]
    forged = copy | {"checkpoint": copy["checkpoint"] + line.encode()}

    report = audit(forged.get, policy=world.policy("regulator"))

    assert Proved.CONSISTENT == report.proved
    assert ["witnesses: the signature of witness.example.gov/w does not verify"] == [
        problem.what for problem in report.problems
    ]


def test_a_policy_for_another_log_proves_nothing_about_this_one(
    world: Witnesses, copy: Copy
) -> None:
    """
    A forged policy that names another log's key does not lend its quorum to this copy.
    """
    other = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    seen = world.seen(copy, world.regulator)

    report = audit(seen.get, policy=world.policy("regulator", log=other))

    assert Proved.CONSISTENT == report.proved
    assert "witnesses: the policy is for other logs than" in report.problems[0].what


def test_a_policy_that_asks_for_nobody_claims_nothing(world: Witnesses, copy: Copy) -> None:
    """
    A quorum of none is met by any checkpoint, so it is told and not claimed.
    """
    report = audit(world.seen(copy, world.regulator).get, policy=world.policy("none"))

    assert report.ok
    assert Proved.CONSISTENT == report.proved
    assert "regulator" == (report.sighting and report.sighting.by[0].name)


def test_a_rewritten_log_is_found_by_a_kept_cosigned_checkpoint_t22(world: Witnesses) -> None:
    """
    T22: the cosigned checkpoint that somebody kept still counts as the log's own signature.
    """
    kept = world.seen(log_of(LEAVES[:4], world.log), world.regulator)["checkpoint"].decode()
    rewritten = log_of(leaves_of(7), world.log)

    assert audit(rewritten.get).ok
    report = audit(rewritten.get, since=kept)

    assert ["history was rewritten: the first 4 entries are not those you kept"] == [
        problem.what for problem in report.problems
    ]


def sealed(leaves: list[bytes], root: bytes) -> list[bytes]:
    """The entries with a seal of the map after them."""
    return [*leaves, Leaf(EntryType.MAP, log_label(ORIGIN), 1, None, root).octets()]


def hidden_tile(world: Witnesses) -> tuple[Copy, Policy]:
    copy = log_of(leaves_of(300), world.log)
    seen = world.seen(copy, world.regulator)
    return {path: seen[path] for path in seen if path != "tile/0/000"}, world.policy("regulator")


def altered_map(world: Witnesses) -> tuple[Copy, Policy]:
    copy = log_of(sealed(LEAVES, bytes(32)), world.log)
    return world.seen(copy, world.regulator), world.policy("regulator")


def wrong_cosignature(world: Witnesses) -> tuple[Copy, Policy]:
    copy, other = log_of(LEAVES, world.log), log_of(LEAVES[:4], world.log)
    line = world.seen(other, world.regulator)["checkpoint"].decode().splitlines(keepends=True)[-1]
    forged = copy["checkpoint"] + line.encode()
    return copy | {"checkpoint": forged}, world.policy("regulator")


def forged_policy(world: Witnesses) -> tuple[Copy, Policy]:
    seen = world.seen(log_of(LEAVES, world.log), world.regulator)
    stranger = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    return seen, world.policy("regulator", log=stranger)


ATTACKS: dict[str, tuple[Callable[[Witnesses], tuple[Copy, Policy]], int | None, str]] = {
    "hidden tile": (hidden_tile, 0, "tile/0/000: the file is missing"),
    "altered map": (altered_map, 5, "entry 5: the map it seals is not that of the entries"),
    "wrong cosignature": (wrong_cosignature, None, "witnesses: the signature of witness.example"),
    "forged policy": (forged_policy, None, "witnesses: the policy is for other logs than"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_has_its_own_named_problem(world: Witnesses, name: str) -> None:
    """
    What was done to the copy stands first in the report, in words of its own, and nothing is
    claimed that does not hold.
    """
    attack, index, what = ATTACKS[name]
    copy, policy = attack(world)

    report = audit(copy.get, policy=policy)

    assert not report.ok
    assert Proved.SEEN != report.proved
    assert index == report.problems[0].index
    assert report.problems[0].what.startswith(what)


def test_a_sound_seal_is_replayed_and_counted(world: Witnesses) -> None:
    """
    The map of the entries is the map that was sealed, and the report counts the seal.
    """
    lone = LEAVES[:1]
    leaf = Leaf.parse(lone[0])
    root = end_hash(leaf.label, 1, leaf.hash())
    copy = log_of(sealed(lone, root), world.log)

    report = audit(copy.get)

    assert report.ok
    assert ((EntryType.CONSENT, 1), (EntryType.MAP, 1)) == report.counts
