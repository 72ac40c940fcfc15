"""Accepting an offer: what is kept, and everything that is refused on receipt."""

import pytest

from tests.wallet.issuer_of_test import ISSUER, VCT, IssuerOfTest
from tests.wallet.world import HOLDER, World


@pytest.mark.parametrize("by", ["value", "reference"])
async def test_an_offer_brings_a_credential(world: World, issuer: IssuerOfTest, by: str) -> None:
    """
    What was offered is kept, bound to a key made for it, and shown claim by claim.
    """
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri(by=by))

    assert (VCT, ISSUER) == (accepted.vct, accepted.issuer)
    (held,) = await world.wallets.credentials(HOLDER)
    assert accepted.credential_ids == (held.id,)
    assert held.key.signer().public.thumbprint() == issuer.keys[0].thumbprint()
    shown = (await world.wallets.credential(HOLDER, held.id)).shown()
    assert issuer.name == shown["issuer_name"]
    assert "members.1.name" in str(shown["claims"])
