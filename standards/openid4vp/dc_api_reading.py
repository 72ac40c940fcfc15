"""A request that came by the browser's API, as a wallet may consider it (appendices A.2 to A.4).

1. signed by the client it names, or by nobody: then its page is all that is known (VP-66)
2. for a wallet, now, and for the page it came from (VP-67)
3. of several signatures one that holds is enough (A.3.2): a wallet need not know every framework
"""

from datetime import datetime
from typing import Final, assert_never
from urllib.parse import urlsplit

from keys import jws
from keys.errors import KeysError, KeysFailure
from keys.jwt_time import check_times
from keys.strict_json import JsonObject, loads_object
from standards.did.errors import DidError
from standards.did.methods import Did, DidMethod
from standards.members import members
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.dc_api import OF_EACH_SIGNATURE, DcApiProtocol, DcApiRequest
from standards.openid4vp.errors import (
    RequestError,
    RequestFailure,
    malformed_request,
    not_authentic,
)
from standards.openid4vp.known_by import ByAddress, ByRegistration
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import OVER_DC_API, AuthorizationRequest
from standards.openid4vp.request_object import SELF_ISSUED, VerifiedRequest
from standards.openid4vp.signer import Grounds, SignedRequest, verify_signer

# Appendix A.2: without a signature these prove nothing, and are ignored (VP-11, VP-66).
_UNPROVEN: Final = frozenset({"client_id", "expected_origins", "verifier_info"})


def verify_dc_api_request(
    handed: DcApiRequest, *, origin: Origin, grounds: Grounds, now: datetime
) -> VerifiedRequest:
    """Return the request a wallet may consider, or raise `RequestError`.

    ``origin`` is the page's as the platform knows it; what the request says of it is compared.
    """
    match handed.protocol:
        case DcApiProtocol.UNSIGNED:
            return _unsigned(handed, origin, now)
        case DcApiProtocol.SIGNED | DcApiProtocol.MULTISIGNED:
            of_several = handed.is_of_several
            refusals: list[RequestError] = []
            for token in handed.tokens():
                try:
                    signed = _signature(token, grounds, now, of_several=of_several)
                except RequestError as error:
                    refusals.append(error)
                else:
                    return _request(token, signed, origin, now, of_several=of_several)
            raise refusals[0]
        case _:
            assert_never(handed.protocol)


def verify_dc_api_token(
    token: str, *, origin: Origin, grounds: Grounds, now: datetime
) -> VerifiedRequest:
    """Return the request one signature was made over, alone or among several, as it was kept."""
    of_several = "client_id" in _parsed(token).header
    signed = _signature(token, grounds, now, of_several=of_several)
    return _request(token, signed, origin, now, of_several=of_several)


def client_by_web(handed: DcApiRequest) -> str | None:
    """Return the first signing client whose keys stand in a document of its host (`did:web`).

    Nothing is proven; None where no signature names one. Raises `RequestError` for what is no
    request at all.
    """
    named = (_named(_parsed(each), of_several=handed.is_of_several) for each in handed.tokens())
    return next((each for each in named if _is_by_web(ClientId.parse(each))), None)


def _is_by_web(client_id: ClientId) -> bool:
    if client_id.prefix is not ClientIdPrefix.DECENTRALIZED_IDENTIFIER:
        return False
    try:
        return Did.parse(client_id.value).method is DidMethod.WEB
    except DidError:
        return False


def _unsigned(handed: DcApiRequest, origin: Origin, now: datetime) -> VerifiedRequest:
    claims = {name: value for name, value in handed.data.items() if name not in _UNPROVEN}
    _check_now(claims, now)
    request = AuthorizationRequest.parse(
        {**claims, "client_id": origin.audience}, expected_modes=OVER_DC_API
    )
    known = ByAddress(urlsplit(origin.text).netloc)
    return VerifiedRequest(request, known, {}, handed.unsigned_octets(), origin)


def _signature(token: str, grounds: Grounds, now: datetime, *, of_several: bool) -> SignedRequest:
    """Return the token as signed by the client named beside the signature, or in the payload."""
    unverified = _parsed(token)
    client_id = ClientId.parse(_named(unverified, of_several=of_several))
    return verify_signer(unverified, client_id, grounds=grounds, now=now)


def _named(unverified: jws.UnverifiedJws, *, of_several: bool) -> str:
    try:
        named = unverified.header if of_several else loads_object(unverified.payload)
    except KeysError as error:
        raise not_authentic(error) from error
    return members(named, "request", malformed_request).text("client_id")


def _request(
    token: str, signed: SignedRequest, origin: Origin, now: datetime, *, of_several: bool
) -> VerifiedRequest:
    unverified = _parsed(token)
    claims = _claims(signed, of_several=of_several)
    _check_now(claims, now)
    if claims.get("aud", SELF_ISSUED) != SELF_ISSUED:
        raise RequestError(RequestFailure.WRONG_AUDIENCE, f"aud {SELF_ISSUED} was expected")
    origin.check_expected(members(claims, "request", malformed_request).texts("expected_origins"))
    scopes = signed.known.client.scopes if isinstance(signed.known, ByRegistration) else {}
    request = AuthorizationRequest.parse(claims, expected_modes=OVER_DC_API, scopes=scopes)
    return VerifiedRequest(
        request, signed.known, unverified.header, unverified.signing_input, origin, signed.key
    )


def _claims(signed: SignedRequest, *, of_several: bool) -> JsonObject:
    """Return what is asked; what stands beside each of several signatures stands nowhere else."""
    try:
        claims = signed.token.claims()
    except KeysError as error:
        raise not_authentic(error) from error
    if not of_several:
        return claims
    if not OF_EACH_SIGNATURE.isdisjoint(claims):
        raise malformed_request("client_id and verifier_info stand beside each signature")
    header = signed.token.header
    return claims | {name: header[name] for name in OF_EACH_SIGNATURE if name in header}


def _check_now(claims: JsonObject, now: datetime) -> None:
    try:
        check_times(claims, now=now)
    except KeysError as error:
        if error.failure in {KeysFailure.EXPIRED, KeysFailure.NOT_YET_VALID}:
            raise RequestError(RequestFailure.OUTDATED, error.detail) from error
        raise malformed_request(error.detail) from error


def _parsed(token: str) -> jws.UnverifiedJws:
    try:
        return jws.parse(token)
    except KeysError as error:
        raise not_authentic(error) from error
