"""Demonstrating proof of possession, DPoP (RFC 9449): a token is good with its key alone."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from keys import base64url, jws
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk
from keys.jwt_time import numeric_date, seconds
from keys.signer import Signer
from keys.strict_json import JsonObject, dumps
from standards.members import Members, members
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.web_address import check_web_address

TYP: Final = "dpop+jwt"
# The header of a proof, and the header of the nonce to put into the next one (section 8).
HEADER: Final = "DPoP"
NONCE_HEADER: Final = "DPoP-Nonce"
# Section 5: the type of a bound token, and the scheme it is presented with.
TOKEN_TYPE: Final = "DPoP"  # noqa: S105 - the name of a kind of token, not a secret
# FAPI 2.0 section 5.3.2.1: a clock may be ten seconds ahead; a minute is enough to arrive.
MAX_AGE: Final = timedelta(seconds=60)
MAX_AHEAD: Final = timedelta(seconds=10)
# A key and six claims; a nonce is the issuer's own and short.
PROOF_LIMIT: Final = 16 * 1024

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
# RFC 3986 section 2.3: what means the same whether it is percent-encoded or not.
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9\-._~]")
_ENCODED: Final = re.compile(r"%([0-9A-Fa-f]{2})")

# Returns when the nonce is one the server gave out lately, else raises `use_dpop_nonce`; None
# asks about a proof without a nonce.
DpopNonceCheck = Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class DpopClaims:
    """What a client signs for one request: method, address, moment, and a number used once.

    ``access_token`` is the token sent along, None at the token endpoint; ``nonce`` the last one
    this very server gave out.
    """

    method: str
    url: str
    issued_at: datetime
    jti: str
    access_token: str | None = None
    nonce: str | None = None

    def as_dict(self) -> JsonObject:
        """Return the claims of the token (section 4.2); ``htu`` has no query."""
        claims: JsonObject = {
            "jti": self.jti,
            "htm": self.method,
            "htu": _without_query(self.url),
            "iat": seconds(self.issued_at),
        }
        if self.access_token is not None:
            claims["ath"] = token_hash(self.access_token)
        if self.nonce is not None:
            claims["nonce"] = self.nonce
        return claims


@dataclass(frozen=True, slots=True)
class ProvenDpop:
    """A proof whose every claim held; only `verify_dpop_proof` makes one.

    Whether ``key`` is the one a token is bound to, and whether ``jti`` was used before, is for
    the server to say that knows the token and remembers.
    """

    key: PublicJwk
    jti: str
    issued_at: datetime


def make_dpop_proof(claims: DpopClaims, signer: Signer) -> str:
    """Return the value of the ``DPoP`` header."""
    key = PublicJwk(signer.public.algorithm, signer.public.x, signer.public.y)
    header: JsonObject = {"typ": TYP, "jwk": key.as_dict()}
    return jws.sign(header, dumps(claims.as_dict()), signer)


def verify_dpop_proof(
    headers: Sequence[str],
    *,
    method: str,
    url: str,
    now: datetime,
    check_nonce: DpopNonceCheck,
    access_token: str | None = None,
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.ES256}),
) -> ProvenDpop:
    """Return what the ``DPoP`` headers of a request prove, or raise `OAuthRequestError`.

    In the order of section 4.3:

    1. exactly one header, one well-formed token of the right type, by one of ``algorithms``
    2. signed by the public key in its header
    3. for this method and this address, now, and with this access token if there is one
    4. with a nonce that ``check_nonce`` takes; it is asked last, so that only who holds the key
       is told of nonces
    """
    if len(headers) != 1:
        raise _invalid("exactly one DPoP header is needed")
    try:
        key, claims = _verified(headers[0], algorithms)  # 1, 2
        issued_at = numeric_date(claims.get("iat"))
    except KeysError as error:
        raise _invalid(error.detail) from None
    reader = members(claims, "DPoP proof", _invalid)
    jti = reader.text("jti")
    _check_request(reader, method, url)  # 3
    if not now - MAX_AGE <= issued_at <= now + MAX_AHEAD:
        raise _invalid("iat is not near enough to now")
    if access_token is not None and claims.get("ath") != token_hash(access_token):
        raise _invalid("ath is not of this access token")
    check_nonce(reader.optional_text("nonce"))  # 4
    return ProvenDpop(key, jti, issued_at)


def token_hash(access_token: str) -> str:
    """Return ``ath``: the base64url SHA-256 of the token's characters (section 4.2)."""
    return base64url.encode(hashlib.sha256(access_token.encode()).digest())


def use_dpop_nonce() -> OAuthRequestError:
    """Return the error for a proof without a nonce of ours, or with an old one (section 8)."""
    return OAuthRequestError(
        OAuthErrorCode.USE_DPOP_NONCE, "prove again with the nonce in the DPoP-Nonce header"
    )


def _verified(proof: str, algorithms: frozenset[Algorithm]) -> tuple[PublicJwk, JsonObject]:
    unverified = jws.parse(proof, limit=PROOF_LIMIT)
    key = PublicJwk.parse(unverified.header.get("jwk"))
    if key.algorithm not in algorithms:
        raise _invalid(f"alg {key.algorithm} is not accepted")
    return key, jws.verify(unverified, key.verification_key(), expected_typ=TYP).claims()


def _check_request(reader: Members, method: str, url: str) -> None:
    if reader.text("htm") != method:
        raise _invalid("htm is not the method of this request")
    if _target(reader.text("htu")) != _target(url):
        raise _invalid("htu is not the address of this request")


def _target(url: str) -> str:
    """Return an address without query and fragment, in its normal form (RFC 3986 section 6.2)."""
    text = _without_query(url)
    check_web_address(text, "htu", _invalid)
    parts = urlsplit(text)
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{name}{port}{_ENCODED.sub(_decoded, parts.path) or '/'}"


def _without_query(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _decoded(encoded: re.Match[str]) -> str:
    character = chr(int(encoded[1], 16))
    return character if _UNRESERVED.fullmatch(character) else encoded[0].upper()


def _invalid(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_DPOP_PROOF, detail)
