"""A wallet of another maker takes certificates from our issuer and shows them to our verifier."""

from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import Node, OurService

MODES = ("direct_post", "direct_post.jwt")


def take(service: OurService, node: Node, state: Path, kind: str, *flags: str) -> dict[str, Any]:
    """Offer a kind to the demo citizen and let the other wallet accept it."""
    offer = service.mydata("issuers", "offer", kind, "--to", "demo")
    uri = str(offer["credential_offer_uri"])
    return node.run("wallet.mjs", "accept", str(state), uri, str(service.trust), *flags)


@pytest.mark.parametrize("kind", ["resident-register", "tax-payment"])
def test_it_accepts_our_certificates(
    service: OurService, node: Node, tmp_path: Path, kind: str
) -> None:
    """
    Chain, digests, status list and key binding of what we issue hold for others' code.
    """
    taken = take(service, node, tmp_path / "wallet.json", kind)

    assert 1 == taken["count"]
    assert str(taken["vct"]).endswith(f"/types/{kind}/1")


def test_it_accepts_an_offer_with_a_transaction_code(
    service: OurService, node: Node, tmp_path: Path
) -> None:
    """
    The code told by another channel opens the offer.
    """
    offer = service.mydata("issuers", "offer", "tax-payment", "--to", "demo", "--tx-code")
    uri, code = str(offer["credential_offer_uri"]), str(offer["tx_code"])

    taken = node.run(
        "wallet.mjs",
        "accept",
        str(tmp_path / "wallet.json"),
        uri,
        str(service.trust),
        "--tx-code",
        code,
    )

    assert 1 == taken["count"]


def test_a_batch_of_three_keys_gives_three_certificates(
    service: OurService, node: Node, tmp_path: Path
) -> None:
    """
    Our metadata says batches are granted, so three proofs give three credentials.
    """
    taken = take(service, node, tmp_path / "wallet.json", "tax-payment", "--keys", "3")

    assert 3 == taken["count"]


def test_a_batch_larger_than_our_metadata_says_is_refused(
    service: OurService, node: Node, tmp_path: Path
) -> None:
    """
    Four keys against a batch size of three: refused with a code, nothing issued.
    """
    refused = take(service, node, tmp_path / "wallet.json", "tax-payment", "--keys", "4")

    assert "error" in refused
    assert "invalid_credential_request" in str(refused) or "invalid_proof" in str(refused)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("profile", ["adult-check", "address-check", "lease-loan"])
def test_it_presents_to_our_verifier(
    service: OurService, node: Node, tmp_path: Path, mode: str, profile: str
) -> None:
    """
    Every profile is answered in both response modes by a wallet that knows nothing of our terms.
    """
    state = tmp_path / "wallet.json"
    for kind in ("resident-register", "tax-payment"):
        take(service, node, state, kind)
    asked = service.mydata("verifiers", "request", profile, "--mode", mode)

    shown = node.run(
        "wallet.mjs", "present", str(state), str(asked["request_uri"]), str(service.trust)
    )
    result = service.mydata("verifiers", "result", str(asked["transaction_id"]))

    assert 200 == shown["status"], shown
    assert "verified" == result["state"]
    assert all(credential["status"] == "valid" for credential in result["credentials"])
