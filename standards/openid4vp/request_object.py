"""Request objects: made and signed, and read by a wallet (sections 5, 5.8, 5.10, RFC 9101)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from keys import jws
from keys.errors import KeysError, KeysFailure
from keys.jwt_time import check_times, seconds
from keys.signer import Signer
from keys.strict_json import JsonObject, dumps
from keys.verification_key import VerificationKey
from keys.x509 import ValidatedChain, to_x5c
from standards.dcql.query import check_sendable
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.errors import (
    RequestError,
    RequestFailure,
    malformed_request,
    not_authentic,
)
from standards.openid4vp.known_by import ByCertificate, ByRegistration, KnownBy
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.request_link import RequestParameters
from standards.openid4vp.signer import TYP, Grounds, check_destination, verify_signer
from standards.openid4vp.unsigned_request import (
    check_unsigned,
    hashed_part,
    is_unsecured,
    read_unsecured,
)

__all__ = [
    "MEDIA_TYPE",
    "SELF_ISSUED",
    "TYP",
    "Grounds",
    "VerifiedRequest",
    "sign_request",
    "verify_parameters",
    "verify_request_object",
]

# Section 5.8: the wallet of whoever scans the code.
SELF_ISSUED = "https://self-issued.me/v2"
# Section 5.10: what the answer of a request URI is, and what the wallet accepts.
MEDIA_TYPE = "application/oauth-authz-req+jwt"


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """A request a wallet may consider; only this module and `dc_api_reading` make one.

    ``known`` says who is proven to ask, and by what: of an unsigned request little is.
    ``hashed_part`` is what a receipt's hash of the request is taken over: ``header.payload`` of a
    signed one, the canonical JSON of an unsigned one, whose ``header`` is empty. ``origin`` is
    that of the page it came from by the browser's API, None for any other way. ``key`` is what
    the request was signed with, None for an unsigned one.
    """

    request: AuthorizationRequest
    known: KnownBy
    header: JsonObject
    hashed_part: bytes
    origin: Origin | None = None
    key: VerificationKey | None = None

    @property
    def audience(self) -> str:
        """Whom presentations are for: the full client identifier (VP-60), or the page (VP-70)."""
        return self.request.client_id if self.origin is None else self.origin.audience

    @property
    def answered_at(self) -> str:
        """The address an answer goes to: that of the client, or the page that asked."""
        return self.request.response_uri if self.origin is None else self.origin.text

    @property
    def certificate(self) -> ValidatedChain | None:
        """The certificate of whoever signed, None for a party that is known in another way."""
        return self.known.chain if isinstance(self.known, ByCertificate) else None


def sign_request(
    request: AuthorizationRequest,
    *,
    signer: Signer,
    chain: tuple[bytes, ...],
    now: datetime,
    lifetime: timedelta,
    wallet_nonce: str | None = None,
) -> str:
    """Return the request object, with the certificates that prove the ``client_id``.

    ``wallet_nonce`` is the one posted with the fetch, if any (VP-26). Raises `DcqlError` for a
    query that should not be sent, `RequestError` when an unbound credential is asked for without
    ``state`` (VP-14).
    """
    check_sendable(request.dcql_query)
    is_bound = all(c.require_cryptographic_holder_binding for c in request.dcql_query.credentials)
    if request.state is None and not is_bound:
        raise malformed_request("without holder binding a state ties answer to question")
    claims: JsonObject = {
        **request.as_dict(),
        "aud": SELF_ISSUED,
        "iat": seconds(now),
        "exp": seconds(now + lifetime),
    }
    if wallet_nonce is not None:
        claims["wallet_nonce"] = wallet_nonce
    return jws.sign({"typ": TYP, "x5c": to_x5c(chain)}, dumps(claims), signer)


def verify_request_object(
    token: str,
    *,
    expected_client_id: str,
    expected_wallet_nonce: str | None,
    grounds: Grounds,
    now: datetime,
) -> VerifiedRequest:
    """Return the request a wallet may consider, or raise `RequestError`.

    1. signed by the client the link named (section 5.9.3), as a request
    2. for a wallet, now, and for this very fetch when the wallet posted a nonce (VP-26)
    3. inside it the same client (VP-28), and answers that go where this client's may (VP-47)

    A token without signature is an unsigned request that was fetched: see `verify_parameters`.
    """
    client_id = ClientId.parse(expected_client_id)
    if is_unsecured(token):
        asked = read_unsecured(token, expected_client_id=expected_client_id)
        _check_nonce(asked.claims, expected_wallet_nonce)
        return verify_parameters(asked, grounds=grounds, now=now)
    try:
        unverified = jws.parse(token)
    except KeysError as error:
        raise not_authentic(error) from error
    signed = verify_signer(unverified, client_id, grounds=grounds, now=now)  # 1
    claims = _claims(signed.token, now)  # 2
    _check_nonce(claims, expected_wallet_nonce)
    request = _request(claims, client_id, signed.known)  # 3
    return VerifiedRequest(
        request, signed.known, unverified.header, unverified.signing_input, key=signed.key
    )


def verify_parameters(
    asked: RequestParameters, *, grounds: Grounds, now: datetime
) -> VerifiedRequest:
    """Return an unsigned request a wallet may consider, or raise `RequestError`."""
    client_id = ClientId.parse(asked.client_id)
    known = check_unsigned(asked, client_id, grounds=grounds, now=now)
    if "aud" in asked.claims:
        _check_audience(asked.claims)
    request = _request(asked.claims, client_id, known)
    return VerifiedRequest(request, known, {}, hashed_part(asked.claims))


def _request(claims: JsonObject, client_id: ClientId, known: KnownBy) -> AuthorizationRequest:
    if claims.get("client_id") != str(client_id):
        raise RequestError(RequestFailure.CLIENT_ID_MISMATCH, "the link named another client_id")
    scopes = known.client.scopes if isinstance(known, ByRegistration) else {}
    request = AuthorizationRequest.parse(claims, scopes=scopes)
    check_destination(client_id, known, request.response_uri)
    return request


def _claims(token: jws.VerifiedJws, now: datetime) -> JsonObject:
    try:
        claims = token.claims()
        check_times(claims, now=now)
    except KeysError as error:
        if error.failure in {KeysFailure.EXPIRED, KeysFailure.NOT_YET_VALID}:
            raise RequestError(RequestFailure.OUTDATED, error.detail) from error
        raise not_authentic(error) from error
    _check_audience(claims)
    return claims


def _check_audience(claims: JsonObject) -> None:
    if claims.get("aud") != SELF_ISSUED:
        raise RequestError(RequestFailure.WRONG_AUDIENCE, f"aud {SELF_ISSUED} was expected")


def _check_nonce(claims: JsonObject, expected: str | None) -> None:
    if expected not in {None, claims.get("wallet_nonce")}:
        raise RequestError(RequestFailure.WALLET_NONCE_MISMATCH, "wallet_nonce is another")
