"""Look a request over by the rules a wallet has, all of them: what is wrong, why, how to mend it.

A wallet stops at the first thing that is wrong. Here each rule is tried by itself, by putting the
member it is about into a request that is right otherwise and reading that as a wallet does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from consent.errors import ConsentError
from consent.forms.offer import TermsOffer, read_verifier_info
from keys import jwt_time
from keys.errors import KeysError
from keys.strict_json import JsonObject
from keys.trust_list import TrustList
from keys.x509 import Role
from standards.dcql.errors import DcqlError
from standards.dcql.query import DcqlQuery, check_sendable, parse_query
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.errors import RequestError
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.request_object import SELF_ISSUED, TYP
from standards.openid4vp.signer import Grounds, verify_signer
from verifiers.onboarding.pasted import Pasted, Wrong, read_pasted
from verifiers.onboarding.rules import Rule
from verifiers.registered.disclosed import needed_claims
from verifiers.registered.registration import asked_paths, holds_identifier

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Outcome(StrEnum):
    """How a rule came out; what was not pasted cannot be checked."""

    MET = "met"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule and how it came out; ``detail`` is empty unless it is broken."""

    rule: Rule
    outcome: Outcome
    detail: str = ""

    def as_dict(self) -> JsonObject:
        """Return the JSON form; whatever is broken is the asking side's to mend."""
        told: JsonObject = {
            "rule": self.rule.code,
            "outcome": self.outcome.value,
            "section": self.rule.section,
        }
        if self.outcome is Outcome.BROKEN:
            told |= {"detail": self.detail, "party": "verifier", "mend": self.rule.mend}
        return told


@dataclass(frozen=True, slots=True)
class Shown:
    """What a holder would see: who, which claims (dotted), which of them nobody gave a reason for.

    ``has_terms`` False: a holder is told that no purpose and no time are promised.
    """

    client_id: str
    claims: tuple[str, ...]
    optional: tuple[str, ...]
    over_asked: tuple[str, ...]
    has_terms: bool

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "client_id": self.client_id,
            "claims": [*self.claims],
            "optional": [*self.optional],
            "over_asked": [*self.over_asked],
            "has_terms": self.has_terms,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Every rule in one order, and what a holder would see; None of what cannot be read."""

    findings: tuple[Finding, ...]
    shown: Shown | None

    @property
    def is_clean(self) -> bool:
        """Whether nothing that was checked is broken."""
        return all(each.outcome is not Outcome.BROKEN for each in self.findings)

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "ok": self.is_clean,
            "rules": [each.as_dict() for each in self.findings],
            "shown": None if self.shown is None else self.shown.as_dict(),
        }


def look_over(text: str, *, trust: TrustList, now: datetime) -> Report:
    """Return the report on what was pasted; pure, and never an error."""
    pasted = read_pasted(text)
    tried = dict[Rule, str | None](_tried(pasted, trust, now))
    met: dict[Rule, str | None] = dict.fromkeys(pasted.met)
    found = met | tried | _first(pasted.wrong)
    findings = tuple(_finding(rule, found) for rule in Rule)
    return Report(findings, _shown(pasted.claims))


def _finding(rule: Rule, found: dict[Rule, str | None]) -> Finding:
    if rule not in found:
        return Finding(rule, Outcome.NOT_CHECKED)
    detail = found[rule]
    return Finding(rule, Outcome.MET) if detail is None else Finding(rule, Outcome.BROKEN, detail)


def _first(wrong: tuple[Wrong, ...]) -> dict[Rule, str | None]:
    return {each.rule: each.detail for each in reversed(wrong)}


def _tried(pasted: Pasted, trust: TrustList, now: datetime) -> Iterator[tuple[Rule, str | None]]:
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
    shown = _shown(pasted.claims)
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
        request.client_metadata.require_format("dc+sd-jwt")
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
    query = _query(claims)
    if wrong is not None or query is None or "state" in claims:
        return wrong
    is_bound = all(each.require_cryptographic_holder_binding for each in query.credentials)
    return None if is_bound else "without holder binding a state ties answer to question"


def _identifiers(claims: JsonObject) -> str | None:
    query = _query(claims)
    paths = [claim.path for each in query.credentials for claim in each.claims] if query else []
    found = [path.dotted() for path in paths if holds_identifier(path.steps)]
    return f"asked for: {', '.join(dict.fromkeys(found))}" if found else None


def _wrong_terms(claims: JsonObject) -> str | None:
    try:
        offer = _offer(claims)
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


def _shown(claims: JsonObject | None) -> Shown | None:
    query = None if claims is None else _query(claims)
    if claims is None or query is None:
        return None
    try:
        offer = _offer(claims)
    except ConsentError:
        offer = None
    asked, needed = asked_paths(query), needed_claims(query)
    named = () if offer is None else (*offer.terms.information, *offer.terms.optional)
    return Shown(
        client_id=str(claims.get("client_id", "")),
        claims=asked,
        optional=tuple(path for path in asked if path not in needed),
        over_asked=tuple(path for path in asked if offer is not None and path not in named),
        has_terms=offer is not None,
    )


def _query(claims: JsonObject) -> DcqlQuery | None:
    try:
        return parse_query(claims.get("dcql_query"))
    except DcqlError:
        return None


def _offer(claims: JsonObject) -> TermsOffer | None:
    entries = claims.get("verifier_info", [])
    return read_verifier_info(entries if isinstance(entries, list) else [])
