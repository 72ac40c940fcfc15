"""The operator's desk: who may come, what may be ordered, what is answered."""

from typing import Any

import pytest
from sqlalchemy import insert

from issuers.population.census import Dossier, population
from issuers.store.source_tables import open_taxes
from tests.issuers.world import (
    AS_OF,
    HOUSEHOLDS,
    OPERATOR,
    REGISTRY,
    TAXES,
    World,
)

OFFERS = "/issuers/operator/offers"
MEMBERS = {
    *("id", "kind", "authority", "to", "about", "purpose", "view", "officer"),
    *("mandate", "channel", "fee", "status", "reason", "delivery", "issued_at", "expires_at"),
}
ORDER = {"kind": "resident-register", "to": "demo"}


def in_arrears() -> str:
    """Return a citizen of the test population whose taxes are in arrears."""

    def owes(dossier: Dossier) -> list[str]:
        return [
            citizen
            for citizen, account in dossier.accounts
            if any(tax.due_on < AS_OF for tax in account.open)
        ]

    people = population(households=HOUSEHOLDS, as_of=AS_OF)
    return next(citizen for dossier in people for citizen in owes(dossier))


async def test_every_address_of_the_desk_asks_who_comes(world: World) -> None:
    """
    T16: without an operator's token every route below /issuers/operator answers 401.
    """
    requests = [
        ("GET", "/issuers/operator/kinds"),
        ("POST", OFFERS),
        ("GET", "/issuers/operator/credentials?to=demo"),
        ("POST", "/issuers/operator/credentials/1/revoke"),
        ("POST", "/issuers/operator/credentials/1/suspend"),
        ("POST", "/issuers/operator/credentials/1/reinstate"),
    ]

    for headers in ({}, {"Authorization": "Bearer holder"}):
        for method, path in requests:
            answer = await world.http.request(method, path, json={}, headers=headers)
            assert 401 == answer.status_code, path
            assert "unauthorised" == answer.json()["error"]


async def test_the_desk_lists_the_kinds(world: World) -> None:
    """
    Name, authority, type and labels of everything that can be offered.
    """
    answer = await world.http.get("/issuers/operator/kinds", headers=OPERATOR)
    kinds = {kind["kind"]: kind for kind in answer.json()["kinds"]}

    assert set(world.issuers.catalogue.kinds) == set(kinds)
    assert [] == kinds["tax-payment"]["views"]
    assert REGISTRY == kinds["resident-register"]["issuer"]
    assert f"{TAXES}/types/tax-payment/1" == kinds["tax-payment"]["vct"]
    assert "주민등록표 등본" == kinds["resident-register"]["label"]["ko"]
    assert ["기타", "대금 수령", "해외이주"] == kinds["tax-payment"]["purposes"]


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        (ORDER | {"kind": "passport"}, 404, "unknown_kind"),
        (ORDER | {"to": "nobody"}, 404, "unknown_citizen"),
        (ORDER | {"to": "x\u202e"}, 404, "unknown_citizen"),
        (ORDER | {"to": "x" * 65}, 404, "unknown_citizen"),
        (ORDER | {"kind": "tax-payment", "purpose": "전세 계약"}, 400, "unknown_purpose"),
        (ORDER | {"purpose": "한 줄\n두 줄"}, 400, "malformed"),
        (ORDER | {"purpose": "가" * 101}, 400, "malformed"),
        (ORDER | {"purpose": "가", "payer": ""}, 400, "malformed"),
        (ORDER | {"by": "pigeon"}, 400, "malformed"),
        (ORDER | {"tx_code": "yes"}, 400, "malformed"),
        ({"kind": "resident-register"}, 400, "malformed"),
        ({"to": "demo"}, 400, "malformed"),
        (ORDER | {"kind": 7}, 400, "malformed"),
    ],
    ids=str,
)
async def test_wrong_orders_are_told_what_is_wrong(
    world: World, order: dict[str, Any], status: int, code: str
) -> None:
    """
    The caller learns what to change; nothing of the input is repeated.
    """
    answer = await world.http.post(OFFERS, json=order, headers=OPERATOR)
    problem = answer.json()

    assert (status, code, "caller") == (answer.status_code, problem["error"], problem["party"])
    assert "pigeon" not in problem["detail"]


async def test_a_body_that_is_no_order_is_refused(world: World) -> None:
    """
    H48, H61: strict JSON of at most four kilobytes.
    """
    headers = OPERATOR | {"Content-Type": "application/json"}
    for content, status in ((b"[]", 400), (b'{"to":1,"to":2}', 400), (b" " * 4097, 413)):
        answer = await world.http.post(OFFERS, content=content, headers=headers)
        assert status == answer.status_code


async def test_arrears_are_told_at_the_desk(world: World) -> None:
    """
    국세징수법 §107: the issuer refuses, and says what the citizen can do.
    """
    order = {"kind": "tax-payment", "to": in_arrears()}
    answer = await world.http.post(OFFERS, json=order, headers=OPERATOR)

    assert 409 == answer.status_code
    assert ("not_entitled", "issuer") == (answer.json()["error"], answer.json()["party"])
    assert "pay or defer" in answer.json()["detail"]


async def test_who_falls_in_arrears_after_the_offer_gets_no_certificate(world: World) -> None:
    """
    Entitlement is asked again at the moment of issuing, as the certificate speaks of that day.
    """
    access = await world.access(issuer=TAXES, kind="tax-payment")
    tax = {"period": "2025년 귀속", "item": "부가가치세", "due_on": "2026-11-21", "amount": 1}
    async with world.engine.begin() as connection:
        await connection.execute(insert(open_taxes), {"citizen": "demo", "number": 1, **tax})

    proof = world.prove(await world.nonce(TAXES), issuer=TAXES)
    answer = await world.ask(access, await world.request(proof, kind="tax-payment"), issuer=TAXES)
    assert (400, "credential_request_denied") == (answer.status_code, answer.json()["error"])


async def test_the_desk_sees_what_was_issued(world: World) -> None:
    """
    Issue number, kind, status, times; no claim.
    """
    await world.issue()
    await world.issue(kind="tax-payment")
    answer = await world.http.get("/issuers/operator/credentials?to=demo", headers=OPERATOR)
    found = answer.json()["credentials"]

    assert {"resident-register", "tax-payment"} == {one["kind"] for one in found}
    assert {"valid"} == {one["status"] for one in found}
    assert MEMBERS == set(found[0])
    unknown = await world.http.get("/issuers/operator/credentials?to=%00", headers=OPERATOR)
    assert 404 == unknown.status_code


@pytest.mark.parametrize("number", ["0000-0000-0000-0000", "x", "%00", "1" * 40])
async def test_unknown_certificates_answer_alike(world: World, number: str) -> None:
    """
    H90: a number that does not exist and one that cannot exist are both not found.
    """
    address = f"/issuers/operator/credentials/{number}/revoke"
    answer = await world.http.post(address, json={"reason": "분실"}, headers=OPERATOR)

    assert (404, "unknown_certificate") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "a\x1b[2J"}, {"reason": 1}])
async def test_a_change_needs_a_reason(world: World, body: dict[str, Any]) -> None:
    """
    Whoever revokes says why, on one line.
    """
    address = "/issuers/operator/credentials/1/revoke"
    answer = await world.http.post(address, json=body, headers=OPERATOR)

    assert (400, "malformed") == (answer.status_code, answer.json()["error"])


async def test_a_change_that_changes_nothing_is_a_conflict(world: World) -> None:
    """
    Suspending twice is a mistake somebody wants to know of.
    """
    await world.issue()
    found = await world.http.get("/issuers/operator/credentials?to=demo", headers=OPERATOR)
    address = f"/issuers/operator/credentials/{found.json()['credentials'][0]['id']}"

    first = await world.http.post(f"{address}/suspend", json={"reason": "분실"}, headers=OPERATOR)
    second = await world.http.post(f"{address}/suspend", json={"reason": "분실"}, headers=OPERATOR)
    assert ("suspended", "분실") == (first.json()["status"], first.json()["reason"])
    assert (409, "status_unchanged") == (second.status_code, second.json()["error"])
