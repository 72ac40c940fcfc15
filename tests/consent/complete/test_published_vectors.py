"""The completeness proof, held to the vectors that are published of it (docs/vectors)."""

import json
from pathlib import Path
from typing import Any

import pytest

from consent.complete.proof import CompletenessProof
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import log_label
from consent.tlog.verifier_key import VerifierKey
from keys import base64url

FILE = Path(__file__).resolve().parents[3] / "docs" / "vectors" / "completeness.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text())
LOG = VerifierKey.parse(VECTORS["vkey"])


def test_the_published_lists_are_complete() -> None:
    """
    A label with entries before and after the seal, and one the map has not.
    """
    for case in VECTORS["cases"]:
        proof = CompletenessProof.parse(case["proof"])
        found = proof.verify(log_key=LOG, expected_label=base64url.decode(case["label"]))
        assert case["proof"] == proof.as_dict()
        assert (case["entries"], case["newer"], case["as_of"]) == (
            len(found.entries),
            len(found.newer),
            found.as_of_index,
        )
    assert VECTORS["log_label"] == base64url.encode(log_label(VECTORS["origin"]))


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["why"])
def test_the_published_gaps_are_found(case: dict[str, Any]) -> None:
    """
    One thing is wrong in each.
    """
    with pytest.raises(ConsentError) as caught:
        CompletenessProof.parse(case["proof"]).verify(
            log_key=LOG, expected_label=base64url.decode(case["label"])
        )
    assert caught.value.failure in {ConsentFailure.INCOMPLETE, ConsentFailure.PROOF_INVALID}
