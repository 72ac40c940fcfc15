"""A result as a person at the shell reads it."""

from app.cli.verdict import verdict


def test_the_verdict_stands_first_and_every_claim_has_its_path() -> None:
    """
    Nested claims are told by the paths that `--with` and `--drop` take.
    """
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
            "receipt": {"log": {"index": 7}},
        }
    )

    assert [
        "verified",
        "https://issuer/types/copy/1, valid, issued by https://issuer",
        "  adult: true",
        "  members.0.name: 김예원",
        "recorded as entry 7 of the consent log; --json shows the receipt",
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
