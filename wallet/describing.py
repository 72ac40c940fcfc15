"""Fetch what a credential and its claims are called."""

from standards.sd_jwt_vc.credential import VerifiedVc
from wallet.correspondence import Correspondent
from wallet.labels import Description


async def describe(vc: VerifiedVc, correspondent: Correspondent) -> Description:
    """Return the names of the credential's type."""
    return Description(vc.vct)
