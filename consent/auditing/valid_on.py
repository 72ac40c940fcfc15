"""Was this certificate valid on that day? Answered from a list that was signed then.

A status list says what holds now; what it said then only a token of then can say (Token Status
List section 8.4). So the answer is of the time that the token covers, from its ``iat`` to its
``exp``, and where no token of that time is there, the answer is that nobody can tell.
"""

from dataclasses import dataclass
from datetime import datetime

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import instant_text, malformed
from keys import jws
from keys.json_value import JsonObject
from keys.role import Role
from keys.strict_json import loads_object
from keys.trust_list import TrustList
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from keys.x509 import validate_chain
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.verify import verify_sd_jwt
from standards.status_list.bits import Status
from standards.status_list.errors import StatusListError
from standards.status_list.reference import StatusReference
from standards.status_list.token import parse_status_token, verify_status_token

_TYPES = frozenset({"dc+sd-jwt"})


@dataclass(frozen=True, slots=True)
class ValidOn:
    """What a list of then said: ``status`` held from ``issued_at`` to ``expires_at`` at least."""

    status: Status
    at: datetime
    issued_at: datetime
    expires_at: datetime

    @property
    def ok(self) -> bool:
        """Whether the certificate was valid."""
        return self.status is Status.VALID

    def as_dict(self) -> JsonObject:
        """Return ``{"ok", "status", "at", "signed_at", "good_until"}``."""
        return {
            "ok": self.ok,
            "status": self.status.name.lower(),
            "at": instant_text(self.at),
            "signed_at": instant_text(self.issued_at),
            "good_until": instant_text(self.expires_at),
        }


def issuer_jwts(text: str) -> tuple[str, ...]:
    """Return the issuer-signed parts in a certificate, or in a receipt's offline part.

    Raises `ConsentError` (malformed) for what holds none.
    """
    if not text.lstrip().startswith("{"):
        return (text.strip().partition("~")[0],)
    offline = loads_object(text).get("offline")
    tokens = offline.get("issuer_jwts") if isinstance(offline, dict) else None
    found = tuple(str(token) for token in tokens) if isinstance(tokens, list) else ()
    if not found:
        raise malformed("a certificate, or a receipt with its offline part, was expected")
    return found


def reference_of(issuer_jwt: str) -> StatusReference:
    """Return where the certificate says its status is kept; unverified, for finding the list.

    Raises `ConsentError` (malformed) for a certificate that names no list.
    """
    status = loads_object(jws.parse(issuer_jwt).payload).get("status")
    try:
        return StatusReference.parse(status)
    except StatusListError as error:
        raise malformed(error.detail) from None


def valid_on(issuer_jwt: str, status_token: str, *, trust: TrustList, at: datetime) -> ValidOn:
    """Return what the token said of the certificate, or raise why it cannot be told.

    1. a trusted issuer signed the certificate; 2. a trusted provider signed the token, for the
    very list the certificate names; 3. the token covers ``at``. Trust is that of ``at``. Raises
    `ConsentError` (not_found) when it covers another time, `KeysError`, `SdJwtError` or
    `StatusListError` for the rest.
    """
    unverified = parse_sd_jwt(f"{issuer_jwt}~")
    issuer = _chain(unverified.header, Role.ISSUER, trust, at)
    claims = verify_sd_jwt(unverified, issuer, expected_typ=_TYPES).claims
    reference = StatusReference.parse(claims.get("status"))
    token = parse_status_token(status_token)
    provider = _chain(token.header, Role.STATUS, trust, at)
    listed = verify_status_token(token, provider, expected_uri=reference.uri, now=at)
    if listed.expires_at is None or not listed.issued_at <= at <= listed.expires_at:
        raise ConsentError(
            ConsentFailure.NOT_FOUND,
            f"the list is of {instant_text(listed.issued_at)}: it does not cover that time",
        )
    status = listed.status_at(reference.idx)
    return ValidOn(status, at, listed.issued_at, listed.expires_at)


def _chain(header: JsonObject, role: Role, trust: TrustList, at: datetime) -> VerificationKey:
    chain = parse_x5c(header.get("x5c"))
    return validate_chain(chain, anchors=trust.anchors(role, at), role=role, now=at).leaf_key
