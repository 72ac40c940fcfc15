"""The registrar of this installation: it signs what its relying parties registered.

In a real deployment the registrar is an office of its own, whose certificates the parties fetch;
here it stands beside them, with a key and a root that are nobody else's.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from consent.forms.registration_certificate import sign_registration
from issuers.status.signing_keys import CertifiedSigner
from keys.strict_json import loads_object

# A registration that was changed or ended is believed for a day at the longest.
LIFETIME: Final = timedelta(days=1)
RENEWAL: Final = LIFETIME / 2
# Each purpose of each party, with room; the oldest is signed again when it is asked for.
_KEPT: Final = 512

_Name = tuple[str, bytes, str]


class Registrar:
    """Signs each registration once in half a day, and not for each request."""

    def __init__(self, issuer: str, key: Callable[[], CertifiedSigner]) -> None:
        self._issuer = issuer
        self._key = key
        self._signed: OrderedDict[_Name, tuple[datetime, str]] = OrderedDict()

    def certificate(self, party: str, registration: bytes, now: datetime) -> str:
        """Return the registration certificate of what is published as these octets."""
        key = self._key()
        name = (party, hashlib.sha256(registration).digest(), key.signer.public.thumbprint())
        kept = self._signed.get(name)
        if kept is not None and now - kept[0] < RENEWAL:
            return kept[1]
        token = sign_registration(
            loads_object(registration),
            issuer=self._issuer,
            party=party,
            signer=key.signer,
            x5c=key.x5c,
            now=now,
            lifetime=LIFETIME,
        )
        self._signed[name] = (now, token)
        while len(self._signed) > _KEPT:
            self._signed.popitem(last=False)
        return token
