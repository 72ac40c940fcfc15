"""The wallet's modules: our wallet takes certificates from an issuer of another maker."""

import time
from collections.abc import Callable, Sequence

from tests.conformance.bundles.wallet import credential, discovery, nonce, notification, token
from tests.conformance.conftest import Meet
from tests.conformance.exchanges import Exchange, at
from tests.conformance.holder import HolderOfOurs, Met

HEARD_WITHIN = 20.0


def test_oid4vci_1_0_wallet_test_credential_issuance(meet: Meet, holder: HolderOfOurs) -> None:
    """
    Section 2, module 1: offer by value and by reference, with and without a transaction code.
    """
    for options in ({"offerBy": "value", "txCode": "123456"}, {"offerBy": "reference"}):
        met = meet(**options)
        taken(met, holder, options.get("txCode"))


def test_oid4vci_1_0_wallet_test_credential_issuance_notification(
    meet: Meet, holder: HolderOfOurs
) -> None:
    """
    Section 2, module 2: an issuer that names a notification hears that the certificate was kept.
    """
    met = meet(notification=True)
    told = taken(met, holder)

    answer = at(told, f"{met.issuer}/credential").json()
    heard = within(lambda: [each for each in met.told() if "notification" in each.url])
    event = notification.check(heard, answer["notification_id"])
    assert "credential_accepted" == event


def test_oid4vci_1_0_wallet_happy_path_with_scopes_without_authorization_details_in_token_response(
    meet: Meet, holder: HolderOfOurs
) -> None:
    """
    Section 2, module 3: without identifiers the wallet asks by configuration, else by identifier.
    """
    for details, identifiers in ((False, []), (True, ["card-1"])):
        taken(meet(details=details), holder, identifiers=identifiers)


def within(heard: Callable[[], list[Exchange]]) -> Exchange:
    """The first thing heard, a while later at the most: a wallet tells when it has time."""
    until = time.monotonic() + HEARD_WITHIN
    while time.monotonic() < until:
        if found := heard():
            return found[0]
        time.sleep(0.1)
    raise AssertionError("nothing was heard")


def taken(
    met: Met,
    holder: HolderOfOurs,
    tx_code: str | None = None,
    identifiers: Sequence[str] = (),
) -> list[Exchange]:
    """WK, TOKEN, NONCE, CRED, PROOF and STATUS of one pre-authorized run."""
    answer = holder.accept(met.offer, **({"tx_code": tx_code} if tx_code else {}))
    assert 200 == answer.status, answer.body
    assert answer.json()["vct"] in holder.kept()
    told = met.told()
    discovery.check(told, met.issuer)
    token.check_pre_authorized(at(told, f"{met.issuer}/token"), met.code, tx_code)
    nonces = nonce.check(told, f"{met.issuer}/nonce")
    sent = credential.check_plain(at(told, f"{met.issuer}/credential"))
    credential.check_reference(sent, met.configuration, identifiers)
    credential.check_proofs(sent, met.issuer, nonces[-1])
    assert 200 == at(told, f"{met.issuer}/status").status
    return told
