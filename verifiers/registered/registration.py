"""Who may ask for what, fixed before anybody asks (Korea's mobile identity fixes it the same way).

A relying party registers purposes; a purpose names the certificates and claims it may ask for,
the legal basis, how long the claims are kept, and how the person is met. Whatever asks for more
is refused, and the attempt is recorded. What is registered is public, and its hash goes into every
request, so that nobody can say afterwards that something else was registered then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from consent.forms.duration import after
from consent.forms.laws import law_label
from consent.forms.reason import Reason
from consent.forms.statutory import (
    UNIQUE_IDENTIFIERS,
    StatutoryRule,
    covers,
    kind_of,
    rule_for,
)
from consent.forms.terms import LocalText, Retention
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.paths import ClaimsPathPointer, Step
from standards.dcql.query import DcqlQuery
from standards.openid4vp.request import ResponseMode
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.requirements import NOTHING_DECLARED, DeclaredPolicy
from verifiers.transaction import Flow

# The claims of our forms that hold a unique identifier among others (`tests/app` compares).
_AROUND_IDENTIFIERS: Final = frozenset(
    {"cohabitants", "members", "person", "personal_changes", "taxpayer"}
)
# 운전면허번호 is one too (개인정보 보호법 시행령 제19조); other papers have document numbers that
# are none.
_LICENCE_NUMBER: Final[tuple[Step, ...]] = ("org.iso.18013.5.1", "document_number")

_START: Final = datetime(2000, 1, 1, tzinfo=UTC)

# What a purpose that says nothing of it is registered for.
USUAL_FLOWS: Final = frozenset({Flow.COUNTER, Flow.SAME_DEVICE})
USUAL_MODES: Final = frozenset({ResponseMode.DIRECT_POST_JWT, ResponseMode.DC_API_JWT})


@dataclass(frozen=True, slots=True)
class AllowedClaims:
    """Claims of one type of credential that may be asked for.

    ``vct`` None stands for every type the other entries do not name; ``paths`` None for every
    claim of it.
    """

    vct: str | None
    paths: tuple[ClaimsPathPointer, ...] | None

    def covers(self, steps: tuple[Step, ...]) -> bool:
        """Tell whether a claim asked for lies at or below a registered one."""
        return self.paths is None or any(path.covers(steps) for path in self.paths)


@dataclass(frozen=True, slots=True)
class Standing:
    """Asking again within one consent: every ``cycle`` at the most, ``uses`` times, for so long.

    ``cycle`` and ``lasts`` are ISO 8601 durations.
    """

    cycle: str
    uses: int
    lasts: str


@dataclass(frozen=True, slots=True)
class KeptByLaw:
    """A law that has the proof of a sharing kept, whatever the person asks.

    ``period`` is an ISO 8601 duration and counts from the sharing. A law that binds only
    once business was done (``is_conditional``) needs a person who knows whether it was.
    ``original`` names the law that has what was shown itself kept, sealed
    (`verifiers.originals`); None where the proof without any claim is all that is kept.
    """

    reason: Reason
    period: str
    is_conditional: bool = False
    original: str | None = None


@dataclass(frozen=True, slots=True)
class RegisteredPurpose:
    """One purpose of a relying party, and everything it may do for it.

    ``optional`` are the claims of ``allowed`` that a person may leave out. ``standing`` is None
    where each use needs a consent of its own. ``kept_by_law`` is None where what is kept is erased
    as soon as it is asked. ``transaction_types`` are what a person may be asked to confirm beside
    the claims. ``statute`` is the law that allows asking for unique identifiers, None
    without one.
    ``policy`` is what its answers are held to beyond the protocol.
    ``cross_device_reason`` says why the person may be elsewhere: without it, that flow is off.
    A purpose that ``is_ended`` asks no more, and still says what is owed for what it asked.
    A ``legal_basis`` that is a rule's (`consent.forms.statutory`) binds the purpose to that rule:
    one that would allow more, or shown codes, cannot be made (ValueError: a mistake of our own).
    """

    code: str
    text: LocalText
    allowed: tuple[AllowedClaims, ...]
    legal_basis: str
    retention: Retention
    flows: frozenset[Flow] = USUAL_FLOWS
    modes: frozenset[ResponseMode] = USUAL_MODES
    statute: str | None = None
    cross_device_reason: str | None = None
    offline_ok: bool = False
    optional: tuple[ClaimsPathPointer, ...] = ()
    standing: Standing | None = None
    kept_by_law: KeptByLaw | None = None
    policy: DeclaredPolicy = NOTHING_DECLARED
    is_ended: bool = False
    transaction_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.rule is None:
            return
        if self.offline_ok:
            # A code shown to whoever reads it carries no terms, so no wallet could hold it to law.
            raise ValueError(f"{self.rule.article}: shown codes name no legal basis")
        for entry in self.allowed:
            _check_within(self.rule, entry)

    def stating_retention(self, query: DcqlQuery) -> DcqlQuery:
        """Return the query as it is sent: saying of mdocs' elements whether they are kept.

        What is erased at once is not retained (OpenID4VP B.2.4); the registration alone decides.
        """
        kept = after(_START, self.retention.period) > _START
        asked = tuple(each.retaining(kept=kept) for each in query.credentials)
        return replace(query, credentials=asked)

    @property
    def law(self) -> LocalText:
        """The legal basis in words."""
        return law_label(self.legal_basis)

    @property
    def rule(self) -> StatutoryRule | None:
        """The law that limits what may be seen for this purpose, None where none of ours does."""
        return rule_for(self.legal_basis)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """An institution by its registration id, which outlives its certificates.

    ``address`` is where letters reach it, ``contact`` a telephone number or mail address.
    ``origins`` are those of its own pages that may ask through the browser, beside ours, and
    hold our page of a question in a frame.
    """

    id: str
    names: LocalText
    purposes: tuple[RegisteredPurpose, ...]
    address: str = ""
    contact: str = ""
    origins: tuple[str, ...] = ()

    @property
    def keeps_originals(self) -> bool:
        """Whether some purpose of it has what was shown kept, by law."""
        kept = (purpose.kept_by_law for purpose in self.purposes)
        return any(each is not None and each.original is not None for each in kept)

    def purpose(self, code: str) -> RegisteredPurpose:
        """Return one of its purposes, or raise PROFILE_UNKNOWN."""
        for purpose in self.purposes:
            if purpose.code == code:
                return purpose
        raise VerifierError(Failure.PROFILE_UNKNOWN, "purpose")


class Registrations:
    """Every relying party this service acts for."""

    def __init__(self, parties: Iterable[RelyingParty]) -> None:
        self._parties: dict[str, RelyingParty] = {}
        self.learn(parties)

    def learn(self, parties: Iterable[RelyingParty]) -> None:
        """Take these for what is registered from now on."""
        self._parties = {party.id: party for party in parties}

    @property
    def parties(self) -> tuple[RelyingParty, ...]:
        """Every one, in the order of registration."""
        return tuple(self._parties.values())

    def party(self, party_id: str) -> RelyingParty:
        """Return the relying party, or raise PROFILE_UNKNOWN."""
        if party_id not in self._parties:
            raise VerifierError(Failure.PROFILE_UNKNOWN, "relying party")
        return self._parties[party_id]


def check_registered(
    purpose: RegisteredPurpose, query: DcqlQuery, *, flow: Flow, mode: ResponseMode
) -> None:
    """Raise OVER_ASKING or FLOW_NOT_REGISTERED when the purpose does not cover the request."""
    if purpose.is_ended:
        raise VerifierError(Failure.FLOW_NOT_REGISTERED, "the purpose has ended")
    is_standing = flow is Flow.STANDING and purpose.standing is not None
    if mode not in purpose.modes or not (is_standing or flow in purpose.flows):
        raise VerifierError(Failure.FLOW_NOT_REGISTERED, f"{flow}, {mode}")
    if mode.is_over_dc_api and flow is not Flow.SAME_DEVICE:
        raise VerifierError(Failure.FLOW_NOT_REGISTERED, f"{mode} is for the same device")
    if flow is Flow.CROSS_DEVICE and not purpose.cross_device_reason:
        raise VerifierError(Failure.FLOW_NOT_REGISTERED, "no reason is registered for it")
    for credential in query.credentials:
        _check_credential(purpose, credential)


def holds_identifier(steps: tuple[Step, ...]) -> bool:
    """Tell whether asking for this asks for a unique identifier: by its name, or all around it."""
    names = [step for step in steps if isinstance(step, str)]
    # The last name: in an mdoc its namespace stands before it.
    is_all_of_it = bool(names) and names[-1] in _AROUND_IDENTIFIERS
    if steps == _LICENCE_NUMBER:
        return True
    return is_all_of_it or not UNIQUE_IDENTIFIERS.isdisjoint(names)


def asked_paths(query: DcqlQuery) -> tuple[str, ...]:
    """Return every claim path a query names, dotted, each once, in the order of the query."""
    paths = (claim.path.dotted() for entry in query.credentials for claim in entry.claims)
    return tuple(dict.fromkeys(paths))


def _check_credential(purpose: RegisteredPurpose, query: CredentialQuery) -> None:
    """Check one credential query: every type it accepts, every claim it names."""
    if not query.types:
        raise VerifierError(Failure.OVER_ASKING, f"{query.id}: any type of certificate")
    for vct in query.types:
        allowed = _allowed_for(purpose, vct)
        for claim in query.claims:
            if not allowed.covers(claim.path.steps):
                raise VerifierError(Failure.OVER_ASKING, f"{query.id}: {claim.path.dotted()}")
            if purpose.statute is None and holds_identifier(claim.path.steps):
                raise VerifierError(Failure.OVER_ASKING, f"{query.id}: {claim.path.dotted()}")


def _allowed_for(purpose: RegisteredPurpose, vct: str) -> AllowedClaims:
    """Return the entry that names the type, else the one for types nobody named."""
    for wanted in (vct, None):
        for entry in purpose.allowed:
            if entry.vct == wanted:
                return entry
    raise VerifierError(Failure.OVER_ASKING, "a type of certificate")


def _check_within(rule: StatutoryRule, entry: AllowedClaims) -> None:
    if entry.vct is None or entry.paths is None:
        raise ValueError(f"{rule.article} permits named claims of named types")
    kind = kind_of(entry.vct) or ""
    for path in entry.paths:
        if not covers(rule, kind, path.steps):
            raise ValueError(f"{rule.article} does not permit {path.dotted()}")
