"""A wallet of another maker takes certificates from our issuer and shows them to our verifier."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import Node, OurService

# A certificate for a payment is made out to whoever pays.
FOR_THE_CITY = ("--purpose", "대금 수령", "--payer", "하늘시청")


def take(
    service: OurService,
    node: Node,
    state: Path,
    kind: str,
    *flags: str,
    made_out: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Offer a kind to the demo citizen and let the other wallet accept it."""
    offer = service.mydata("issuers", "offer", kind, "--to", "demo", *made_out)
    uri = str(offer["credential_offer_uri"])
    return node.run("wallet.mjs", "accept", str(state), uri, str(service.trust), *flags)


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_it_answers_with_our_driving_licence(
    service: OurService, node: Node, tmp_path: Path, mode: str
) -> None:
    """
    An mdoc of ours in a wallet of others, shown to our verifier in clear and encrypted.
    """
    state = tmp_path / "wallet.json"
    taken = take(service, node, state, "driving-licence")
    words = ["age-by-mobile-id", "--mode", mode]

    result = shown_and_seen(service, node, state, service.mydata("verifiers", "request", *words))

    assert "org.iso.18013.5.1.mDL" == taken["vct"]
    assert "verified" == result["state"]
    assert [{"org.iso.18013.5.1": {"age_over_19": True}}] == [
        each["claims"] for each in result["credentials"]
    ]


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


def test_a_batch_larger_than_our_metadata_says_is_not_even_asked_for(
    service: OurService, node: Node, tmp_path: Path
) -> None:
    """
    Others' code reads our batch size and stops before eleven keys reach us.
    """
    refused = take(service, node, tmp_path / "wallet.json", "tax-payment", "--keys", "11")

    assert "the max batch size is '10'" in refused["error"]


def shown_and_seen(
    service: OurService, node: Node, state: Path, asked: dict[str, Any]
) -> dict[str, Any]:
    """Let the other wallet answer a request; what our verifier made of it."""
    uri = str(asked["request_uri"])
    shown = node.run("wallet.mjs", "present", str(state), uri, str(service.trust))
    assert 200 == shown["status"], shown
    return service.mydata("verifiers", "result", str(asked["transaction_id"]))


@pytest.mark.parametrize(
    ("profile", "kinds"),
    [
        ("adult-check", ["resident-register"]),
        ("address-check", ["resident-register"]),
        ("lease-loan", ["resident-register", "tax-payment"]),
        ("creditor-check", ["resident-abstract"]),
        ("bank-identity-check", ["resident-abstract"]),
        ("contract-payment", ["tax-payment", "local-tax-payment"]),
    ],
)
def test_it_answers_every_registered_profile(
    service: OurService, node: Node, tmp_path: Path, profile: str, kinds: list[str]
) -> None:
    """
    A wallet that knows nothing of our terms still signs the commitment to them in its nonce.
    """
    state = tmp_path / "wallet.json"
    for kind in kinds:
        made_out = FOR_THE_CITY if profile == "contract-payment" else ()
        take(service, node, state, kind, made_out=made_out)

    result = shown_and_seen(service, node, state, service.mydata("verifiers", "request", profile))

    assert "verified" == result["state"]
    assert {"valid"} == {credential["status"] for credential in result["credentials"]}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_it_answers_a_query_of_our_own(
    service: OurService, node: Node, tmp_path: Path, mode: str, method: str
) -> None:
    """
    Both response modes and both ways to fetch a request work with others' code.
    """
    state = tmp_path / "wallet.json"
    taken = take(service, node, state, "tax-payment")
    query = tmp_path / "query.json"
    asked_for: dict[str, Any] = {
        "id": "tax",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [taken["vct"]]},
    }
    asked_for["claims"] = [{"path": ["no_arrears"]}]
    query.write_text(json.dumps({"credentials": [asked_for]}), encoding="utf-8")
    words = ["--dcql", str(query), "--mode", mode, "--method", method]

    result = shown_and_seen(service, node, state, service.mydata("verifiers", "request", *words))

    assert "verified" == result["state"]
    assert {"no_arrears"} == set(result["credentials"][0]["claims"])
