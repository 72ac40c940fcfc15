"""The signed request object (OpenID4VP 1.0 sections 5, 5.8, 5.10, RFC 9101)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from keys import jws
from keys.errors import KeysError, KeysFailure
from keys.jwt_time import check_times, seconds
from keys.signer import Signer
from keys.strict_json import JsonObject, dumps
from keys.x509 import Anchor, Role, ValidatedChain, parse_x5c, to_x5c, validate_chain
from standards.dcql.query import check_sendable
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.errors import (
    RequestError,
    RequestFailure,
    malformed_request,
    not_authentic,
)
from standards.openid4vp.request import AuthorizationRequest

TYP = "oauth-authz-req+jwt"
# Section 5.8: the wallet of whoever scans the code.
SELF_ISSUED = "https://self-issued.me/v2"
# Section 5.10: what the answer of a request URI is, and what the wallet accepts.
MEDIA_TYPE = "application/oauth-authz-req+jwt"


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """A request whose signer is proven; only `verify_request_object` makes it.

    ``signed_part`` is ``header.payload``: what a receipt's hash of the request is taken over.
    """

    request: AuthorizationRequest
    verifier: ValidatedChain
    header: JsonObject
    signed_part: bytes


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
    anchors: Sequence[Anchor],
    now: datetime,
) -> VerifiedRequest:
    """Return the request a wallet may consider, or raise `RequestError`.

    1. a token of the right type, with certificates that lead to a trusted verifier root
    2. signed with the first of them, for a wallet, now
    3. by the client the link named, which is the client of the certificate (VP-21, VP-22, VP-28)
    4. for this very fetch, when the wallet posted a nonce (VP-26)
    """
    unverified, verifier = _signer(token, anchors, now)  # 1
    claims = _claims(unverified, verifier, now)  # 2
    if claims.get("client_id") != expected_client_id:  # 3
        raise RequestError(RequestFailure.CLIENT_ID_MISMATCH, "the link named another client_id")
    request = AuthorizationRequest.parse(claims)
    ClientId.parse(request.client_id).check(verifier, response_uri=request.response_uri)
    if expected_wallet_nonce not in {None, claims.get("wallet_nonce")}:  # 4
        raise RequestError(RequestFailure.WALLET_NONCE_MISMATCH, "wallet_nonce is another")
    return VerifiedRequest(request, verifier, unverified.header, unverified.signing_input)


def _signer(
    token: str, anchors: Sequence[Anchor], now: datetime
) -> tuple[jws.UnverifiedJws, ValidatedChain]:
    try:
        unverified = jws.parse(token)
        chain = parse_x5c(unverified.header.get("x5c"))
    except KeysError as error:
        raise not_authentic(error) from error
    try:
        return unverified, validate_chain(chain, anchors=anchors, role=Role.VERIFIER, now=now)
    except KeysError as error:
        raise RequestError(RequestFailure.UNTRUSTED, error.detail) from error


def _claims(unverified: jws.UnverifiedJws, verifier: ValidatedChain, now: datetime) -> JsonObject:
    try:
        claims = jws.verify(unverified, verifier.leaf_key, expected_typ=TYP).claims()
        check_times(claims, now=now)
    except KeysError as error:
        if error.failure in {KeysFailure.EXPIRED, KeysFailure.NOT_YET_VALID}:
            raise RequestError(RequestFailure.OUTDATED, error.detail) from error
        raise not_authentic(error) from error
    if claims.get("aud") != SELF_ISSUED:
        raise RequestError(RequestFailure.WRONG_AUDIENCE, f"aud {SELF_ISSUED} was expected")
    return claims
