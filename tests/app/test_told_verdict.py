"""A result as a person at the shell reads it."""

import json
from pathlib import Path

from app.cli.verdict import verdict
from consent.forms.receipt import Receipt

RECEIPTS = Path(__file__).parents[2] / "docs/vectors/receipt.json"


def test_the_verdict_stands_first_and_every_claim_has_its_path() -> None:
    """
    Nested claims are told by the paths that `--with` and `--drop` take.
    """
    receipt = json.loads(RECEIPTS.read_bytes())["receipts"][0]
    index = Receipt.parse(receipt).log.index
    told = verdict(
        {
            "state": "verified",
            "credentials": [
                {
                    "vct": "https://issuer/types/copy/1",
                    "issuer": "https://issuer",
                    "status": "valid",
                    "claims": {"adult": True, "members": [{"name": "김예원"}]},
                }
            ],
            "receipt": dict(receipt),
        }
    )

    assert [
        "verified",
        "https://issuer/types/copy/1, valid, issued by https://issuer",
        "  adult: true",
        "  members.0.name: 김예원",
        f"recorded as entry {index} of the consent log; --json shows the receipt",
    ] == list(told)


def test_a_failure_names_whose_it_is_and_what_to_do() -> None:
    """
    Code, party and next step on one line, and no claim.
    """
    failure = {"code": "credential_revoked", "party": "issuer", "detail": "Ask for a new one."}

    assert ["failed", "  credential_revoked (issuer): Ask for a new one."] == list(
        verdict({"state": "failed", "credentials": [], "failure": dict(failure)})
    )


def test_what_is_not_there_yet_is_said_in_one_word() -> None:
    """
    Pending has neither claims nor a receipt.
    """
    assert ["pending"] == list(verdict({"state": "pending", "credentials": []}))


def test_a_use_that_is_not_on_the_ledger_is_told_as_such() -> None:
    """
    Late, or refused afterwards: whoever reads the claims reads that too.
    """
    late, refused = (
        [*verdict({"state": "verified", "credentials": [], "recorded": word})]
        for word in ("late", "refused")
    )
    assert "recorded later" in late[1]
    assert "do not rely on it" in refused[1]
