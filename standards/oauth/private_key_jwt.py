"""Client authentication by a signed assertion, ``private_key_jwt`` (RFC 7523 sections 2.2, 3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keys import jws
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk
from keys.jwt_time import check_times, seconds
from keys.signer import Signer
from keys.strict_json import JsonObject, dumps, loads_object
from standards.members import Members, members
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError

METHOD: Final = "private_key_jwt"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# An assertion is made for one request; its ``jti`` has to be remembered until it ends.
MAX_LIFETIME: Final = timedelta(minutes=10)
ASSERTION_LIMIT: Final = 16 * 1024

_ES256: Final = frozenset({Algorithm.ES256})


@dataclass(frozen=True, slots=True)
class ClientAssertion:
    """Who a client says it is, for one server, until ``expires_at``; ``jti`` is used once."""

    client_id: str
    jti: str
    expires_at: datetime


def make_client_assertion(
    assertion: ClientAssertion, *, audience: str, now: datetime, signer: Signer
) -> str:
    """Return ``client_assertion``; ``audience`` is the server's issuer identifier (FAPI 2.0)."""
    claims: JsonObject = {
        "iss": assertion.client_id,
        "sub": assertion.client_id,
        "aud": audience,
        "jti": assertion.jti,
        "iat": seconds(now),
        "exp": seconds(assertion.expires_at),
    }
    header: JsonObject = {"typ": "JWT", "kid": signer.public.kid}
    return jws.sign(header, dumps(claims), signer)


def claimed_client_id(assertion: str) -> str:
    """Return whose assertion it says it is, unproven: only to look up the keys to check it with.

    Raises `OAuthRequestError` (invalid_client).
    """
    try:
        unverified = jws.parse(assertion, limit=ASSERTION_LIMIT)
        claims = loads_object(unverified.payload)
    except KeysError as error:
        raise _invalid(error.detail) from None
    return _reader(claims).text("sub")


def verify_client_assertion(
    assertion_type: str | None,
    assertion: str,
    *,
    expected_audiences: Collection[str],
    keys: Sequence[PublicJwk],
    now: datetime,
) -> ClientAssertion:
    """Return the client proven by one of its registered ``keys``, or raise invalid_client.

    1. an assertion of the JWT kind, signed by the key its ``kid`` names, or by the only key
    2. issuer and subject the same, for exactly one of ``expected_audiences``, as text
    3. in time, and ending soon

    Whether ``jti`` was used before is for the server to say.
    """
    if assertion_type != ASSERTION_TYPE:
        raise _invalid("client_assertion_type is not jwt-bearer")
    try:
        unverified = jws.parse(assertion, limit=ASSERTION_LIMIT)
        key = _key(unverified.header, keys)  # 1
        claims = jws.verify(unverified, key.verification_key(), expected_typ=None).claims()
        times = check_times(claims, now=now, require_exp=True)
    except KeysError as error:
        raise _invalid(error.detail) from None
    reader = _reader(claims)
    client_id = reader.text("sub")
    if reader.text("iss") != client_id:  # 2
        raise _invalid("iss and sub are one client")
    if reader.text("aud") not in expected_audiences:
        raise _invalid("aud is not this authorization server")
    if times.exp is None or times.exp - now > MAX_LIFETIME:  # 3
        raise _invalid("an assertion ends within ten minutes")
    return ClientAssertion(client_id, reader.text("jti"), times.exp)


def _key(header: JsonObject, keys: Sequence[PublicJwk]) -> PublicJwk:
    """RFC 7515 section 4.1.4: a name chooses among several keys; it never brings one along."""
    if "jwk" in header or "x5c" in header:
        raise _invalid("the key of a client is the registered one")
    if header.get("typ") not in {None, "JWT", "client-authentication+jwt"}:
        raise _invalid("this is a token of another type")
    named = [key for key in keys if "kid" not in header or key.kid == header["kid"]]
    if len(named) != 1:
        raise _invalid("the client has no such key")
    if named[0].algorithm not in _ES256:
        raise _invalid(f"alg {named[0].algorithm} is not accepted")
    return named[0]


def _reader(claims: JsonObject) -> Members:
    return members(claims, "client assertion", _invalid)


def _invalid(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_CLIENT, detail)
