"""The C2SP forms, held to the vectors that we publish of them (docs/vectors/tlog.json)."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.cosignature import open_cosigned
from consent.tlog.merkle import leaf_hash, verify_consistency, verify_inclusion
from consent.tlog.tlog_policy import Policy
from consent.tlog.tlog_proof import TlogProof
from consent.tlog.verifier_key import VerifierKey

FILE = Path(__file__).resolve().parents[3] / "docs" / "vectors" / "tlog.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text())
LOG = VerifierKey.parse(VECTORS["log"])
WITNESSES = [VerifierKey.parse(line) for line in VECTORS["witnesses"]]


def check_proof(text: str, entry: str) -> None:
    proof = TlogProof.parse(text)
    checkpoint = open_checkpoint(proof.checkpoint_note, log_key=LOG)
    verify_inclusion(
        leaf_hash(entry.encode()),
        proof.index,
        checkpoint.size,
        proof.hashes,
        expected_root=checkpoint.root,
    )
    assert text == proof.text()


def test_checkpoints_open_with_their_cosignatures() -> None:
    """
    Sizes, roots and who cosigned when, with Ed25519 and with ML-DSA-44.
    """
    for case in VECTORS["checkpoints"]:
        opened = open_cosigned(case["note"], log_key=LOG, witnesses=WITNESSES)
        assert (case["size"], case["root"]) == (
            opened.checkpoint.size,
            opened.checkpoint.root.hex(),
        )
        assert case["cosigned"] == [
            {"name": one.key.name, "time": int(one.at.timestamp())} for one in opened.cosignatures
        ]


@pytest.mark.parametrize("case", VECTORS["refused_checkpoints"], ids=lambda case: case["why"])
def test_these_checkpoints_are_refused_h97(case: dict[str, str]) -> None:
    """
    H97: one thing wrong in each.
    """
    with pytest.raises(ConsentError):
        open_cosigned(case["note"], log_key=LOG, witnesses=WITNESSES)


def test_proofs_lead_to_the_signed_root() -> None:
    """
    Inclusion in the file's own form, and consistency with every older tree.
    """
    for case in VECTORS["proofs"]:
        check_proof(case["text"], case["entry"])
    for case in VECTORS["consistency"]:
        verify_consistency(
            case["first"],
            case["second"],
            [base64.b64decode(line) for line in case["path"]],
            expected_old_root=bytes.fromhex(case["first_root"]),
            expected_root=bytes.fromhex(VECTORS["checkpoints"][0]["root"]),
        )


@pytest.mark.parametrize("case", VECTORS["refused_proofs"], ids=lambda case: case["why"])
def test_these_proofs_are_refused_h98(case: dict[str, str]) -> None:
    """
    H98: one thing wrong in each.
    """
    with pytest.raises(ConsentError):
        check_proof(case["text"], case["entry"])


def test_policies_find_their_quorum_or_name_who_is_absent() -> None:
    """
    Satisfied names in the order of the file; absent ones in the refusal.
    """
    for case in VECTORS["policies"]:
        policy = Policy.parse(case["policy"])
        if "absent" in case:
            with pytest.raises(ConsentError) as caught:
                policy.check(case["checkpoint"])
            assert ConsentFailure.QUORUM_MISSING == caught.value.failure
            assert caught.value.detail.endswith(f"{', '.join(case['absent'])} absent")
        else:
            quorum = policy.check(case["checkpoint"])
            assert case["witnesses"] == list(quorum.witnesses)
            assert case["groups"] == list(quorum.groups)


@pytest.mark.parametrize("case", VECTORS["refused_policies"], ids=lambda case: case["why"])
def test_these_policies_are_refused_h97(case: dict[str, str]) -> None:
    """
    H97: one thing wrong in each.
    """
    with pytest.raises(ConsentError) as caught:
        Policy.parse(case["policy"])
    assert ConsentFailure.MALFORMED == caught.value.failure
