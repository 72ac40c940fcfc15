"""From what a desk wants to ask to a question that may be asked, or a refusal that is kept."""

from dataclasses import dataclass
from datetime import datetime

from consent.forms.fields import LIST_LIMIT
from consent.transactions.types import TransactionTypes
from keys.json_value import JsonObject, JsonValue
from standards.dcql.errors import DcqlError
from standards.dcql.query import DcqlQuery, check_sendable, parse_query
from standards.formats.known import FORMATS
from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.dc_api import DcApiProtocol
from standards.openid4vp.request import ResponseMode
from standards.openid4vp.request_uri import RequestUriMethod
from verifiers.asking.confirming import transactions_of
from verifiers.asking.manner import Manner
from verifiers.asking.over_asking import OverAskings, RefusedAsking
from verifiers.asking.questions import Question
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.failures_of import of_query
from verifiers.registered.published import registration_sha256
from verifiers.registered.registration import asked_paths, check_registered
from verifiers.registered.terms import terms_of
from verifiers.services import own_query
from verifiers.services.catalogue import Catalogue
from verifiers.transaction import Flow


@dataclass(frozen=True, slots=True)
class Wish:
    """What a desk chose of `verifiers.asking.manner.Manner`; None leaves it as usual.

    ``transactions`` are to be confirmed: ``{"type", …}`` each, as the type's definition says.
    """

    flow: Flow | None = None
    mode: ResponseMode | None = None
    prefix: CertificatePrefix | None = None
    method: RequestUriMethod | None = None
    protocol: DcApiProtocol | None = None
    origin: str | None = None
    transactions: tuple[JsonObject, ...] = ()

    def manner(self, usual: Manner) -> Manner:
        """Return how the question is put; whom a browser asks is at that very device."""
        mode = self.mode or usual.mode
        return Manner(
            self.flow or (Flow.SAME_DEVICE if mode.is_over_dc_api else usual.flow),
            mode,
            self.prefix or usual.prefix,
            self.method or usual.method,
            self.protocol or usual.protocol,
            self.origin,
        )


class Enquiries:
    """Makes questions of profiles and of queries; ``base`` is our public address."""

    def __init__(
        self, catalogue: Catalogue, refused: OverAskings, base: str, types: TransactionTypes
    ) -> None:
        self._types = types
        self._catalogue = catalogue
        self._refused = refused
        self._base = base

    async def of_profile(
        self, name: str, wish: Wish, *, session: str | None, now: datetime
    ) -> Question:
        """Return a profile's question, or raise PROFILE_UNKNOWN, FLOW_NOT_REGISTERED.

        Raises TRANSACTION_INVALID, TRANSACTION_NOT_REGISTERED for what is to be confirmed.
        """
        profile = self._catalogue.profile(name)
        party = self._catalogue.registrations.party(profile.party)
        purpose = party.purpose(profile.purpose)
        query = purpose.stating_retention(profile.query)
        question = Question(
            party=profile.party,
            purpose=profile.purpose,
            profile=profile.name,
            query=query,
            terms=terms_of(party, purpose, query, sender=profile.sender, base=self._base, now=now),
            registration_sha256=registration_sha256(party, purpose),
            manner=wish.manner(Manner(profile.flow, profile.mode)),
            session=session,
            transactions=transactions_of(
                wish.transactions, query, purpose=purpose, types=self._types
            ),
        )
        await self._check(question, now)
        return question

    async def of_query(
        self, value: JsonValue, wish: Wish, *, session: str | None, now: datetime
    ) -> Question:
        """Return the question of a desk's own DCQL query.

        Raises QUERY_INVALID; OVER_ASKING (which is kept), FLOW_NOT_REGISTERED and what
        `of_profile` raises for transactions.
        """
        party = self._catalogue.registrations.party(own_query.PARTY)
        purpose = party.purpose(own_query.PURPOSE)
        query = purpose.stating_retention(_readable(value))
        question = Question(
            party=party.id,
            purpose=purpose.code,
            profile="",
            query=query,
            terms=terms_of(
                party, purpose, query, sender=own_query.SENDER, base=self._base, now=now
            ),
            registration_sha256=registration_sha256(party, purpose),
            manner=wish.manner(Manner()),
            session=session,
            transactions=transactions_of(
                wish.transactions, query, purpose=purpose, types=self._types
            ),
        )
        await self._check(question, now)
        return question

    async def _check(self, question: Question, now: datetime) -> None:
        """Raise unless all of it is registered; asking for too much is kept."""
        party = self._catalogue.registrations.party(question.party)
        purpose = party.purpose(question.purpose)
        flow, mode = question.manner.flow, question.manner.mode
        if flow is Flow.STANDING:
            raise VerifierError(Failure.FLOW_NOT_REGISTERED, "within a consent only")
        if question.manner.origin not in (None, *party.origins):
            raise VerifierError(Failure.FLOW_NOT_REGISTERED, "a page at another origin")
        try:
            check_registered(purpose, question.query, flow=flow, mode=mode)
        except VerifierError as error:
            if error.failure is Failure.OVER_ASKING:
                asked = asked_paths(question.query)
                refused = RefusedAsking(question.party, question.purpose, asked, now)
                await self._refused.note(refused)
            raise


def _readable(value: JsonValue) -> DcqlQuery:
    """Return a query we can send, and whose answer we can check and record."""
    try:
        query = parse_query(value)
        check_sendable(query)
    except DcqlError as error:
        raise of_query(error) from error
    for credential in query.credentials:
        if credential.format not in FORMATS:
            accepted = " or ".join(FORMATS)
            raise VerifierError(Failure.QUERY_INVALID, f"{credential.id}: {accepted} is checked")
    if len(asked_paths(query)) > LIST_LIMIT:
        raise VerifierError(Failure.QUERY_INVALID, f"at most {LIST_LIMIT} claims")
    return query
