"""Our own wallet provider: its word on instances of this wallet, and on the keys it keeps.

The word is small. An instance attestation says that a key belongs to this wallet software; a key
attestation says that keys are kept by it, sealed, and states no level of protection
(``docs/decisions/0019-wallet-provider.md``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from keys.jwk import PublicJwk
from keys.signer import Signer
from standards.oauth.client_attestation import ClientAttestation, make_client_attestation
from standards.openid4vci.key_attestation import KeyAttestation, make_key_attestation

# Made for the request it goes with; nobody can take it back, so it ends soon.
LIFETIME: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WalletProvider:
    """Who vouches: ``issuer`` is its name, ``x5c`` its chain without the root.

    ``client_id`` is the wallet it vouches for: one for all holders, so that it tells nobody apart
    (HAIP section 4.4.1).
    """

    issuer: str
    client_id: str
    signer: Signer = field(repr=False)
    x5c: tuple[str, ...] = field(repr=False)

    def attest_instance(self, key: PublicJwk, now: datetime) -> str:
        """Return the word on an instance's key; a key is shown to one issuer only."""
        attestation = ClientAttestation(self.issuer, self.client_id, key, now, now + LIFETIME)
        return make_client_attestation(attestation, self.signer, self.x5c)

    def attest_keys(self, keys: Sequence[PublicJwk], nonce: str | None, now: datetime) -> str:
        """Return the word on keys this wallet has just made, fresh by the issuer's nonce."""
        attestation = KeyAttestation(tuple(keys), now, now + LIFETIME, nonce)
        return make_key_attestation(attestation, self.signer, self.x5c)
