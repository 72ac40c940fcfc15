"""Where the rooms meet: what is registered and what a law permits are claims of real forms."""

from collections.abc import Sequence
from typing import Any

import pytest

from consent.forms.statutory import StatutoryView, covers, kind_of, permits, rule_of
from issuers.catalogue import every_kind
from issuers.certificate.kind import Kind
from standards.dcql.paths import Step, dotted
from standards.formats.known import format_of
from verifiers.registered.registration import AllowedClaims, holds_identifier
from verifiers.services.catalogue import Catalogue
from wallet.presenting.missing import MADE_OUT_FOR

BASE = "https://mydata.example"
KINDS = every_kind().kinds
REGISTERED = [
    pytest.param(entry, id=f"{party.id} {purpose.code} {kind_of(entry.vct) or entry.vct}")
    for party in Catalogue(BASE).registrations.parties
    for purpose in party.purposes
    for entry in purpose.allowed
    if entry.vct is not None
]


def claims_of(kind: Kind[Any]) -> set[tuple[Step, ...]]:
    """Every claim of a kind's form, parents too."""
    return {claim.path for claim in kind.described}


def general(steps: Sequence[Step]) -> tuple[Step, ...]:
    """A pointer as a form lists it: elements of a table have no number there."""
    return tuple(None if isinstance(step, int) else step for step in steps)


@pytest.mark.parametrize("entry", REGISTERED)
def test_every_registered_claim_is_one_of_the_authoritys_form(entry: AllowedClaims) -> None:
    """
    A claim renamed in a form, or an authority renamed, is found here and not at the counter.
    """
    assert entry.vct is not None
    assert entry.paths is not None
    [kind] = [each for each in KINDS.values() if each.vct(BASE) == entry.vct]

    unknown = {path.dotted() for path in entry.paths if general(path.steps) not in claims_of(kind)}
    assert set() == unknown


def test_what_a_certificate_is_made_out_for_stands_in_some_form() -> None:
    """
    The wallet offers a new certificate where one of these differs, and a correction elsewhere.
    """
    named = {dotted(path) for kind in KINDS.values() for path in claims_of(kind)}

    assert set() == MADE_OUT_FOR - named


@pytest.mark.parametrize("view", list(StatutoryView))
def test_every_permitted_claim_is_one_of_the_form(view: StatutoryView) -> None:
    """
    A rule that names a claim nobody issues would permit nothing without anybody noticing.
    """
    for name, permitted in rule_of(view).permitted.items():
        unknown = {path.dotted() for path in permitted if path.steps not in claims_of(KINDS[name])}
        assert set() == unknown


@pytest.mark.parametrize("view", list(StatutoryView))
def test_what_the_law_orders_to_leave_out_is_in_the_form_and_left_out(view: StatutoryView) -> None:
    """
    주민등록법 시행규칙 §13⑪, item by item: back half, head and relation, past addresses, service.
    """
    form = claims_of(KINDS["resident-abstract"])
    ordered = [
        path
        for path in form
        if {"resident_number_back", "head_name", "head_relation"} & set(path)
        or path[0] in {"addresses", "service_record"}
    ]

    assert len(ordered) > 15
    assert [] == [
        dotted(path) for path in ordered if permits(rule_of(view), "resident-abstract", path)
    ]


@pytest.mark.parametrize("view", list(StatutoryView))
def test_of_every_block_a_rule_permits_its_leaves_one_by_one(view: StatutoryView) -> None:
    """
    No permitted claim has others inside: what is added to a block later is not permitted with it.
    """
    rule, form = rule_of(view), claims_of(KINDS["resident-abstract"])

    inside = [path for path in form if covers(rule, "resident-abstract", path[:-1])]

    assert [] == [dotted(path) for path in inside if len(path) > 1]


def test_a_claim_of_a_form_that_holds_a_resident_number_is_known_as_one() -> None:
    """
    Asking for a table asks for all in it: no purpose without a statute may register such a table.
    """
    form = {
        general(path)
        for kind in KINDS.values()
        for path in claims_of(kind)
        if format_of(kind.format).is_claim(path)
    }
    holding = {
        path[:length]
        for path in form
        for length in range(1, len(path) + 1)
        if "resident_number_back" in path and path[:length] in form
    }

    holding.add(("org.iso.18013.5.1", "document_number"))
    # Where changes of the person are listed, a line may be about an earlier number.
    may_hold: set[tuple[Step, ...]] = {("personal_changes",), ("personal_changes", None)}
    assert holding
    assert holding | may_hold == {path for path in form | holding if holds_identifier(path)}
