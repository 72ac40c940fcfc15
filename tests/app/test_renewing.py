"""Renewing a certificate: wallet and authority together, and what may go wrong between them."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete

from issuers.authorization import grants
from issuers.clerks import OPERATOR
from issuers.issuance.refusals import Stage
from issuers.offers.offer import Order
from issuers.ports import Change
from issuers.status.standing import Action
from issuers.store.deferral_tables import transactions, waiting_orders
from tests.app.life import CITIZEN, Life
from tests.issuers.world import REGISTRY
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER
from wallet.consents import Consents
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import open_vault
from wallet.status.freshness import Due, freshness_of
from wallet.status.states import CredentialState
from web.errors import Party

SPOUSE = "c0000000-1"
ADDRESS = "서울특별시 중구 세종대로 110"


async def moved(alive: Life) -> None:
    """Let the citizen's household move, a day later."""
    alive.move(days=1)
    desk = alive.issuers.issuers.desk
    await desk.registry.report_move(CITIZEN, ADDRESS, date(2026, 11, 22), "전입", OPERATOR)


async def events(alive: Life) -> list[object]:
    return [each["event"] for each in await alive.wallets.history(HOLDER)]


async def test_further_copies_replace_those_that_were_shown(alive: Life) -> None:
    """
    While it is good and the record says the same: one entry in the book, new copies and keys, the
    same certificate under the same id, and a line in the history.
    """
    credential_id = await alive.receive()
    before = await alive.held(credential_id)
    answer = await alive.lives.renew(HOLDER, credential_id)
    after = await alive.held(credential_id)

    assert {"credential_id": credential_id, "state": "renewed"} == answer.as_dict()
    assert ["valid"] == await alive.states()
    assert 3 == len(after.copies)
    assert not {copy.text for copy in before.copies} & {copy.text for copy in after.copies}
    assert before.expires_at == after.expires_at
    assert after.renewal is not None
    assert ["renewed", "received"] == await events(alive)


async def test_an_overtaken_certificate_gives_way_to_a_new_one(alive: Life) -> None:
    """
    The household moved: a new issue number, the old one outdated, the new address in the wallet.
    """
    credential_id = await alive.receive()
    await moved(alive)
    states = await alive.wallets.states([await alive.held(credential_id)])
    assert CredentialState.OUTDATED is states[credential_id]
    await alive.lives.renew(HOLDER, credential_id)
    alive.forget_lists()

    renewed = await alive.held(credential_id)
    assert ["valid", "outdated"] == await alive.states()
    assert ADDRESS in str(renewed.content.claims)
    assert 1 == len(await alive.wallets.credentials(HOLDER))
    states = await alive.wallets.states([renewed])
    assert CredentialState.VALID is states[credential_id]


async def test_an_expired_certificate_is_renewed(alive: Life) -> None:
    """
    Its end is no end of the order: a year long a tap brings a new one.
    """
    credential_id = await alive.receive()
    alive.move(days=100)
    await alive.lives.renew(HOLDER, credential_id)

    assert not (await alive.held(credential_id)).is_expired(alive.wallet.clock.now)
    assert ["valid", "expired"] == await alive.states()


async def test_of_fifty_renewals_at_once_one_is_made(alive: Life) -> None:
    """
    R15: fifty taps, one new certificate; the others are told that it is under way, or the result.
    """
    credential_id = await alive.receive()
    await moved(alive)
    tries = (alive.lives.renew(HOLDER, credential_id) for _ in range(50))
    ends = await asyncio.gather(*tries, return_exceptions=True)

    assert ["valid", "outdated"] == await alive.states()
    told = [end for end in ends if isinstance(end, WalletError)]
    assert {WalletFailure.RENEWAL_IN_PROGRESS} >= {error.failure for error in told}
    assert len(told) < 50
    assert len(told) + (await events(alive)).count("renewed") <= 50
    assert 1 == len(await alive.wallets.credentials(HOLDER))


@pytest.mark.parametrize("path", ["token", "credential"])
async def test_an_answer_that_is_lost_costs_nothing(alive: Life, path: str) -> None:
    """
    H56: whatever dies between refresh and keep: the old one stays, and a retry is one act.
    """
    credential_id = await alive.receive()
    before = await alive.held(credential_id)
    await moved(alive)
    alive.lost.add(path)
    with refused(WalletFailure.ISSUER_UNREACHABLE, Party.NETWORK):
        await alive.lives.renew(HOLDER, credential_id)
    assert before.text == (await alive.held(credential_id)).text
    alive.lost.clear()
    await alive.lives.renew(HOLDER, credential_id)

    assert ["valid", "outdated"] == await alive.states()
    assert before.text != (await alive.held(credential_id)).text


async def test_what_was_not_kept_was_not_renewed(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    H56: the wallet dies right before it keeps: nothing is replaced, and later all of it is.
    """
    credential_id = await alive.receive()
    before = await alive.held(credential_id)
    shelf = type(alive.ports.shelf)

    async def dies(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(shelf, "finish_turn", dies)
        with pytest.raises(ConnectionError):
            await alive.lives.renew(HOLDER, credential_id)
    assert before.text == (await alive.held(credential_id)).text
    await alive.lives.renew(HOLDER, credential_id)

    assert ["valid"] == await alive.states()
    assert ["renewed", "received"] == await events(alive)


@pytest.mark.parametrize("action", [Action.REVOKE, Action.SUSPEND], ids=str)
async def test_what_an_officer_took_back_is_not_renewed(alive: Life, action: Action) -> None:
    """
    H88: refused and told, in the history too; suspended then released it is renewed again.
    """
    credential_id = await alive.receive()
    (kept,) = await alive.issuers.issuers.desk.certificates_of(CITIZEN)
    number, desk = kept.certificate.number, alive.issuers.issuers.desk
    await desk.change(Change(number, action, "조사", OPERATOR))
    with refused(WalletFailure.RENEWAL_DENIED, Party.ISSUER):
        await alive.lives.renew(HOLDER, credential_id)
    entry = (await alive.wallets.history(HOLDER))[0]
    assert ("failed", "renewal_denied") == (entry["event"], entry["reason"])

    if action is Action.SUSPEND:
        await desk.change(Change(number, Action.REINSTATE, "끝", OPERATOR))
        await alive.lives.renew(HOLDER, credential_id)
        assert ["valid"] == await alive.states()


async def test_what_is_prepared_takes_the_old_ones_place(alive: Life) -> None:
    """
    An issuer may make the new one later: the old one stays until it comes, under the same id.
    """
    desk = alive.issuers.issuers.desk
    order = Order(kind="resident-register", citizen=CITIZEN, needs_decision=True)
    offered = await desk.offer(order, OPERATOR)
    assert 1 == (await alive.wallets.accept(HOLDER, offered.credential_offer_uri)).preparing
    await approved(alive)
    (before,) = await alive.wallets.credentials(HOLDER)
    async with alive.issuers.engine.begin() as connection:
        await connection.execute(delete(transactions))
        await connection.execute(delete(waiting_orders))
    await alive.lives.keep_fresh(HOLDER, before.id, is_on=True)
    answer = await alive.lives.renew(HOLDER, before.id)
    assert {"credential_id": before.id, "state": "preparing"} == answer.as_dict()
    assert before.text == (await alive.held(before.id)).text
    await approved(alive)

    after = await alive.held(before.id)
    assert before.text != after.text
    assert after.keeps_fresh
    assert 1 == len(await alive.wallets.credentials(HOLDER))
    assert "renewed" in await events(alive)


async def approved(alive: Life) -> None:
    """Let an officer approve what waits, and the wallet ask again a while later."""
    decisions = alive.issuers.issuers.desk.decisions
    (waiting,) = await decisions.queue(OPERATOR)
    await decisions.approve(waiting.number, OPERATOR)
    alive.move(minutes=2)
    await Consents(alive.ports).run_errands()


async def test_a_token_that_was_turned_is_kept_first(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A strange server gives another refresh token each time: it is kept before the wire breaks.
    """
    monkeypatch.setattr(grants.Granting, "again", grants.Granting.first)
    credential_id = await alive.receive()
    before = (await alive.held(credential_id)).renewal
    alive.lost.add("credential")
    with refused(WalletFailure.ISSUER_UNREACHABLE, Party.NETWORK):
        await alive.lives.renew(HOLDER, credential_id)
    turned = (await alive.held(credential_id)).renewal

    assert before is not None
    assert turned is not None
    assert before.refresh_token != turned.refresh_token


async def test_what_is_not_made_any_more_is_not_renewed(alive: Life) -> None:
    """
    The issuer's metadata name no such type: told, and nothing is asked.
    """
    credential_id = await alive.receive()
    ports = alive.ports
    vault = await open_vault(ports.shelf, ports.store_key, HOLDER, ports.entropy)
    held = replace(await alive.held(credential_id), vct=f"{REGISTRY}/types/gone/1")
    box = vault.seal(BoxKind.CREDENTIAL, held.id, held.received_at, held.as_dict())
    await ports.shelf.put(box)
    copies = held.copies
    asked = len(alive.wallet.network.asked)

    with refused(WalletFailure.RENEWAL_DENIED, Party.ISSUER):
        await alive.lives.renew(HOLDER, credential_id)

    paths = [urlsplit(each.url).path for each in alive.wallet.network.asked[asked:]]
    assert [] == [path for path in paths if path.endswith(("/token", "/credential"))]
    assert copies == (await alive.held(credential_id)).copies
    assert ["valid"] == await alive.states()


async def test_who_may_not_have_it_any_more_is_told_why(alive: Life) -> None:
    """
    Entitlement is asked anew: refused, the old one stays what it is, and the authority tells why.
    """
    credential_id = await alive.receive(about=SPOUSE)
    desk = alive.issuers.issuers.desk
    await desk.registry.restrict(SPOUSE, CITIZEN, OPERATOR)
    with refused(WalletFailure.RENEWAL_DENIED, Party.ISSUER):
        await alive.lives.renew(HOLDER, credential_id)

    assert ["valid"] == await alive.states()
    assert credential_id == (await alive.held(credential_id)).id
    (refusal,) = await desk.refusals.told(CITIZEN)
    assert Stage.ISSUE is refusal.stage


async def test_when_the_order_has_ended_the_holder_signs_in_again(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The refresh token has ended: told so, and a tap leads to the authority's sign-in.
    """
    monkeypatch.setattr(grants, "REFRESH_LIFE", timedelta(days=30))
    credential_id = await alive.receive()
    alive.move(days=31)
    with refused(WalletFailure.RENEWAL_OVER, Party.ISSUER):
        await alive.lives.renew(HOLDER, credential_id)
    needed = await alive.lives.begin_anew(HOLDER, credential_id)

    assert needed.url.startswith(f"{REGISTRY}/authorize?")


async def test_a_wallet_nobody_knows_gets_nothing_to_renew_with(alive: Life) -> None:
    """
    An anonymous wallet's token is bound to no client; it still comes again with its key alone.
    """
    alive.wallet.provider = None
    alive.forget_lists()
    credential_id = await alive.receive()
    await alive.lives.renew(HOLDER, credential_id)

    assert ["valid"] == await alive.states()


async def test_copies_run_out_and_are_renewed(alive: Life) -> None:
    """
    Each use takes the copy used least; when one in three is left it is time for new ones.
    """
    credential_id = await alive.receive()
    held = await alive.held(credential_id)
    now = alive.wallet.clock.now
    fresh = freshness_of(held, CredentialState.VALID, now)
    assert (None, 3, 3) == (fresh.due, fresh.unshown, fresh.copies)
    assert fresh.is_renewable
    once = held.used()
    assert Due.COPIES is not freshness_of(once, CredentialState.VALID, now).due
    assert held.text != once.text
    twice = once.used()

    assert Due.COPIES is freshness_of(twice, CredentialState.VALID, now).due


async def test_another_holder_renews_nothing(alive: Life) -> None:
    """
    H90: somebody else's id is answered like one that never was.
    """
    credential_id = await alive.receive()
    copies = (await alive.held(credential_id)).copies
    asked = len(alive.wallet.network.asked)
    answers = []
    for unknown in (credential_id, "0" * len(credential_id)):
        with pytest.raises(WalletError) as caught:
            await alive.lives.renew("jun", unknown)
        answers.append((caught.value.failure, caught.value.party, caught.value.detail))

    assert WalletFailure.UNKNOWN_CREDENTIAL is answers[0][0]
    assert answers[0] == answers[1]
    assert asked == len(alive.wallet.network.asked)
    assert copies == (await alive.held(credential_id)).copies
