"""The wallet's modules: our wallet takes certificates from issuers of another maker."""

from collections.abc import Callable
from typing import Any

import pytest

from keys.role import Role
from tests.conformance.bundles.wallet import (
    attestation,
    credential,
    deferred,
    key_attestation,
    nonce,
    notification,
)
from tests.conformance.conftest import Meet
from tests.conformance.holder import HolderOfOurs
from tests.conformance.taking import HAIP, Taking

WAYS: dict[str, dict[str, Any]] = {
    "by value, with a transaction code": {"txCode": "123456"},
    "by reference": {"offerBy": "reference"},
    "code flow": HAIP,
    "code flow, by reference": HAIP | {"offerBy": "reference"},
    "code flow, encrypted": HAIP | {"encrypted": True, "decoys": True},
    "pre-authorized, encrypted": {"encrypted": True, "decoys": True},
    "code flow, signed metadata": HAIP | {"signed": True},
    "code flow, by details": HAIP | {"scope": False, "details": True},
    "code flow, by details for a named server": HAIP
    | {"scope": False, "named": True, "details": True},
}
Take = Callable[..., Taking]


@pytest.fixture
def taking(meet: Meet, holder: HolderOfOurs) -> Take:
    """Meet an issuer that does this and that, and let our wallet take its offer."""
    return lambda **options: Taking(meet(**options), holder, options)


@pytest.mark.parametrize("way", WAYS)
def test_oid4vci_1_0_wallet_test_credential_issuance(taking: Take, way: str) -> None:
    """
    Section 2, module 1: every form of offer, both grants, in plain and encrypted.
    """
    taking(**WAYS[way]).take()


@pytest.mark.parametrize(
    ("way", "times"),
    [({}, 1), (HAIP, 2), (HAIP | {"encrypted": True}, 2)],
    ids=["pre-authorized", "code flow", "code flow, encrypted"],
)
def test_oid4vci_1_0_wallet_test_credential_issuance_deferred(
    taking: Take, way: dict[str, Any], times: int
) -> None:
    """
    Section 2, module 1, deferred: the wallet comes again, in its own time, until it is served.
    """
    run = taking(**way, deferred=times)
    run.take()

    endpoint = f"{run.met.issuer}/deferred"
    if way.get("encrypted"):
        assert times == deferred.check_encrypted(run.told, endpoint)
    else:
        transaction = run.at("/credential").json()["transaction_id"]
        assert times == deferred.check(run.told, endpoint, transaction)


def test_oid4vci_1_0_wallet_test_credential_issuance_attested_keys(taking: Take) -> None:
    """
    Section 2, module 1, bundle KA: an issuer that wants the provider's word on the keys gets it.
    """
    run = taking(**HAIP, attestedKeys={})
    sent = run.take()

    roots = run.holder.service.roots(Role.WALLET_PROVIDER)
    nonces = nonce.check(run.told, f"{run.met.issuer}/nonce")
    for proof in sent["proofs"]["jwt"]:
        key = credential.check_proof(proof, run.met.issuer, nonces[-1])
        key_attestation.check(proof, roots, nonces[-1], key)


@pytest.mark.parametrize("grant", [{}, HAIP], ids=["pre-authorized", "code flow"])
def test_oid4vci_1_0_wallet_test_credential_issuance_notification(
    taking: Take, grant: dict[str, Any]
) -> None:
    """
    Section 2, module 2: an issuer that names a notification hears that the certificate was kept.
    """
    run = taking(**grant, notification=True)
    run.take()

    answer = run.at("/credential").json()
    address = f"{run.met.issuer}/notification"
    told = run.soon(lambda: [each for each in run.told if each.url == address])
    assert "credential_accepted" == notification.check(told[-1], answer["notification_id"])


@pytest.mark.parametrize("grant", [{}, HAIP], ids=["pre-authorized", "code flow"])
@pytest.mark.parametrize("details", [False, True], ids=["no identifiers", "identifiers"])
def test_oid4vci_1_0_wallet_happy_path_with_scopes_without_authorization_details_in_token_response(
    taking: Take, grant: dict[str, Any], *, details: bool
) -> None:
    """
    Section 2, module 3: without identifiers the wallet asks by configuration, else by identifier.
    """
    taking(**grant, details=details).take()


def test_oid4vci_1_0_wallet_test_client_attestation_challenge(taking: Take) -> None:
    """
    Section 2, module 4: the challenge is fetched, and stands in the proof of possession.
    """
    run = taking(**HAIP, challenge=True)
    run.take()

    assert attestation.check_challenges(run.told, f"{run.met.issuer}/challenge")


@pytest.mark.parametrize("more", [{}, {"encrypted": True}], ids=["plain", "encrypted"])
def test_oid4vci_1_0_wallet_test_batch_credential_issuance(
    taking: Take, more: dict[str, Any]
) -> None:
    """
    Section 2, module 5: copies come in the reverse order of the proofs, and each finds its key.
    """
    run = taking(**HAIP, **more, batch=10)
    sent = run.take()

    # VCIEnsureProofCountWithinAdvertisedBatchSize; that keys differ is part of PROOF
    assert 1 < len(sent["proofs"]["jwt"]) <= 10
