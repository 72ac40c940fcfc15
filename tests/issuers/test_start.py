"""What must hold before an authority issues anything."""

from dataclasses import replace

import pytest

from issuers.published.metadata import issuer_metadata
from standards.openid4vci.errors import VciError
from tests.issuers.world import World


async def test_metadata_that_must_not_be_published_stops_the_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    VCI-28: proofs without a nonce endpoint are found before a wallet finds them.
    """
    await world.issuers.prepare()
    world.issuers.described._made.clear()
    monkeypatch.setattr(
        "issuers.published.self_description.issuer_metadata",
        lambda *of, **more: replace(issuer_metadata(*of, **more), nonce_endpoint=None),
    )

    with pytest.raises(VciError):
        await world.issuers.prepare()
