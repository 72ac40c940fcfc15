"""Each rule tried by itself, as a wallet would: None when it is met, else what is wrong.

The member a rule is about is put into a request that is right otherwise, and that is read.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from consent.errors import ConsentError
from keys import jwt_time
from keys.errors import KeysError
from keys.strict_json import JsonObject
from keys.trust_list import TrustList
from keys.x509 import Role
from standards.dcql.errors import DcqlError
from standards.dcql.query import check_sendable, parse_query
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.errors import RequestError
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.request_object import SELF_ISSUED, TYP
from standards.openid4vp.signer import Grounds, verify_signer
from verifiers.onboarding.pasted import Pasted
from verifiers.onboarding.rules import Rule
from verifiers.onboarding.shown import offer_of, query_of, shown_of
from verifiers.registered.registration import holds_identifier

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def tried(pasted: Pasted, trust: TrustList, now: datetime) -> Iterator[tuple[Rule, str | None]]:
    """Yield every rule that can be tried, with what is wrong, None when it is met."""
    if pasted.claims is None:
        return
    yield Rule.QUERY, _wrong_query(pasted.claims)
    yield Rule.UNIQUE_IDENTIFIERS, _identifiers(pasted.claims)
    if pasted.query_only:
        return
    for rule, members in _MEMBERS.items():
        yield rule, _wrong_member(pasted.claims, members)
    yield Rule.RESPONSE_URI, _wrong_address(pasted.claims)
    yield Rule.STATE, _wrong_state(pasted.claims)
    yield Rule.TERMS, _wrong_terms(pasted.claims)
    shown = shown_of(pasted.claims)
    if shown is not None and shown.has_terms:
        beyond = ", ".join(shown.over_asked)
        yield Rule.OVER_ASKING, f"not in your terms: {beyond}" if beyond else None
    if pasted.signed is not None:
        yield Rule.TYP, None if pasted.signed.typ == TYP else f"typ {TYP} was expected"
        yield Rule.SIGNER, _wrong_signer(pasted, trust, now)
        audience = pasted.claims.get("aud")
        yield Rule.AUDIENCE, None if audience == SELF_ISSUED else f"aud {SELF_ISSUED} was expected"
        yield Rule.TIMES, _wrong_times(pasted.claims, now)


# A request a wallet takes, so that one member put into it is what is tried.
_KEY: Final[JsonObject] = {
    "kty": "EC",
    "crv": "P-256",
    "use": "enc",
    "alg": "ECDH-ES",
    "kid": "1",
    # RFC 7517 appendix A.1.
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
_RIGHT: Final[JsonObject] = {
    "client_id": "x509_san_dns:desk.example",
    "response_type": "vp_token",
    "response_mode": "direct_post.jwt",
    "response_uri": "https://desk.example/answers",
    "nonce": "n" * 43,
    "dcql_query": {
        "credentials": [
            {"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["https://a.example/t"]}}
        ]
    },
    "client_metadata": {
        "jwks": {"keys": [_KEY]},
        "vp_formats_supported": {"dc+sd-jwt": {}},
    },
}
# Which members a rule is about; all of them are put in together.
_MEMBERS: Final = {
    Rule.CLIENT_ID: ("client_id",),
    Rule.RESPONSE_TYPE: ("response_type",),
    Rule.RESPONSE_MODE: ("response_mode",),
    Rule.NONCE: ("nonce",),
    Rule.METADATA: ("client_metadata",),
    Rule.ENCRYPTION: ("response_mode", "client_metadata"),
    Rule.VERIFIER_INFO: ("verifier_info",),
    Rule.NOTHING_ELSE: ("request", "request_uri", "transaction_data"),
}
# Left out, these are taken for nothing said and not for the right request's own.
_MAY_BE_ABSENT: Final = frozenset({"client_metadata"})


def _wrong_member(claims: JsonObject, members: tuple[str, ...]) -> str | None:
    tried = {name: value for name, value in _RIGHT.items() if name not in members}
    tried |= {name: claims[name] for name in members if name in claims}
    if members == ("client_metadata",):
        return _wrong_metadata(claims)
    try:
        request = AuthorizationRequest.parse(tried)
        if "client_id" in members:
            ClientId.parse(request.client_id)
    except RequestError as error:
        return error.detail
    return None


def _wrong_metadata(claims: JsonObject) -> str | None:
    """Try what is said of formats alone; the keys are another rule's."""
    plain = {**_RIGHT, "response_mode": "direct_post"}
    plain.pop("client_metadata")
    if "client_metadata" in claims:
        plain["client_metadata"] = claims["client_metadata"]
    try:
        request = AuthorizationRequest.parse(plain)
        request.client_metadata.require_format(("dc+sd-jwt",))
    except RequestError as error:
        return error.detail
    said = request.client_metadata.vp_formats_supported
    return None if said else "vp_formats_supported is missing"


def _wrong_address(claims: JsonObject) -> str | None:
    wrong = _wrong_member(claims, ("response_uri", "redirect_uri"))
    if wrong is not None:
        return wrong
    parts = urlsplit(str(claims.get("response_uri", "https:")))
    # A try on one machine is no institution's answer.
    is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
    return None if is_safe else "response_uri: https was expected"


def _wrong_query(claims: JsonObject) -> str | None:
    try:
        check_sendable(parse_query(claims.get("dcql_query")))
    except DcqlError as error:
        return error.detail
    return None


def _wrong_state(claims: JsonObject) -> str | None:
    wrong = _wrong_member(claims, ("state",))
    query = query_of(claims)
    if wrong is not None or query is None or "state" in claims:
        return wrong
    is_bound = all(each.require_cryptographic_holder_binding for each in query.credentials)
    return None if is_bound else "without holder binding a state ties answer to question"


def _identifiers(claims: JsonObject) -> str | None:
    query = query_of(claims)
    paths = [claim.path for each in query.credentials for claim in each.claims] if query else []
    found = [path.dotted() for path in paths if holds_identifier(path.steps)]
    return f"asked for: {', '.join(dict.fromkeys(found))}" if found else None


def _wrong_terms(claims: JsonObject) -> str | None:
    try:
        offer = offer_of(claims)
    except ConsentError as error:
        return error.detail
    return None if offer is not None else "no terms come with it"


def _wrong_signer(pasted: Pasted, trust: TrustList, now: datetime) -> str | None:
    name = pasted.client_id or str((pasted.claims or {}).get("client_id", ""))
    grounds = Grounds(
        verifiers=trust.anchors(Role.VERIFIER, now),
        registrars=trust.anchors(Role.REGISTRAR, now),
    )
    try:
        if pasted.signed is not None:
            verify_signer(pasted.signed, ClientId.parse(name), grounds=grounds, now=now)
    except RequestError as error:
        return error.detail
    return None


def _wrong_times(claims: JsonObject, now: datetime) -> str | None:
    try:
        jwt_time.check_times(claims, now=now)
    except KeysError as error:
        return error.detail
    return None
