"""A relying party by its definition: one form for our own files and for those an operator gives.

A definition says who it is and, for each purpose, everything it may do. Types of certificates are
``authority/kind`` for those of this service, a whole ``vct`` or doctype for others, and ``*`` for
all that no other entry names. A purpose with a ``profile`` is asked by that name, with the query
its certificates make.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from consent.forms.duration import after
from consent.forms.legal_basis import PERSONS_WILL, LegalBasis
from consent.forms.reason import Reason
from consent.forms.terms import LocalText, Retention
from keys.json_value import JsonValue
from standards.dcql.query import DcqlQuery
from standards.openid4vp.request import ResponseMode
from verifiers.presented.issued_for import with_values
from verifiers.registered.registration import (
    USUAL_FLOWS,
    USUAL_MODES,
    KeptByLaw,
    RegisteredPurpose,
    RelyingParty,
    Standing,
    holds_identifier,
)
from verifiers.services.certificate import Certificate, check_instead, read_certificate
from verifiers.services.declared import read_policy
from verifiers.services.profile import (
    Profile,
    credential,
    with_alternatives,
    with_optional,
)
from verifiers.services.record_keys import RecordKeys
from verifiers.services.table import Table, invalid
from verifiers.transaction import Flow

MAX_USES: Final = 1000
# Its keys are named after it, with what they are for before it: 64 characters in all.
MAX_ID: Final = 55
_START: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Definition:
    """What one definition makes: the relying party, and its profiles."""

    party: RelyingParty
    profiles: tuple[Profile, ...]


def read_definition(value: JsonValue, *, base: str) -> Definition:
    """Return what a definition says, or raise DEFINITION_INVALID naming the member."""
    party = Table.of("", value, ("id", "name", "address", "contact", "purposes"), ("origins",))
    identifier = party.name("id")
    if len(identifier) > MAX_ID:
        party.fail("id", f"{MAX_ID} characters at the most")
    names = party.local("name")
    read = [
        _purpose(Table.of(at, each, _NEEDED, _OPTIONAL), identifier, names, base)
        for at, each in party.items("purposes")
    ]
    codes = [purpose.code for purpose, _ in read]
    if not codes or len(set(codes)) < len(codes):
        party.fail("purposes", "at least one, each with a code of its own")
    return Definition(
        RelyingParty(
            id=identifier,
            names=names,
            purposes=tuple(purpose for purpose, _ in read),
            address=party.text("address"),
            contact=party.text("contact"),
            origins=party.origins("origins"),
        ),
        tuple(profile for _, profile in read if profile is not None),
    )


_NEEDED: Final = ("code", "text", "legal_basis", "retention", "certificates")
_OPTIONAL: Final = (
    *("profile", "policy", "flows", "modes", "statute", "cross_device_reason", "offline_ok"),
    *("standing", "kept_by_law", "transactions", "ended"),
)
_PROFILE: Final = ("flow", "mode", "signs_in")


def _purpose(
    members: Table, party: str, names: LocalText, base: str
) -> tuple[RegisteredPurpose, Profile | None]:
    certificates = tuple(
        read_certificate(at, each, base=base) for at, each in members.items("certificates")
    )
    if not certificates:
        members.fail("certificates", "at least one")
    queries = frozenset(each.query_id for each in certificates)
    if len(queries) < len(certificates):
        members.fail("certificates", "each with a query of its own")
    check_instead(members, certificates)
    asked = [(each.vct, path) for each in certificates for path in each.required or ()]
    statute = members.text("statute") if members.has("statute") else None
    basis = members.choice("legal_basis", LegalBasis)
    _check_statute(members, certificates, statute, basis)
    kept, standing = _kept(members), _standing(members)
    retention = Table.of(members.place("retention"), members.raw("retention"), ("period", "text"))
    period = retention.duration("period")
    _check_original(members, kept, period, basis)
    try:
        purpose = RegisteredPurpose(
            code=members.name("code"),
            text=members.local("text"),
            allowed=tuple(each.allowed for each in certificates),
            legal_basis=basis.value,
            retention=Retention(period, retention.local("text")),
            flows=members.choices("flows", Flow, USUAL_FLOWS),
            modes=members.choices("modes", ResponseMode, USUAL_MODES),
            statute=statute,
            cross_device_reason=_optional_text(members, "cross_device_reason"),
            offline_ok=members.flag("offline_ok"),
            optional=tuple(path for each in certificates for path in each.optional.values()),
            standing=standing,
            kept_by_law=kept,
            policy=read_policy(members, queries, base=base, names=names, asked=asked),
            transaction_types=members.texts("transactions"),
            is_ended=members.flag("ended"),
        )
    except ValueError as error:
        # What a law does not let be registered; its words are ours and name no value.
        raise invalid(members.place("certificates"), str(error)) from None
    return purpose, _profile(members, certificates, party, purpose)


def _check_statute(
    members: Table,
    certificates: tuple[Certificate, ...],
    statute: str | None,
    basis: LegalBasis,
) -> None:
    """Refuse a resident number without a statute; consent is none (PIPA 24-2)."""
    if statute is not None and basis in PERSONS_WILL:
        members.fail("statute", "consent is no statutory basis: name the law in legal_basis too")
    if statute is not None:
        return
    for each in certificates:
        for path in each.allowed.paths or ():
            if holds_identifier(path.steps):
                at = members.place("certificates")
                raise invalid(at, f"{path.dotted()} holds a resident number: name the statute")


def _kept(members: Table) -> KeptByLaw | None:
    if not members.has("kept_by_law"):
        return None
    at = members.place("kept_by_law")
    optional = ("conditional", "original")
    kept = Table.of(at, members.raw("kept_by_law"), ("reason", "period"), optional)
    return KeptByLaw(
        kept.choice("reason", Reason),
        kept.duration("period"),
        is_conditional=kept.flag("conditional"),
        original=_optional_text(kept, "original"),
    )


def _check_original(
    members: Table, kept: KeptByLaw | None, retention: str, basis: LegalBasis
) -> None:
    """Refuse an original that no law has kept, and one that outlives what is kept beside it."""
    if kept is None or kept.original is None:
        return
    if basis in PERSONS_WILL:
        at = f"{members.place('kept_by_law')}.original"
        raise invalid(at, "consent has nothing kept: name the law in legal_basis too")
    if after(_START, retention) < after(_START, kept.period):
        at = f"{members.place('retention')}.period"
        raise invalid(at, "at least as long as the law has the original kept")


def _standing(members: Table) -> Standing | None:
    if not members.has("standing"):
        return None
    at = members.place("standing")
    standing = Table.of(at, members.raw("standing"), ("cycle", "uses", "lasts"))
    return Standing(
        standing.duration("cycle"), standing.count("uses", MAX_USES), standing.duration("lasts")
    )


def _profile(
    members: Table,
    certificates: tuple[Certificate, ...],
    party: str,
    purpose: RegisteredPurpose,
) -> Profile | None:
    if not members.has("profile"):
        return None
    at = members.place("profile")
    profile = Table.of(at, members.raw("profile"), ("name", "title", "sender"), _PROFILE)
    return Profile(
        name=profile.name("name"),
        title=profile.local("title"),
        party=party,
        purpose=purpose.code,
        sender=profile.text("sender"),
        query=with_values(_query(members, certificates), purpose.policy.issued_for),
        flow=profile.choice("flow", Flow) if profile.has("flow") else Flow.COUNTER,
        mode=profile.choice("mode", ResponseMode)
        if profile.has("mode")
        else ResponseMode.DIRECT_POST_JWT,
        signs_in=_signs_in(profile, certificates, purpose),
    )


def _signs_in(
    profile: Table, certificates: tuple[Certificate, ...], purpose: RegisteredPurpose
) -> RecordKeys | None:
    if not profile.has("signs_in"):
        return None
    if {each.vct for each in certificates} != dict(purpose.policy.issuers).keys():
        profile.fail("signs_in", "a policy that says whose cards count, for each type")
    asked = frozenset(path for each in certificates for path in each.allowed.paths or ())
    return RecordKeys.parse(profile.place("signs_in"), profile.raw("signs_in"), asked)


def _query(members: Table, certificates: tuple[Certificate, ...]) -> DcqlQuery:
    queries = []
    for each in certificates:
        if each.vct is None or each.required is None:
            members.fail("profile", "a purpose with the type * asks with queries of its own")
        if each.optional and len(certificates) > 1:
            members.fail("certificates", "optional claims go with a single certificate")
        if each.optional:
            return with_optional(each.vct, each.required, each.optional, each.format)
        queries.append(credential(each.query_id, each.vct, each.required, each.format))
    instead = {each.query_id: each.instead_of for each in certificates if each.instead_of}
    return with_alternatives(queries, instead)


def _optional_text(members: Table, name: str) -> str | None:
    return members.text(name) if members.has(name) else None
