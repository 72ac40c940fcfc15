"""Certificates for a statutory view: the law's list is all there is in them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from consent.forms.statutory import StatutoryView, permits, rule_of
from issuers.certificate.statutory import is_promised, narrowed, views_of, within
from issuers.population.census import population
from keys.json_value import JsonObject, JsonValue
from standards.dcql.paths import ClaimsPathPointer
from standards.sd_jwt_vc.read_type import parse_type_metadata
from standards.sd_jwt_vc.type_rules import check_issued
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import AS_OF, OPERATOR, World

HOMES = [dossier.household for dossier in population(households=40, as_of=AS_OF)]
CREDITOR = next(home for home in HOMES[1:] if len(home.members) == 1).head
ABSTRACT = "resident-abstract"


def leaves(value: JsonValue, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    match value:
        case dict():
            for name, member in value.items():
                yield from leaves(member, (*at, name))
        case list():
            for number, element in enumerate(value):
                yield from leaves(element, (*at, number))
        case _:
            yield at


@pytest.mark.parametrize("view", StatutoryView, ids=str)
async def test_a_certificate_for_a_view_holds_what_the_law_permits_and_no_more(
    world: World, view: StatutoryView
) -> None:
    """
    §13⑪: every claim of it is on the law's list, who the person is and where they live is there,
    and neither past addresses nor service nor the number's back half is in any disclosure.
    """
    order: Any = {"kind": ABSTRACT, "to": CREDITOR.citizen, "about": "demo"}
    (copy,) = await world.issue(**order, view=view.value, options={"service_record": "yes"})
    vc = verified(world, copy)
    technical = {"iss", "vct", "iat", "exp", "cnf", "status"}
    claims: JsonObject = {name: v for name, v in vc.claims.items() if name not in technical}
    rule = rule_of(view)

    assert [] == [path for path in leaves(claims) if not permits(rule, ABSTRACT, path)]
    person: Any = claims["person"]
    address: Any = claims["current_address"]
    assert HOMES[0].head.name == person["name"]
    assert HOMES[0].address == address["address"]
    assert CREDITOR.name == claims["applicant"]
    text = str(vc.claims)
    assert HOMES[0].past[0].address not in text
    assert HOMES[0].head.resident_number.back not in text


async def test_a_certificate_for_a_view_keeps_its_types_word(world: World) -> None:
    """
    The type promises only what every view leaves in, so a wallet takes it like any other.
    """
    order: Any = {"kind": ABSTRACT, "to": CREDITOR.citizen, "about": "demo"}
    for view in StatutoryView:
        (copy,) = await world.issue(**order, view=view.value)
        vc = verified(world, copy)
        metadata = parse_type_metadata((await world.http.get(vc.vct)).content)
        check_issued(vc.sd, metadata.claims)
        promised = {entry.path[0] for entry in metadata.claims if entry.mandatory}

        assert {"person", "current_address"} <= promised <= set(vc.claims)


async def test_a_view_is_previewed_as_it_will_be(world: World) -> None:
    """
    The officer sees the narrowed certificate before it is offered.
    """
    body = {"kind": ABSTRACT, "to": CREDITOR.citizen, "about": "demo", "view": "creditor"}
    answer = await world.http.post("/issuers/operator/previews", json=body, headers=OPERATOR)
    shown = {one["path"].partition(".")[0] for one in answer.json()["claims"]}

    assert (CREDITOR.name, HOMES[0].head.name) == (
        answer.json()["applicant"],
        answer.json()["about"],
    )
    assert {"person", "current_address"} < shown
    assert {"addresses", "service_record", "personal_changes", "age_over_19"}.isdisjoint(shown)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"view": "creditor", "kind": "resident-register"}, "unknown_view"),
        ({"view": "creditor", "kind": "tax-payment"}, "unknown_view"),
        ({"view": "neighbour", "kind": ABSTRACT}, "unknown_view"),
        ({"options": {"colour": "red"}, "kind": ABSTRACT}, "unknown_option"),
        ({"options": {"address_range": "some"}, "kind": ABSTRACT}, "unknown_option"),
        ({"options": ["address_range"], "kind": ABSTRACT}, "malformed"),
        ({"options": {"address_range": 5}, "kind": ABSTRACT}, "malformed"),
    ],
    ids=str,
)
async def test_views_and_options_are_the_kinds_own(
    world: World, order: dict[str, Any], code: str
) -> None:
    """
    No law shows a household's copy or a tax certificate to a creditor; choices are closed.
    """
    answer = await world.http.post(
        "/issuers/operator/offers", json={"to": "demo", **order}, headers=OPERATOR
    )

    assert (400, code) == (answer.status_code, answer.json()["error"])


async def test_options_travel_from_the_order_into_the_certificate(world: World) -> None:
    """
    What the applicant chose at the desk is what the issued abstract holds.
    """
    (without,) = await world.issue(kind=ABSTRACT, options={"address_range": "none"})
    (whole,) = await world.issue(kind=ABSTRACT)
    short: Any = verified(world, without).claims
    full: Any = verified(world, whole).claims

    assert len(full.get("addresses", [])) > len(short.get("addresses", []))
    assert short["address_range"] != full["address_range"]


def test_narrowing_keeps_frames_and_leaves_out_the_rest() -> None:
    """
    A block stays as the frame of what is permitted in it; without a view nothing is left out.
    """
    claims: JsonObject = {
        "applicant": "가",
        "person": {"name": "나", "resident_number_back": "1234567"},
        "addresses": [{"address": "다"}],
    }

    assert claims == narrowed(claims, ABSTRACT, None)
    assert {"applicant": "가", "person": {"name": "나"}} == narrowed(
        claims, ABSTRACT, StatutoryView.CREDITOR
    )
    assert {} == narrowed(claims, "resident-register", StatutoryView.CREDITOR)


def test_a_rule_for_one_column_of_a_table_keeps_its_lines() -> None:
    """
    The lines of a table stay, in their order, each with the columns the law names.
    """
    rule = replace(
        rule_of(StatutoryView.CREDITOR),
        permitted={ABSTRACT: (ClaimsPathPointer.parse_dotted("addresses.*.address"),)},
    )
    claims: JsonObject = {
        "applicant": "가",
        "addresses": [{"address": "나", "head_name": "다"}, {"address": "라"}],
    }

    expected = {"addresses": [{"address": "나"}, {"address": "라"}]}
    assert expected == within(rule, ABSTRACT, claims)


async def test_what_a_view_leaves_out_is_not_promised(world: World) -> None:
    """
    Section 6 of SD-JWT VC: ``mandatory`` is a promise for every certificate of the type.
    """
    for kind in world.issuers.catalogue.kinds.values():
        views = views_of(kind.name)
        for claim in kind.described:
            kept = all(permits(rule_of(view), kind.name, claim.path) for view in views)
            assert is_promised(kind, claim) is (claim.mandatory and kept)
    assert () == views_of("tax-payment")
    assert tuple(StatutoryView) == views_of(ABSTRACT)
