"""What the wallet does by itself for a certificate, and what it does when a device is lost."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from issuers.authorization import grants
from issuers.clerks import OPERATOR
from standards.oauth.metadata import AuthorizationServerMetadata
from tests.app.life import CITIZEN, Life
from tests.issuers.world import REGISTRY
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER
from wallet.consents import Consents
from wallet.errors import WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.kept.outbox import LONGEST_WAIT
from wallet.kept.vault import open_vault
from wallet.lasting.losses import Return
from wallet.pages.losing import SIGNS
from wallet.presenting.choosing import Disclosing
from wallet.presenting.using import note_use
from web.errors import Party

ADDRESS = "서울특별시 중구 세종대로 110"


async def worked(alive: Life) -> int:
    """Let the worker have a turn."""
    return await Consents(alive.ports).run_errands()


async def events(alive: Life) -> list[object]:
    return [each["event"] for each in await alive.wallets.history(HOLDER)]


async def moved(alive: Life) -> None:
    alive.move(days=1)
    desk = alive.issuers.issuers.desk
    await desk.registry.report_move(CITIZEN, ADDRESS, date(2026, 11, 22), "전입", OPERATOR)


# Kept fresh


async def test_a_certificate_is_kept_fresh_without_its_holder(alive: Life) -> None:
    """
    Off by default; once it is on, the wallet looks again and again and renews what is outdated.
    """
    credential_id = await alive.receive()
    assert not (await alive.held(credential_id)).keeps_fresh
    assert 0 == await worked(alive)
    await alive.lives.keep_fresh(HOLDER, credential_id, is_on=True)
    assert 1 == await worked(alive)
    assert ["received"] == await events(alive)
    await moved(alive)
    assert 1 == await worked(alive)

    renewed = await alive.held(credential_id)
    assert renewed.keeps_fresh
    assert ADDRESS in str(renewed.content.claims)
    assert ["renewed", "received"] == await events(alive)
    assert 0 == await worked(alive)


async def test_a_switch_can_be_turned_off_and_on_again(alive: Life) -> None:
    """
    Off ends the errand when it comes back; on again begins it anew.
    """
    credential_id = await alive.receive()
    for is_on in (True, False):
        await alive.lives.keep_fresh(HOLDER, credential_id, is_on=is_on)
    assert 1 == await worked(alive)
    await moved(alive)
    assert 0 == await worked(alive)
    await alive.lives.keep_fresh(HOLDER, credential_id, is_on=True)

    assert 1 == await worked(alive)
    assert "renewed" in await events(alive)


async def test_what_is_refused_is_noted_once_and_tried_again(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Out of reach tells nothing; an order that has ended is told once, however often it is tried.
    """
    monkeypatch.setattr(grants, "REFRESH_LIFE", timedelta(days=30))
    credential_id = await alive.receive()
    await alive.lives.keep_fresh(HOLDER, credential_id, is_on=True)
    await worked(alive)
    alive.move(days=88)
    alive.unreachable = True
    assert 1 == await worked(alive)
    assert ["received"] == await events(alive)
    alive.unreachable = False
    for _ in range(3):
        alive.wallet.clock.now += LONGEST_WAIT
        assert 1 == await worked(alive)

    assert ["failed", "received"] == await events(alive)


async def test_copies_that_run_out_hurry_the_errand(alive: Life) -> None:
    """
    A copy was shown: the wallet looks at once instead of hours later, and renews the last but one.
    """
    credential_id = await alive.receive()
    await alive.lives.keep_fresh(HOLDER, credential_id, is_on=True)
    await worked(alive)
    ports = alive.ports
    vault = await open_vault(ports.shelf, ports.store_key, HOLDER, ports.entropy)
    shown = []
    for _ in range(2):
        credential = await alive.held(credential_id)
        shown.append(credential.text)
        await note_use((Disclosing("q", credential, ()),), ports=ports, vault=vault)
        await worked(alive)

    assert 2 == len(set(shown))
    fresh = await alive.held(credential_id)
    assert [0, 0, 0] == [copy.uses for copy in fresh.copies]
    assert ["renewed", "received"] == await events(alive)


async def test_only_what_can_be_renewed_is_kept_fresh(alive: Life) -> None:
    """
    An issuer that gave nothing to renew it with is asked by its holder.
    """
    credential_id = await alive.receive()
    held = await alive.held(credential_id)
    ports = alive.ports
    vault = await open_vault(ports.shelf, ports.store_key, HOLDER, ports.entropy)
    without = replace(held, renewal=None)
    box = vault.seal(BoxKind.CREDENTIAL, held.id, held.received_at, without.as_dict())
    await ports.shelf.put(box)

    with refused(WalletFailure.RENEWAL_NEEDS_SIGN_IN, Party.CALLER):
        await alive.lives.keep_fresh(HOLDER, credential_id, is_on=True)
    with refused(WalletFailure.RENEWAL_NEEDS_SIGN_IN, Party.CALLER):
        await alive.lives.renew(HOLDER, credential_id)
    (loss,) = await alive.lives.lose(HOLDER)
    assert Return.TELL_ISSUER is loss.ended


# Lost


async def test_everything_is_destroyed_and_taken_back(alive: Life) -> None:
    """
    The keys are gone, every issuer has revoked its own, and what is told holds no secret.
    """
    first = await alive.receive()
    second = await alive.receive(kind="tax-payment")
    refresh = (await alive.held(first)).renewal
    assert refresh is not None
    losses = await alive.lives.lose(HOLDER)

    assert {first, second} == {loss.id for loss in losses}
    assert {Return.TAKEN_BACK} == {loss.ended for loss in losses}
    assert [] == [*await alive.wallets.credentials(HOLDER)]
    assert ["revoked", "revoked"] == await alive.states()
    assert ["lost", "lost"] == (await events(alive))[:2]
    assert refresh.refresh_token not in repr(losses) + str([loss.told() for loss in losses])
    needed = await alive.lives.get_again(HOLDER, first)
    assert needed.url.startswith(f"{REGISTRY}/authorize?")
    with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
        await alive.lives.get_again("jun", first)


async def test_an_issuer_out_of_reach_is_asked_until_it_answers(alive: Life) -> None:
    """
    Nothing can be shown any more at once; the revocation follows, however often it is asked for.
    """
    await alive.receive()
    alive.unreachable = True
    (loss,) = await alive.lives.lose(HOLDER)
    assert (Return.ASKED, "valid") == (loss.ended, (await alive.states())[0])
    assert [] == [*await alive.wallets.credentials(HOLDER)]
    alive.move(minutes=1)
    assert 1 == await worked(alive)
    alive.unreachable = False
    alive.move(minutes=1)
    assert 1 == await worked(alive)

    (loss,) = await alive.lives.losses(HOLDER)
    assert (Return.TAKEN_BACK, ["revoked"]) == (loss.ended, await alive.states())
    assert None is loss.renewal


async def test_an_answer_that_is_lost_is_asked_for_again(alive: Life) -> None:
    """
    H56: the token is unknown by then, which is no error: what was to be revoked is.
    """
    await alive.receive()
    alive.lost.add("revoke")
    (loss,) = await alive.lives.lose(HOLDER)
    assert (Return.ASKED, ["revoked"]) == (loss.ended, await alive.states())
    alive.lost.clear()
    alive.move(minutes=1)
    await worked(alive)

    assert [Return.TAKEN_BACK] == [each.ended for each in await alive.lives.losses(HOLDER)]


async def test_many_taps_are_one_loss(alive: Life) -> None:
    """
    R15: twenty at once, one errand and one line of the history for each certificate.
    """
    await alive.receive()
    await asyncio.gather(*(alive.lives.lose(HOLDER) for _ in range(20)))

    assert 1 == len(await alive.lives.losses(HOLDER))
    assert ["lost", "received"] == await events(alive)
    assert ["revoked"] == await alive.states()


async def test_an_issuer_that_takes_nothing_back_is_named(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Without a revocation endpoint the holder is told to turn to the issuer.
    """
    await alive.receive()
    whole = AuthorizationServerMetadata.as_dict

    def without(metadata: AuthorizationServerMetadata) -> object:
        return {k: v for k, v in whole(metadata).items() if k != "revocation_endpoint"}

    monkeypatch.setattr(AuthorizationServerMetadata, "as_dict", without)
    (loss,) = await alive.lives.lose(HOLDER)

    assert (Return.TELL_ISSUER, ["valid"]) == (loss.ended, await alive.states())


def test_every_end_has_a_sign() -> None:
    """
    Nothing on the page is told by a colour alone.
    """
    assert set(Return) == set(SIGNS)
