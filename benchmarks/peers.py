"""The same work by the Python package `sd-jwt`: what a team gets that takes what there is."""

import warnings
from typing import Any

from benchmarks.world import AUDIENCE, BATCH, CLAIMS, ISSUER, NONCE, NOW, World

with warnings.catch_warnings():
    # Its dependency jwcrypto names things `cryptography` is about to drop; not ours to mend.
    warnings.simplefilter("ignore", DeprecationWarning)
    from jwcrypto.jwk import JWK
    from sd_jwt.common import SDObj
    from sd_jwt.holder import SDJWTHolder
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier


class SdJwtPackage:
    """The package in the place of our issuer, holder and verifier, with the same keys."""

    def __init__(self, world: World) -> None:
        self.issuer_key = JWK.from_pem(world.issuer.private_pem())
        self.holder_key = JWK.from_pem(world.holder.private_pem())
        self.presentation = world.presentation
        self.held = world.issued.serialize()

    def issue(self) -> int:
        """Issue the twelve claims, as often as we do."""
        for _ in range(BATCH):
            claims: dict[Any, Any] = {SDObj(name): value for name, value in CLAIMS.items()}
            claims |= {
                "iss": ISSUER,
                "vct": f"{ISSUER}/types/resident-register/1",
                "iat": int(NOW.timestamp()),
                "exp": int(NOW.timestamp()) + 7776000,
            }
            SDJWTIssuer(claims, self.issuer_key, self.holder_key)
        return BATCH

    def present(self) -> int:
        """Show three claims with key binding, from a credential already parsed."""
        for _ in range(BATCH):
            holder = SDJWTHolder(self.held)
            shown = {"name": True, "age_over_19": True, "address": True}
            holder.create_presentation(shown, NONCE, AUDIENCE, self.holder_key)
        return BATCH

    def verify(self) -> int:
        """Verify a presentation; the package does not look at its times."""
        for _ in range(BATCH):
            SDJWTVerifier(
                self.presentation, lambda _iss, _header: self.issuer_key, AUDIENCE, NONCE
            ).get_verified_payload()
        return BATCH
