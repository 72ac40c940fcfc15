"""Policies: what a file says, and whether a checkpoint has been seen by enough."""

from dataclasses import replace

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.policy_lines import Group
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
from keys.jwk import Algorithm
from tests.consent.tlog.worlds import PUBLISHED, Seen, cosigner, seen

NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
WITNESSES = {name: cosigner(f"{name}.example") for name in NAMES}
VKEYS = {name: witness.verifier_key.text() for name, witness in WITNESSES.items()}
MADE = seen()
LOG = MADE.log.verifier_key.text()

# The example of the document.
EXAMPLE = f"""log {LOG}

witness X1 {VKEYS["X1"]}
witness X2 {VKEYS["X2"]}
witness X3 {VKEYS["X3"]}
group X-witnesses 2 X1 X2 X3

witness Y1 {VKEYS["Y1"]}
witness Y2 {VKEYS["Y2"]}
witness Y3 {VKEYS["Y3"]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
W1 = f"witness w1 {VKEYS['X1']}\n"
W2 = f"witness w2 {VKEYS['X2']}\n"


def note(*names: str, made: Seen = MADE) -> str:
    return made.note(*(WITNESSES[name] for name in names))


def test_the_example_of_the_document_reads() -> None:
    """
    Logs, witnesses, thresholds and groups of groups.
    """
    policy = Policy.parse(EXAMPLE)

    assert [MADE.log.verifier_key] == [log.key for log in policy.logs]
    assert list(NAMES) == [witness.name for witness in policy.witnesses]
    assert (
        Group("X-witnesses", 2, ("X1", "X2", "X3")),
        Group("Y-witnesses", 1, ("Y1", "Y2", "Y3")),
        Group("X-and-Y", 2, ("X-witnesses", "Y-witnesses")),
    ) == policy.groups
    assert "X-and-Y" == policy.quorum


@pytest.mark.parametrize(
    ("text", "quorum"),
    [
        pytest.param("quorum none\n", None, id="minimal"),
        pytest.param(
            f"\n# comment\n\t # another\n\twitness \t w1  {VKEYS['X1']}   https://w1.example/  "
            "\n\n  quorum\tw1",
            "w1",
            id="white space, comments, no last newline",
        ),
        pytest.param(
            f"witness K\u212a\udc80 {VKEYS['X1']}\nquorum K\u212a\udc80\n",
            "K\u212a\udc80",
            id="names are octets",
        ),
        pytest.param(
            f"witness all {VKEYS['X1']}\nwitness any {VKEYS['X2']}\n"
            "group group 2 all any\nquorum group\n",
            "group",
            id="keywords are names",
        ),
    ],
)
def test_what_a_policy_may_look_like(text: str, quorum: str | None) -> None:
    """
    The positive cases of transparency-dev/formats, policy/tlog_policy_test.go.
    """
    assert quorum == Policy.parse(text).quorum


def test_addresses_are_kept_and_optional() -> None:
    """
    A log needs its witnesses' addresses; a reader does not.
    """
    policy = Policy.parse(
        f"log {LOG} https://log.example/\n{W1}{W2.rstrip()} https://w\nquorum w1"
    )

    assert "https://log.example/" == policy.logs[0].url
    assert [None, "https://w"] == [witness.url for witness in policy.witnesses]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("quorum none\n\x01", id="control octet"),
        pytest.param("quorum none\r\n", id="carriage return"),
        pytest.param("quorum none\x7f\n", id="delete"),
        pytest.param("quorum\u3000none\n", id="another space"),
        pytest.param("quibble w1\nquorum none\n", id="unknown keyword"),
        pytest.param(f"{W1.rstrip()} https://w # comment\nquorum w1\n", id="inline comment"),
        pytest.param("log\nquorum none\n", id="log without key"),
        pytest.param("log garbage\nquorum none\n", id="log with no key"),
        pytest.param(f"log {LOG}\nlog {LOG} https://log\nquorum none\n", id="a log twice"),
        pytest.param("witness w1\nquorum none\n", id="witness without key"),
        pytest.param(f"witness w1 {LOG}\nquorum w1\n", id="witness with a log's key"),
        pytest.param(f"witness none {VKEYS['X1']}\nquorum none\n", id="witness named none"),
        pytest.param(f"{W1}witness w1 {VKEYS['X2']}\nquorum w1\n", id="a name twice"),
        pytest.param(f"{W1}group w1 any w1\nquorum w1\n", id="a group named as a witness"),
        pytest.param(f"{W1}group g1 1\nquorum w1\n", id="group without members"),
        pytest.param(f"{W1}group none any w1\nquorum none\n", id="group named none"),
        pytest.param(f"{W1}group g1 0 w1\nquorum g1\n", id="threshold zero"),
        pytest.param(f"{W1}group g1 -1 w1\nquorum g1\n", id="threshold negative"),
        pytest.param(f"{W1}group g1 01 w1\nquorum g1\n", id="threshold of two spellings"),
        pytest.param(f"{W1}group g1 2 w1\nquorum g1\n", id="threshold beyond the members"),
        pytest.param(f"{W1}group g1 any w2\nquorum g1\n", id="unknown member"),
        pytest.param(f"group g1 any w1\n{W1}quorum g1\n", id="member defined below"),
        pytest.param(f"{W1}group g1 any w1 g1\nquorum g1\n", id="a group in itself"),
        pytest.param(
            f"{W1}group g1 any w1 g2\ngroup g2 any g1\nquorum g1\n", id="groups in a circle"
        ),
        pytest.param(f"{W1}group g1 any none w1\nquorum g1\n", id="none as member"),
        pytest.param(f"{W1}group g1 all w1 w1\nquorum g1\n", id="a member twice in a group"),
        pytest.param(
            f"{W1}{W2}group g1 any w1 w2\ngroup g2 any w1\nquorum g1\n", id="in two groups"
        ),
        pytest.param(W1, id="no quorum"),
        pytest.param(f"{W1}quorum w1\nquorum w1\n", id="two quorums"),
        pytest.param("quorum unknown\n", id="unknown quorum"),
        pytest.param(f"quorum w1\n{W1}", id="quorum defined below"),
        pytest.param("quorum\n", id="quorum without name"),
        pytest.param("#" * 600_000, id="a flood"),
    ],
)
def test_what_is_no_policy_is_refused_h97(text: str) -> None:
    """
    H97: the negative cases of transparency-dev/formats, circles, and floods.
    """
    with pytest.raises(ConsentError) as caught:
        Policy.parse(text)

    assert ConsentFailure.MALFORMED == caught.value.failure


def test_one_key_under_two_names_is_one_witness_h97() -> None:
    """
    H97: a witness cannot be counted twice by wrapping its key again.
    """
    key = WITNESSES["X1"].verifier_key
    again = VerifierKey.of("impostor.example", key.public, key.kind).text()

    with pytest.raises(ConsentError, match="line 2: the key of impostor"):
        Policy.parse(f"{W1}witness w2 {again}\nquorum w1\n")


def test_a_policy_has_room_for_sixty_four_lines_of_a_kind() -> None:
    """
    tlog-policy asks for 32 of each; far more is a flood.
    """
    groups = "".join(f"group g{n + 1} any {'w1' if not n else f'g{n}'}\n" for n in range(64))

    assert 64 == len(Policy.parse(f"{W1}{groups}quorum g64\n").groups)
    with pytest.raises(ConsentError, match="at most 64"):
        Policy.parse(f"{W1}{groups}group last any g64\nquorum w1\n")


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (("X1", "X2", "Y3"), ("X-witnesses", "Y-witnesses", "X-and-Y")),
        (NAMES, ("X-witnesses", "Y-witnesses", "X-and-Y")),
    ],
)
def test_enough_witnesses_make_a_quorum(names: tuple[str, ...], groups: tuple[str, ...]) -> None:
    """
    The answer names all that have seen the checkpoint, with their times.
    """
    quorum = Policy.parse(EXAMPLE).check(note(*names))

    assert MADE.checkpoint == quorum.checkpoint
    assert (names, groups) == (quorum.witnesses, quorum.groups)
    assert len(names) == len(quorum.cosignatures)


@pytest.mark.parametrize(
    ("names", "absent"),
    [
        ((), "X1, X2, X3, Y1, Y2, Y3 absent"),
        (("X1", "Y1"), "X2, X3 absent"),
        (("X1", "X2", "X3"), "Y1, Y2, Y3 absent"),
        (("Y1", "Y2", "Y3"), "X1, X2, X3 absent"),
    ],
)
def test_too_few_are_named_h97(names: tuple[str, ...], absent: str) -> None:
    """
    H97: signed by the log, and not seen by enough: who is absent is said.
    """
    with pytest.raises(ConsentError) as caught:
        Policy.parse(EXAMPLE).check(note(*names))

    assert ConsentFailure.QUORUM_MISSING == caught.value.failure
    assert caught.value.detail.endswith(absent)


def test_a_single_witness_can_be_the_quorum() -> None:
    """
    The quorum line may name a witness; the other one is welcome and not asked for.
    """
    policy = Policy.parse(f"log {LOG}\n{W1}{W2}quorum w1\n")

    assert ("w1",) == policy.check(note("X1")).witnesses
    with pytest.raises(ConsentError, match="w1 absent"):
        policy.check(note("X2"))


def test_a_witness_with_ml_dsa_44_counts() -> None:
    """
    Kinds of keys may be mixed.
    """
    witness = cosigner("mldsa.example", Algorithm.ML_DSA_44)
    policy = Policy.parse(f"log {LOG}\nwitness w {witness.verifier_key.text()}\nquorum w\n")

    assert ("w",) == policy.check(MADE.note(witness)).witnesses


def test_nobody_is_asked_for_without_a_quorum() -> None:
    """
    With none, the log's signature is still needed.
    """
    policy = Policy.parse(f"log {LOG}\nquorum none\n")

    assert () == policy.check(note()).witnesses
    with pytest.raises(ConsentError) as caught:
        policy.check(seen().note())
    assert ConsentFailure.NOTE_UNSIGNED == caught.value.failure


def test_a_checkpoint_must_be_of_a_listed_log_h97() -> None:
    """
    H97: any one listed log is enough, an unlisted one never is, and a key only signs for its name.
    """
    other = seen(origin="other.example/log")
    listed = f"log {other.log.verifier_key.text()}\n"
    mislabelled = replace(MADE, log=other.log)
    both = Policy.parse(f"{listed}log {LOG}\n{W1}quorum w1\n")
    only = Policy.parse(f"{listed}{W1}quorum w1\n")

    assert MADE.checkpoint == both.check(note("X1")).checkpoint
    for made, failure in (
        (MADE, ConsentFailure.NOTE_UNSIGNED),
        (mislabelled, ConsentFailure.WRONG_ORIGIN),
    ):
        with pytest.raises(ConsentError) as caught:
            only.check(note("X1", made=made))
        assert failure == caught.value.failure


def test_a_caller_may_know_the_log_itself() -> None:
    """
    A policy without logs holds for the log the caller names.
    """
    policy = Policy.parse(f"{W1}quorum w1\n")

    found = policy.check(note("X1"), log_keys=[MADE.log.verifier_key])

    assert ("w1",) == found.witnesses
    with pytest.raises(ConsentError):
        policy.check(note("X1"))


def test_a_forged_line_of_a_listed_witness_refuses_h97() -> None:
    """
    H97: even when the others would be enough.
    """
    forged = seen(6).note(WITNESSES["X3"]).rpartition("\u2014")[2]

    with pytest.raises(ConsentError) as caught:
        Policy.parse(EXAMPLE).check(note("X1", "X2", "Y1") + "\u2014" + forged)

    assert ConsentFailure.NOTE_SIGNATURE_INVALID == caught.value.failure


def test_a_published_key_can_be_a_witness() -> None:
    """
    A witness key of another implementation stands in a policy as it is.
    """
    vkey = (PUBLISHED / "remora.vkey").read_text().strip()

    assert "remora.n621.de" == Policy.parse(f"witness r {vkey}\nquorum r").witnesses[0].key.name
