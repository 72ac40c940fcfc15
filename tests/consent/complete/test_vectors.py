"""Our own vectors of the completeness proof, held to our own code."""

import json
from pathlib import Path
from typing import Any

import pytest

from consent.complete.proof import CompletenessProof
from consent.errors import ConsentError
from consent.forms.entry import log_label
from consent.tlog.verifier_key import VerifierKey
from keys import base64url

FILE = Path(__file__).resolve().parents[3] / "docs" / "vectors" / "completeness.json"
VECTORS: Any = json.loads(FILE.read_text(encoding="utf-8"))
KEY = VerifierKey.parse(VECTORS["vkey"])


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["entries"]))
def test_what_is_complete_verifies(case: dict[str, Any]) -> None:
    """
    Present and absent: so many entries as of the seal, so many newer, and one spelling.
    """
    proof = CompletenessProof.parse(case["proof"])
    found = proof.verify(log_key=KEY, expected_label=base64url.decode(case["label"]))

    assert case["entries"] == len(found.entries)
    assert case["newer"] == len(found.newer)
    assert case["as_of"] == found.as_of_index
    assert case["proof"] == proof.as_dict()


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: str(case["why"]))
def test_what_hides_something_is_refused(case: dict[str, Any]) -> None:
    """
    Left out, rewritten, moved, another label's, another root's.
    """
    label = base64url.decode(case["label"])
    with pytest.raises(ConsentError):
        CompletenessProof.parse(case["proof"]).verify(log_key=KEY, expected_label=label)


def test_the_logs_own_label_is_of_its_name() -> None:
    """
    Anyone computes it from the origin.
    """
    assert VECTORS["log_label"] == base64url.encode(log_label(VECTORS["origin"]))
