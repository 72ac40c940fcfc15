"""What a holder would see of a request: who, which claims, and which nobody gave a reason for."""

from dataclasses import dataclass

from consent.errors import ConsentError
from consent.forms.offer import TermsOffer, read_verifier_info
from keys.strict_json import JsonObject
from standards.dcql.errors import DcqlError
from standards.dcql.query import DcqlQuery, parse_query
from verifiers.registered.disclosed import needed_claims
from verifiers.registered.registration import asked_paths


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


def shown_of(claims: JsonObject | None) -> Shown | None:
    """Return what a holder would see, None where no query can be read."""
    query = None if claims is None else query_of(claims)
    if claims is None or query is None:
        return None
    try:
        offer = offer_of(claims)
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


def query_of(claims: JsonObject) -> DcqlQuery | None:
    """Return the query of a request, None when it cannot be read."""
    try:
        return parse_query(claims.get("dcql_query"))
    except DcqlError:
        return None


def offer_of(claims: JsonObject) -> TermsOffer | None:
    """Return the terms of a request, None without any; raises `ConsentError`."""
    entries = claims.get("verifier_info", [])
    return read_verifier_info(entries if isinstance(entries, list) else [])
