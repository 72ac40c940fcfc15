"""Who asks, what, why and for how long: everything the holder sees before anything is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consent.forms.terms_change import Change
from keys import base64url
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.query import DcqlQuery
from standards.formats.known import FORMATS
from standards.openid4vp.errors import RequestError
from standards.openid4vp.known_by import vouching
from wallet.errors import WalletError, WalletFailure
from wallet.kept.holdings import HeldCredential
from wallet.labels import Language
from wallet.ports import Ports
from wallet.presenting.asking_party import hosts_of, voucher_of
from wallet.presenting.choosing import (
    Choice,
    Disclosing,
    claim_names,
    optional_claims,
    required_claims,
)
from wallet.presenting.confirming import confirms
from wallet.presenting.lawful import withheld_claims, withholding_claims
from wallet.presenting.missing import Missing, missing
from wallet.presenting.pool import Pool
from wallet.presenting.possible import Possible
from wallet.presenting.requests import ValidRequest
from wallet.presenting.surplus import beyond_registration, over_asked
from wallet.status.states import CredentialState

# Like certificates told of for one part of a request; whoever has more names one by its id.
MAX_LISTED: Final = 64


@dataclass(frozen=True, slots=True)
class Review:
    """A request as shown to the holder; ``choices`` is empty when nothing may be answered.

    ``choices`` has one answer for each option, ``possible`` every other certificate for them.

    Then either something is ``missing``, or the law keeps it from this party
    (``is_refused_by_law``); ``withheld`` are the claims asked for that the law withholds, also
    where a smaller answer remains. ``states`` says how each credential of a choice stands.
    ``notice`` is the privacy notice in the holder's language, None for a party without terms,
    ``changes`` what is otherwise than the holder last agreed to with this party.
    """

    valid: ValidRequest
    possible: Possible
    choices: tuple[Choice, ...]
    missing: tuple[Missing, ...]
    withheld: tuple[str, ...]
    states: Mapping[str, CredentialState]
    notice: str | None = None
    changes: tuple[Change, ...] = ()

    @property
    def is_refused_by_law(self) -> bool:
        """Whether what is asked for is here, and no answer within the law is left."""
        is_answerable = bool(self.possible.choices()) and bool(self.valid.transactions)
        return not self.choices and not self.missing and not is_answerable

    @property
    def over_asked(self) -> tuple[str, ...]:
        """The claims asked for beyond the party's own terms or beyond its registration."""
        return over_asked(self.valid)

    @property
    def beyond_registration(self) -> tuple[str, ...]:
        """The claims asked for that the party's registration does not allow."""
        return beyond_registration(self.valid)

    def as_dict(self) -> JsonObject:
        """Return the JSON form; the values in it are the holder's own."""
        query = self.valid.request.dcql_query
        return {
            "party": _party(self.valid),
            "terms": _terms(self.valid),
            "notice": self.notice,
            "changes": [{"item": each.item.value, "widens": each.widens} for each in self.changes],
            "satisfiable": bool(self.choices),
            "requested": list(requested_claims(query)),
            "required": list(required_claims(self.choices)),
            "optional": list(optional_claims(self.choices)),
            "match_number": None if self.valid.match is None else self.valid.match.number,
            "over_asking": list(self.over_asked),
            "beyond_registration": list(self.beyond_registration),
            "missing": [each.as_dict() for each in self.missing],
            "law": self._law(),
            "transactions": [each.as_dict() for each in self.valid.transactions],
            "choices": [self._choice(choice) for choice in self.choices],
            "answers": [self._answers(name) for name in self._answered()],
        }

    def _answered(self) -> tuple[str, ...]:
        """Return the credential queries that some choice answers, each once."""
        return tuple(dict.fromkeys(each.query_id for choice in self.choices for each in choice))

    def _answers(self, query_id: str) -> JsonObject:
        """Return the certificates that may answer one credential query, the best first."""
        every = self.possible.alternatives(query_id)[:MAX_LISTED]
        return {
            "query_id": query_id,
            "multiple": self.possible.presentations(query_id) > 1,
            "answers": [
                {
                    **each.credential.summary(),
                    "state": self.states[each.credential.id].value,
                    "claims": list(each.names),
                }
                for each in every
            ],
        }

    def _law(self) -> JsonValue:
        rule, statute = self.valid.rule, self.valid.statute
        if rule is None and statute is None and not self.withheld:
            return None
        return {
            "view": None if rule is None else rule.view.value,
            "label": None if rule is None else rule.label.as_dict(),
            "article": self.valid.limit.article,
            "statute": statute,
            "withheld": list(self.withheld),
            "refused": self.is_refused_by_law,
        }

    def _choice(self, choice: Choice) -> JsonObject:
        return {
            "claims": list(claim_names(choice)),
            "credentials": [self._disclosing(each) for each in choice],
        }

    def _disclosing(self, each: Disclosing) -> JsonObject:
        return {
            "query_id": each.query_id,
            **each.credential.summary(),
            "state": self.states[each.credential.id].value,
            "claims": [each.credential.shown_claim(path) for path in each.paths],
        }


def review(
    valid: ValidRequest,
    pool: Pool,
    held: Sequence[HeldCredential],
    *,
    notice: str | None = None,
    changes: tuple[Change, ...] = (),
) -> Review:
    """Return what the holder should know, also when nothing held can answer; pure.

    ``held`` is everything kept, newest first, ``pool`` what of it may be presented.

    Raises ``WalletError`` (request_unsupported) for a party that cannot read our format.
    """
    check_format(valid)
    possible = Possible.of(valid.request.dcql_query, pool, limit=valid.limit)
    expired = [each for each in held if pool.states[each.id] is CredentialState.EXPIRED]
    return Review(
        valid=valid,
        possible=possible,
        choices=tuple(each for each in possible.choices() if confirms(each, valid.transactions)),
        missing=missing(possible, expired),
        withheld=withheld_claims(possible.query, valid.limit)
        or withholding_claims(possible.beyond, pool, valid.limit),
        states=pool.states,
        notice=notice,
        changes=changes,
    )


async def read_notice(valid: ValidRequest, ports: Ports, language: Language) -> str | None:
    """Return the notice that the terms hash, None without terms; a consent says it was shown.

    Raises ``WalletError``: request_unreachable, terms_mismatch; request_unsupported for a party
    that cannot read our format, before anything is fetched.
    """
    check_format(valid)
    if valid.offer is None:
        return None
    notice = valid.offer.terms.notice
    return await ports.notices.read(notice, language, correspondent=ports.correspondent)


def check_format(valid: ValidRequest) -> None:
    """Raise ``WalletError`` unless the party can check what it asks for and is kept here."""
    asked = [each.format for each in valid.request.dcql_query.credentials]
    known = [name for name in asked if name in FORMATS]
    try:
        valid.request.client_metadata.require_format(known or FORMATS)
    except RequestError as error:
        raise WalletError(WalletFailure.REQUEST_UNSUPPORTED, error.detail) from None


def requested_claims(query: DcqlQuery) -> tuple[str, ...]:
    """Return every claim the query names anywhere, as dotted text, each once."""
    pointers = (claim.path for credential in query.credentials for claim in credential.claims)
    return tuple(dict.fromkeys(pointer.dotted() for pointer in pointers))


def _party(valid: ValidRequest) -> JsonObject:
    return {
        "id": valid.party.id,
        "name": valid.party.name,
        "client_id": valid.request.client_id,
        "known_by": vouching(valid.known).value,
        "verified": valid.is_vouched_for,
        "dns_names": list[JsonValue](hosts_of(valid.known)),
        "trusted_by": voucher_of(valid.known),
    }


def _terms(valid: ValidRequest) -> JsonValue:
    if valid.offer is None:
        return None
    terms = valid.offer.terms
    return {**terms.as_dict(), "sha256": base64url.encode(terms.sha256())}
