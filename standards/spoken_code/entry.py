"""What a desk signs when somebody reads a code out to it: a JWS of ``typ`` ``spoken-entry+jwt``.

    header   {"alg", "typ", "x5c": [the relying party's certificates, leaf first]}
    payload  {"aud": "<the wallet service's address>", "iat": …, "desk": "<which of its counters>",
              "code": "7K3M9QXT", "request_uri": "openid4vp://…"}

The code alone is no right: the wallet has to know which registered institution tries it, so that
who tries at random is stopped (`wallet.presenting.spoken`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from keys import jws, jwt_time
from keys.errors import KeysError
from keys.signer import Signer
from keys.strict_json import JsonObject, dumps, loads_object
from keys.x509 import Anchor, Role, parse_x5c, to_x5c, validate_chain
from standards.spoken_code.errors import SpokenCodeError
from standards.spoken_code.letters import read_spoken

TYP: Final = "spoken-entry+jwt"
MEDIA_TYPE: Final = "application/jwt"
# A desk signs and sends at once; two clocks may differ.
ENTRY_TIME: Final = timedelta(seconds=60)
# A request's link, and certificates.
MAX_ENTRY: Final = 24 * 1024
_DESK: Final = re.compile("[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, slots=True)
class SpokenEntry:
    """A code as one counter (``desk``, empty for a party's only one) typed it."""

    desk: str
    code: str = field(repr=False)
    request_uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VerifiedEntry:
    """An entry whose signer is proven: ``party`` is the registration id in its certificate."""

    party: str
    entry: SpokenEntry


def sign_entry(
    entry: SpokenEntry, *, audience: str, signer: Signer, chain: tuple[bytes, ...], now: datetime
) -> str:
    """Return what is posted to the wallet service at ``audience``."""
    claims: JsonObject = {
        "aud": audience,
        "iat": jwt_time.seconds(now),
        "desk": entry.desk,
        "code": entry.code,
        "request_uri": entry.request_uri,
    }
    return jws.sign({"typ": TYP, "x5c": to_x5c(chain)}, dumps(claims), signer)


def verify_entry(
    token: str, *, audience: str, anchors: Sequence[Anchor], now: datetime
) -> VerifiedEntry:
    """Return what a registered relying party entered just now, or raise `SpokenCodeError`.

    1. a token of the right type, whose certificates lead to a trusted root of relying parties
    2. signed with the first of them, for us, now, by a party that is registered
    3. with what may be a code, and a desk's name
    """
    try:
        unverified = jws.parse(token, limit=MAX_ENTRY)
        chain = parse_x5c(unverified.header.get("x5c"))
        verifier = validate_chain(chain, anchors=anchors, role=Role.VERIFIER, now=now)  # 1
        verified = jws.verify(unverified, verifier.leaf_key, expected_typ=TYP)
        claims = loads_object(verified.payload)
        issued_at = jwt_time.numeric_date(claims.get("iat"))
    except KeysError as error:
        raise SpokenCodeError(error.detail) from error
    if verifier.organization_id is None or claims.get("aud") != audience:  # 2
        raise SpokenCodeError("a registered party's entry for this wallet was expected")
    if abs(now - issued_at) > ENTRY_TIME:
        raise SpokenCodeError("it was signed at another time")
    match claims:  # 3
        case {"desk": str(desk), "code": str(code), "request_uri": str(request_uri)}:
            if not _DESK.fullmatch(desk):
                raise SpokenCodeError("a desk's name was expected")
            entry = SpokenEntry(desk, read_spoken(code), request_uri)
            return VerifiedEntry(verifier.organization_id, entry)
        case _:
            raise SpokenCodeError("a desk, a code and a request were expected")
