"""What the wallet keeps of a card it showed: everything proves, and nothing tells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consent.forms.checks import CheckName, Outcome
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt
from keys import base64url
from keys.strict_json import JsonObject, dumps
from standards.dcql.paths import ClaimsPathPointer
from tests.wallet.mobile_of_test import (
    DOCTYPE,
    MobileIssuerOfTest,
    MobileVerifierOfTest,
    asking_for,
)
from tests.wallet.verifier_of_test import terms
from tests.wallet.world import HOLDER, World
from wallet.presenting.possible import Wish

PORTRAIT = b"\xff\xd8a portrait that is a canary, every octet of it\xff\xd9"


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
async def test_a_shown_card_leaves_a_receipt_that_proves_all_and_tells_nothing(
    world: World, mode: str
) -> None:
    """
    All fifteen checks of the wallet's own receipt, years on; no name and no picture in it.
    """
    issuer = MobileIssuerOfTest(world)
    card = issuer.claims[DOCTYPE]
    assert isinstance(card, dict)
    pictured: JsonObject = {**card, "portrait": base64url.encode(PORTRAIT)}
    issuer.claims = {DOCTYPE: pictured}
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    named = tuple(ClaimsPathPointer((DOCTYPE, each)).dotted() for each in ("name", "portrait"))
    verifier = MobileVerifierOfTest(
        world,
        issuer,
        dcql=asking_for("name", "portrait"),
        mode=mode,
        terms=replace(terms(), information=named),
    )

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())
    receipt = Receipt.parse(await world.wallets.receipt(HOLDER, str(outcome.receipt)))
    world.clock.now += timedelta(days=5000)

    found = check_receipt(
        receipt,
        log_key=world.ledger.signer.verifier_key,
        trust_key=world.trust_signer.public.verification_key(),
    )
    assert dict.fromkeys(CheckName, Outcome.PROVED) == {each.name: each.outcome for each in found}
    (proven,) = verifier.proven
    assert base64url.encode(PORTRAIT) in str(proven.content.claims)
    text = dumps(receipt.as_dict()).decode()
    assert receipt.offline is not None
    kept = b"".join(
        base64url.decode(part)
        for each in receipt.offline.presentations
        for part in (each.holder_part or "", each.issuer_part or "")
    )
    for value in ("김카나리아".encode(), PORTRAIT[:12]):
        assert value not in kept
        assert base64url.encode(value)[:12] not in text
