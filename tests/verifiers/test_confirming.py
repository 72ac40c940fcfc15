"""Transactions at the verifier: registered, asked, confirmed once, told; every lie refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keys.strict_json import JsonObject
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.transaction_data import confirming_claims
from standards.sd_jwt.disclosure import HashAlgorithm
from tests.verifiers.world import World
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.verifying import verification

PAYMENT: JsonObject = {
    "type": "urn:mydata:transaction:payment:1",
    "payee": "모퉁이",
    "amount": "12000",
    "currency": "KRW",
}
QUERY: JsonObject = {
    "credentials": [
        {
            "id": name,
            "format": "dc+sd-jwt",
            "meta": {
                "vct_values": [f"https://desk.example/issuers/resident-registry/types/{kind}"]
            },
            "claims": [{"path": ["age_over_19"]}],
        }
        for name, kind in (("adult", "resident-register/1"), ("again", "resident-register/1"))
    ]
}
Further = Callable[[AuthorizationRequest], dict[str, JsonObject | None]]


async def asked(world: World, *transactions: JsonObject) -> Asked:
    return await world.verifiers.ask_query(QUERY, Wish(transactions=transactions))


async def answer(world: World, question: Asked, further: Further) -> None:
    """Answer both queries, with what each key binding is to say beside."""
    request = (await world.wallet.open(question)).request
    said = further(request)
    shown: dict[str, list[str]] = {}
    for name in ("adult", "again"):
        held = world.issuer.issue()
        presentation = held.show("age_over_19")
        bound = world.wallet.bound(presentation, request, held.key, further=said.get(name))
        shown[name] = [bound]
    await world.post(question, world.wallet.body(request, shown))


def honest(request: AuthorizationRequest) -> dict[str, JsonObject | None]:
    return {"adult": confirming_claims(request.transaction_data, HashAlgorithm.SHA_256)}


def changed(**members: Any) -> Further:
    return lambda request: {"adult": {**(honest(request)["adult"] or {}), **members}}


async def test_a_confirmed_transaction_is_told_in_the_result(world: World) -> None:
    """
    The result says what was confirmed and by which credential; its members go with the claims.
    """
    question = await asked(world, PAYMENT)

    await answer(world, question, honest)

    told = (await world.verifiers.result(question.transaction_id)).as_dict()
    members = {name: value for name, value in PAYMENT.items() if name != "type"}
    form = {"type": PAYMENT["type"], "confirmed_by": "adult"}
    assert [{**form, "members": members}] == told["confirmed"]
    world.clock.move(seconds=61)
    later = (await world.verifiers.result(question.transaction_id)).as_dict()
    assert [form] == later["confirmed"]


LIES: dict[str, tuple[Further, Failure]] = {
    "nobody confirms": (lambda _: {}, Failure.CONFIRMATION_MISSING),
    "both confirm": (
        lambda request: {"adult": honest(request)["adult"], "again": honest(request)["adult"]},
        Failure.CONFIRMATION_WRONG,
    ),
    "another transaction": (
        changed(transaction_data_hashes=["A" * 43]),
        Failure.CONFIRMATION_UNEXPECTED,
    ),
    "an empty list": (changed(transaction_data_hashes=[]), Failure.CONFIRMATION_WRONG),
    "no list": (changed(transaction_data_hashes="A" * 43), Failure.CONFIRMATION_WRONG),
    "a hash that is a number": (changed(transaction_data_hashes=[1]), Failure.CONFIRMATION_WRONG),
    "an algorithm nobody has": (
        changed(transaction_data_hashes_alg="md5"),
        Failure.CONFIRMATION_WRONG,
    ),
    "an algorithm of another hash": (
        changed(transaction_data_hashes_alg="sha-512"),
        Failure.CONFIRMATION_UNEXPECTED,
    ),
    "an algorithm that was not listed": (
        lambda request: {
            "adult": confirming_claims(request.transaction_data, HashAlgorithm("sha-384"))
        },
        Failure.CONFIRMATION_WRONG,
    ),
    "the same hash twice": (
        lambda request: changed(
            transaction_data_hashes=[request.transaction_data[0].digest(HashAlgorithm.SHA_256)] * 2
        )(request),
        Failure.CONFIRMATION_WRONG,
    ),
}


@pytest.mark.parametrize("name", LIES)
async def test_what_was_not_confirmed_once_is_refused(world: World, name: str) -> None:
    """
    VP-77, VP-51: each lie about the transaction ends the verification with its own code.
    """
    further, expected = LIES[name]
    question = await asked(world, PAYMENT)

    with pytest.raises(VerifierError) as caught:
        await answer(world, question, further)

    assert expected is caught.value.failure


async def test_the_twin_without_the_check_takes_every_lie(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    With the check switched off a payment nobody confirmed would be verified.
    """
    monkeypatch.setattr(verification, "check_confirmed", lambda *_: ())
    question = await asked(world, PAYMENT)

    await answer(world, question, lambda _: {})

    assert "verified" == (await world.state(question))["state"]


async def test_a_confirmation_nobody_asked_for_is_refused(world: World) -> None:
    """
    A key binding that confirms something is not taken for one that confirms nothing.
    """
    question = await asked(world)
    with pytest.raises(VerifierError) as caught:
        await answer(world, question, lambda _: {"adult": {"transaction_data_hashes": ["A" * 43]}})
    assert Failure.CONFIRMATION_UNEXPECTED is caught.value.failure


@pytest.mark.parametrize(
    ("wrong", "failure"),
    [
        ({"type": "urn:example:unknown"}, Failure.TRANSACTION_NOT_REGISTERED),
        ({"amount": "-1"}, Failure.TRANSACTION_INVALID),
        ({"tip": "1"}, Failure.TRANSACTION_INVALID),
        ({"type": None}, Failure.TRANSACTION_INVALID),
        ({"credential_ids": ["nobody"]}, Failure.TRANSACTION_INVALID),
        ({"transaction_data_hashes_alg": ["md5"]}, Failure.TRANSACTION_INVALID),
        ({"payee": "a" * 9000}, Failure.TRANSACTION_INVALID),
    ],
)
async def test_what_is_not_registered_or_defined_is_not_asked(
    world: World, wrong: JsonObject, failure: Failure
) -> None:
    """
    A desk asks only for transactions of a registered type that every wallet can show.
    """
    with pytest.raises(VerifierError) as caught:
        await asked(world, PAYMENT | wrong)
    assert failure is caught.value.failure


async def test_more_than_can_be_confirmed_is_not_asked(world: World) -> None:
    """
    Nine transactions at once, or the same one twice, are the caller's mistake.
    """
    nine = tuple({**PAYMENT, "amount": str(number)} for number in range(9))
    for wished in (nine, (PAYMENT, PAYMENT)):
        with pytest.raises(VerifierError) as caught:
            await asked(world, *wished)
        assert Failure.TRANSACTION_INVALID is caught.value.failure


async def test_a_purpose_without_transactions_asks_for_none(world: World) -> None:
    """
    The shop may check an age; confirming a payment is not registered for it.
    """
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.ask_profile("adult-check", replace(Wish(), transactions=(PAYMENT,)))
    assert Failure.TRANSACTION_NOT_REGISTERED is caught.value.failure
