"""A wallet comes again with its refresh token: more of the same, or something new."""

from datetime import date
from typing import Any

import pytest

from issuers.clerks import OPERATOR
from issuers.issuance.book import CertificateState
from issuers.ports import Change
from issuers.status.standing import Action
from keys.strict_json import loads_object
from standards.sd_jwt.parse import parse_sd_jwt
from tests.issuers.strange_wallet import StrangeWallet, wallet_at
from tests.issuers.world import World


async def taken(wallet: StrangeWallet, tokens: Any) -> Any:
    """Take one copy with the access token of an answer; return what it states openly."""
    answer = await wallet.ask(tokens["access_token"])
    assert 200 == answer.status_code, answer.text
    (entry,) = answer.json()["credentials"]
    return loads_object(parse_sd_jwt(entry["credential"]).issuer.payload)


async def again(wallet: StrangeWallet, tokens: Any) -> Any:
    """Refresh, and take one copy more."""
    answer = await wallet.refresh(tokens["refresh_token"])
    assert 200 == answer.status_code, answer.text
    assert "refresh_token" not in answer.json()
    return await taken(wallet, answer.json())


async def states(world: World) -> list[CertificateState]:
    """The book of the demo citizen, the latest first."""
    return [kept.state for kept in await world.issuers.desk.certificates_of("demo")]


async def test_further_copies_are_of_the_same_certificate(world: World) -> None:
    """
    As long as it is good and the record says the same: same dates, one entry in the book.
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens()
    first = await taken(wallet, tokens)
    world.clock.move(days=20)
    second = await again(wallet, tokens)

    assert (first["iat"], first["exp"]) == (second["iat"], second["exp"])
    assert first["status"] != second["status"]
    assert [CertificateState.VALID] == await states(world)


async def test_what_the_register_changed_is_issued_anew(world: World) -> None:
    """
    After a move the old certificate is outdated; the wallet gets one with a number of its own.
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens()
    await taken(wallet, tokens)
    world.clock.move(days=1)
    await world.issuers.desk.registry.report_move(
        "demo", "서울특별시 중구 세종대로 110", date(2026, 11, 22), "전입", OPERATOR
    )
    second = await again(wallet, tokens)
    third = await again(wallet, tokens)

    assert [CertificateState.VALID, CertificateState.OUTDATED] == await states(world)
    assert second["exp"] == third["exp"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (59, [CertificateState.VALID]),
        (61, [CertificateState.VALID, CertificateState.OUTDATED]),
        (100, [CertificateState.VALID, CertificateState.EXPIRED]),
    ],
    ids=["most of its life", "its last third", "after its end"],
)
async def test_a_certificate_is_replaced_before_its_end(
    world: World, days: int, expected: list[CertificateState]
) -> None:
    """
    Ninety days of validity: copies for sixty, then a new one supersedes it (status 0x03).
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens()
    await taken(wallet, tokens)
    world.clock.move(days=days)
    await again(wallet, tokens)

    assert expected == await states(world)


@pytest.mark.parametrize("action", [Action.REVOKE, Action.SUSPEND], ids=str)
async def test_what_an_officer_took_back_is_not_given_again(world: World, action: Action) -> None:
    """
    A refresh token does not undo a revocation.
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens()
    await taken(wallet, tokens)
    (kept,) = await world.issuers.desk.certificates_of("demo")
    await world.issuers.desk.change(Change(kept.certificate.number, action, "분실", OPERATOR))
    renewed = (await wallet.refresh(tokens["refresh_token"])).json()
    answer = await wallet.ask(renewed["access_token"])

    assert 400 == answer.status_code
    assert "credential_request_denied" == answer.json()["error"]


async def test_a_bearer_token_brings_no_new_certificate(world: World) -> None:
    """
    Only who proves a key comes again without the citizen: after a move the old order ends.
    """
    access = await world.access()
    body = await world.request(world.prove(await world.nonce()))
    assert 200 == (await world.ask(access, body)).status_code
    await world.issuers.desk.registry.report_move(
        "demo", "서울특별시 중구 세종대로 110", date(2026, 11, 22), "전입", OPERATOR
    )
    body = await world.request(world.prove(await world.nonce()))
    answer = await world.ask(access, body)

    assert (400, "credential_request_denied") == (answer.status_code, answer.json()["error"])
    assert [CertificateState.OUTDATED] == await states(world)


async def test_a_year_later_the_citizen_is_asked_again(world: World) -> None:
    """
    The order ends with its refresh token; until then it is kept for whoever orders next.
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens()
    world.clock.move(days=364)
    await world.order()
    assert 200 == (await wallet.refresh(tokens["refresh_token"])).status_code
    world.clock.move(days=1)

    answer = await wallet.refresh(tokens["refresh_token"])
    assert (400, "invalid_grant") == (answer.status_code, answer.json()["error"])


async def test_each_certificate_gives_way_to_the_next(world: World) -> None:
    """
    Again and again within the year: each has a number of its own and outdates the one before.
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens()
    await taken(wallet, tokens)
    for _ in range(2):
        world.clock.move(days=61)
        await again(wallet, tokens)

    kept = await world.issuers.desk.certificates_of("demo")
    assert 3 == len({each.certificate.number for each in kept})
    expected = [CertificateState.VALID, CertificateState.OUTDATED, CertificateState.EXPIRED]
    assert expected == [each.state for each in kept]
