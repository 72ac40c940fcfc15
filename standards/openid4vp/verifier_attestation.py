"""What a registrar says of a verifier and its key (OpenID4VP 1.0 sections 5.9.3 and 12).

It comes in the ``jwt`` member of the request's header. A registrar is trusted by its certificate:
a root of that role, and ``x5c`` in the attestation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keys import jws
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.jwt_time import check_times, seconds
from keys.signed_by_chain import verify_signed_by_chain
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x509 import Anchor, Role, ValidatedChain
from standards.members import members, present
from standards.openid4vp.errors import RequestError, RequestFailure

TYP: Final = "verifier-attestation+jwt"
# A chain of five certificates, and little else.
ATTESTATION_LIMIT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class VerifierAttestation:
    """Who signed requests with ``key``: ``subject``, says ``issuer``, until ``expires_at``.

    Without ``redirect_uris`` answers may go anywhere.
    """

    issuer: str
    subject: str
    key: PublicJwk
    expires_at: datetime
    redirect_uris: tuple[str, ...] = ()

    def as_dict(self) -> JsonObject:
        """Return the claims of the token."""
        required: JsonObject = {
            "iss": self.issuer,
            "sub": self.subject,
            "exp": seconds(self.expires_at),
            "cnf": {"jwk": self.key.as_dict()},
        }
        return required | present({"redirect_uris": [*self.redirect_uris]})


@dataclass(frozen=True, slots=True)
class VerifiedAttestation:
    """An attestation a trusted registrar signed; only `verify_verifier_attestation` makes one."""

    attestation: VerifierAttestation
    attester: ValidatedChain


def sign_verifier_attestation(
    attestation: VerifierAttestation, signer: Signer, x5c: Sequence[str]
) -> str:
    """Return the token for a header's ``jwt``; ``x5c`` without the root."""
    header: JsonObject = {"typ": TYP, "x5c": list[JsonValue](x5c)}
    return jws.sign(header, dumps(attestation.as_dict()), signer)


def verify_verifier_attestation(
    token: JsonValue, *, expected_subject: str, anchors: Sequence[Anchor], now: datetime
) -> VerifiedAttestation:
    """Return what a registrar attested, or raise `RequestError` (VP-24).

    1. signed by a registrar whose certificate leads to one of ``anchors``, in time
    2. in its own name, where its certificate names addresses
    3. about the client that the request names
    """
    if not isinstance(token, str):
        raise RequestError(RequestFailure.NOT_AUTHENTIC, "the header holds no attestation")
    try:
        signed = verify_signed_by_chain(  # 1
            token,
            expected_typ=TYP,
            anchors=anchors,
            role=Role.REGISTRAR,
            now=now,
            limit=ATTESTATION_LIMIT,
        )
        claims = signed.token.claims()
        times = check_times(claims, now=now, require_exp=True)
        reader = members(claims, "attestation", _untrusted)
        key = PublicJwk.parse(reader.object("cnf").object("jwk").value)
    except KeysError as error:
        raise _untrusted(f"attestation: {error.detail}") from None
    issuer, subject = reader.text("iss"), reader.text("sub")
    if signed.signer.uris and issuer not in signed.signer.uris:  # 2
        raise _untrusted("attestation: iss is not the owner of its certificate")
    if subject != expected_subject:  # 3
        raise RequestError(RequestFailure.CLIENT_ID_MISMATCH, "the attestation is of another")
    redirect_uris = reader.optional_texts("redirect_uris")
    expires_at = times.exp or now
    attested = VerifierAttestation(issuer, subject, key, expires_at, redirect_uris)
    return VerifiedAttestation(attested, signed.signer)


def _untrusted(detail: str) -> RequestError:
    return RequestError(RequestFailure.UNTRUSTED, detail)
