"""Who signed what comes in: a holder by the key of a pair, or a registered relying party."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Author
from keys import jws
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue
from keys.jwk import PublicJwk
from keys.role import Role
from keys.trust_list import TrustList
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from keys.x509 import validate_chain

Trust: TypeAlias = Callable[[], TrustList]


@dataclass(frozen=True, slots=True)
class Submitter:
    """Who signed, a holder or a party: ``id`` is the key's thumbprint or the registration id."""

    role: Author
    id: str

    def __str__(self) -> str:
        return f"{self.role.value}:{self.id}"


@dataclass(frozen=True, slots=True)
class SignedClaims:
    """The payload of a token by a known signer; only `verify_signed` makes one."""

    claims: JsonObject
    submitter: Submitter


def verify_signed(
    token: str, *, expected_typ: str, limit: int, trust: Trust, now: datetime
) -> SignedClaims:
    """Return what was signed and by whom, or raise `ConsentError`.

    submission_invalid or not_registered. A header has either ``x5c`` or ``jwk``.
    """
    try:
        unverified = jws.parse(token, limit=limit)
        submitter, key = _signer(unverified, trust, now)
        claims = jws.verify(unverified, key, expected_typ=expected_typ).claims()
    except KeysError as error:
        raise ConsentError(ConsentFailure.SUBMISSION_INVALID, error.detail) from None
    return SignedClaims(claims, submitter)


def _signer(
    unverified: jws.UnverifiedJws, trust: Trust, now: datetime
) -> tuple[Submitter, VerificationKey]:
    match unverified.header:
        case {"x5c": x5c, **rest} if "jwk" not in rest:
            return _party(x5c, trust, now)
        case {"jwk": jwk, **rest} if "x5c" not in rest:
            public = PublicJwk.parse(jwk)
            submitter = Submitter(Author.HOLDER, public.thumbprint())
            return submitter, public.verification_key()
        case _:
            raise ConsentError(
                ConsentFailure.SUBMISSION_INVALID, "either x5c or jwk says who signs"
            )


def _party(x5c: JsonValue, trust: Trust, now: datetime) -> tuple[Submitter, VerificationKey]:
    anchors = trust().anchors(Role.VERIFIER, now)
    try:
        chain = validate_chain(parse_x5c(x5c), anchors=anchors, role=Role.VERIFIER, now=now)
    except KeysError as error:
        raise ConsentError(ConsentFailure.NOT_REGISTERED, error.detail) from None
    # A name without a registration must not pass for somebody's registration id.
    party = chain.organization_id or f"name:{chain.anchor.name}/{chain.subject_name}"
    return Submitter(Author.PARTY, party), chain.leaf_key
