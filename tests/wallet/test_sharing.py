"""Presenting: what is recorded, sent, kept; and that nothing is sent without a record."""

import pytest

from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.choosing import Wish


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
async def test_a_request_is_answered(
    world: World, verifier: VerifierOfTest, mode: str, method: str, prefix: str
) -> None:
    """
    In every mode, method and prefix the party gets what it asked for, bound to its request.
    """
    verifier.mode, verifier.method, verifier.prefix = mode, method, prefix

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert "presented" == outcome.state
    (vc,) = verifier.verified
    assert (("name",),) == vc.sd.disclosed_paths
