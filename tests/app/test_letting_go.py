"""A certificate that its holder lets go of while a new one is under way, in both orders."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.clerks import OPERATOR
from issuers.issuance.book import Delivery
from issuers.offers.offer import Order
from issuers.store.deferral_tables import transactions, waiting_orders
from tests.app.life import CITIZEN, Life
from tests.app.test_lost_wallet import events, moved, worked
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.kept.outbox import Stage
from wallet.kept.vault import Vault, open_vault
from wallet.lasting import succeeding
from wallet.lasting.losses import LISTED, Return
from wallet.lasting.renewing import Renewed
from wallet.store import OutboxStore, WalletStore, tables
from web.errors import Party

Act = Callable[[Life, str], Awaitable[object]]


async def delete_it(alive: Life, credential_id: str) -> object:
    await alive.wallets.delete(HOLDER, credential_id)
    return None


async def lose_all(alive: Life, _: str) -> object:
    return await alive.lives.lose(HOLDER)


async def vault_of(alive: Life) -> Vault:
    ports = alive.ports
    return await open_vault(ports.shelf, ports.store_key, HOLDER, ports.entropy)


async def deliveries(alive: Life) -> list[Delivery]:
    """What the issue book knows became of the demo citizen's certificates, the latest first."""
    await alive.settle()
    kept = await alive.issuers.issuers.desk.certificates_of(CITIZEN)
    return [each.delivery for each in kept]


async def waited(alive: Life) -> str:
    """Let the citizen's certificate be renewed by an issuer that makes the new one later."""
    order = Order(kind="resident-register", citizen=CITIZEN, needs_decision=True)
    offered = await alive.issuers.issuers.desk.offer(order, OPERATOR)
    await alive.wallets.accept(HOLDER, offered.credential_offer_uri)
    await approved(alive)
    assert 1 == await worked(alive)
    (held,) = await alive.wallets.credentials(HOLDER)
    async with alive.issuers.engine.begin() as connection:
        await connection.execute(delete(transactions))
        await connection.execute(delete(waiting_orders))
    assert (await alive.lives.renew(HOLDER, held.id)).is_preparing
    return held.id


async def approved(alive: Life) -> None:
    decisions = alive.issuers.issuers.desk.decisions
    (waiting,) = await decisions.queue(OPERATOR)
    await decisions.approve(waiting.number, OPERATOR)
    alive.move(minutes=2)


async def stages(alive: Life) -> list[Stage]:
    return [each.stage for each in await alive.ports.outbox.all(HOLDER)]


@pytest.mark.parametrize("act", [delete_it, lose_all])
async def test_what_is_let_go_while_it_is_renewed_stays_gone(alive: Life, act: Act) -> None:
    """
    The new one is there when the old one goes: it is not kept, its issuer hears of it, and what
    was issued is revoked, because nobody has its key.
    """
    credential_id = await alive.receive()
    await moved(alive)
    alive.meanwhile["credential"] = lambda: act(alive, credential_id)
    with pytest.raises(WalletError) as caught:
        await alive.lives.renew(HOLDER, credential_id)
    # What is lost is revoked by now: so says the status list, before the wallet looks.
    is_lost = act is lose_all
    expected = "credential_revoked" if is_lost else "unknown_credential"
    assert expected == caught.value.failure
    assert Delivery.DELETED in await deliveries(alive) or is_lost
    alive.move(seconds=11)
    await worked(alive)

    assert () == await alive.wallets.credentials(HOLDER)
    assert "renewed" not in await events(alive)
    assert ["revoked", "revoked"] == await alive.states()
    assert 0 == await worked(alive)
    lost = [Return.TAKEN_BACK] if is_lost else []
    assert lost == [loss.ended for loss in await alive.lives.losses(HOLDER)]


async def test_a_deletion_deletes_what_was_renewed_a_moment_ago(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The other order: the new one is kept between look and deletion. It goes, and it is the one
    that the issuer hears of.
    """
    credential_id = await alive.receive()
    await moved(alive)
    take, tries = WalletStore.take, 0

    async def late(store: WalletStore, *boxes: object) -> bool:
        nonlocal tries
        tries += 1
        if tries == 1:
            await alive.lives.renew(HOLDER, credential_id)
        return await take(store, *boxes)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(WalletStore, "take", late)
    await alive.wallets.delete(HOLDER, credential_id)

    assert () == await alive.wallets.credentials(HOLDER)
    assert [Delivery.DELETED, Delivery.ACCEPTED] == await deliveries(alive)
    assert {"deleted", "renewed", "received"} == set(await events(alive))


async def test_a_loss_takes_back_what_was_renewed_a_moment_ago(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The new one is kept between look and destruction: it is destroyed, and all of it revoked.
    """
    credential_id = await alive.receive()
    await moved(alive)
    begin_for, tries = OutboxStore.begin_for, 0

    async def late(store: OutboxStore, *things: object) -> bool:
        nonlocal tries
        tries += 1
        if tries == 1:
            await alive.lives.renew(HOLDER, credential_id)
        return await begin_for(store, *things)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(OutboxStore, "begin_for", late)
    (loss,) = await alive.lives.lose(HOLDER)

    assert Return.TAKEN_BACK is loss.ended
    assert () == await alive.wallets.credentials(HOLDER)
    assert ["revoked", "revoked"] == await alive.states()
    assert 1 == (await events(alive)).count("lost")


async def test_a_renewal_keeps_what_its_holder_set_meanwhile(alive: Life) -> None:
    """
    The switch is thrown and a copy is shown while the new one comes: it comes with the switch.
    """
    credential_id = await alive.receive()
    await moved(alive)

    async def throw() -> None:
        await alive.lives.keep_fresh(HOLDER, credential_id, is_on=True)

    alive.meanwhile["credential"] = throw
    await alive.lives.renew(HOLDER, credential_id)

    assert (await alive.held(credential_id)).keeps_fresh
    assert "renewed" in await events(alive)


async def test_of_two_renewals_the_first_is_kept(alive: Life) -> None:
    """
    A process that was taken for dead comes back: what another has kept by then stays.
    """
    credential_id = await alive.receive()
    await moved(alive)
    kept = []

    async def again() -> None:
        async with _engine(alive).begin() as connection:
            await connection.execute(delete(tables.turns))
        await alive.lives.renew(HOLDER, credential_id)
        kept.append((await alive.held(credential_id)).text)

    alive.meanwhile["credential"] = again
    assert Renewed(credential_id) == await alive.lives.renew(HOLDER, credential_id)

    assert kept == [(await alive.held(credential_id)).text]
    assert 1 == (await events(alive)).count("renewed")
    assert 0 == await worked(alive)


@pytest.mark.parametrize("act", [delete_it, lose_all])
async def test_what_is_let_go_is_waited_for_no_more(alive: Life, act: Act) -> None:
    """
    Days later an officer approves: nothing is fetched, the grant ended long before.
    """
    credential_id = await waited(alive)
    await act(alive, credential_id)
    assert () == await alive.wallets.preparing(HOLDER)
    alive.move(seconds=11)
    await worked(alive)

    assert [Stage.DONE] == list(dict.fromkeys(await stages(alive)))
    assert () == await alive.wallets.credentials(HOLDER)
    assert ["revoked"] == await alive.states()


@pytest.mark.parametrize("act", [delete_it, lose_all])
async def test_what_arrives_for_what_is_gone_is_not_kept(alive: Life, act: Act) -> None:
    """
    It is deleted at the very moment that the new one is fetched.
    """
    credential_id = await waited(alive)
    await approved(alive)
    alive.meanwhile["deferred"] = lambda: act(alive, credential_id)
    await worked(alive)
    assert () == await alive.wallets.credentials(HOLDER)
    assert Delivery.DELETED in await deliveries(alive) or act is lose_all
    alive.move(seconds=11)
    await worked(alive)

    assert {"revoked"} == set(await alive.states())
    assert "renewed" not in await events(alive)


async def test_another_certificate_of_the_same_grant_stays(alive: Life) -> None:
    """
    An offer of several gives one refresh token: it is not ended under the one that stays.
    """
    credential_id = await alive.receive()
    sibling = replace(await alive.held(credential_id), id="sibling")
    vault = await vault_of(alive)
    box = vault.seal(BoxKind.CREDENTIAL, "sibling", sibling.received_at, sibling.as_dict())
    await alive.ports.shelf.put(box)
    alive.meanwhile["credential"] = lambda: delete_it(alive, credential_id)
    with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
        await alive.lives.renew(HOLDER, credential_id)
    alive.move(seconds=11)

    assert 0 == await worked(alive)
    assert ["valid"] == await alive.states()


async def test_what_is_being_prepared_is_lost_too(alive: Life) -> None:
    """
    A certificate that never came is listed with the others, and its grant is ended.
    """
    order = Order(kind="resident-register", citizen=CITIZEN, needs_decision=True)
    offered = await alive.issuers.issuers.desk.offer(order, OPERATOR)
    await alive.wallets.accept(HOLDER, offered.credential_offer_uri)
    await approved(alive)
    alive.meanwhile["deferred"] = lambda: alive.lives.lose(HOLDER)
    await worked(alive)

    assert () == await alive.wallets.credentials(HOLDER)
    (loss,) = await alive.lives.losses(HOLDER)
    assert (Return.TAKEN_BACK, {}) == (loss.ended, loss.names)
    assert ["revoked"] == await alive.states()
    assert ["lost"] == await events(alive)


async def test_nothing_is_kept_for_a_holder_who_is_gone(alive: Life) -> None:
    """
    The account is wiped while an errand runs: nothing is kept, made anew or asked again.
    """
    credential_id = await waited(alive)
    await approved(alive)

    async def wipe() -> None:
        async with _engine(alive).begin() as connection:
            for table in (tables.holders, tables.errands, tables.turns, tables.boxes):
                await connection.execute(delete(table))

    alive.meanwhile["deferred"] = wipe
    await worked(alive)
    shelf = alive.ports.shelf

    assert await shelf.holder(HOLDER) is None
    assert await shelf.find(HOLDER, BoxKind.CREDENTIAL, credential_id) is None
    assert () == await shelf.all(HOLDER, BoxKind.HISTORY)
    assert {"revoked"} == set(await alive.states())
    assert 0 == await worked(alive)


@pytest.mark.parametrize("path", ["credential", "accepted"])
async def test_a_wiped_holder_gets_nothing_at_once_either(alive: Life, path: str) -> None:
    """
    The same while a certificate is renewed, or taken: what came is given back.
    """
    credential_id = await alive.receive() if path == "credential" else ""

    async def wipe() -> None:
        async with _engine(alive).begin() as connection:
            for table in (tables.holders, tables.errands, tables.turns, tables.boxes):
                await connection.execute(delete(table))

    alive.meanwhile["credential"] = wipe
    if credential_id:
        with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
            await alive.lives.renew(HOLDER, credential_id)
    else:
        with refused(WalletFailure.STORAGE_BROKEN, Party.WALLET):
            await alive.receive()

    assert () == await alive.ports.shelf.all(HOLDER, BoxKind.CREDENTIAL)
    assert () == await alive.ports.outbox.all(HOLDER)
    assert ["revoked"] == await alive.states()


async def test_errands_of_nobody_are_forgotten(alive: Life) -> None:
    """
    What is left of a holder who is gone stands in nobody's way.
    """
    await waited(alive)
    async with _engine(alive).begin() as connection:
        await connection.execute(delete(tables.holders))
    alive.move(minutes=5)
    await worked(alive)

    assert () == await alive.ports.outbox.all(HOLDER)
    assert await alive.ports.shelf.holder(HOLDER) is None


async def test_an_errand_begun_by_an_earlier_release_replaces_what_is_there(
    alive: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    H99: it does not say which copies it was asked for.
    """
    monkeypatch.setattr(succeeding, "generation_of", lambda _: "another")
    with monkeypatch.context() as earlier:
        earlier.setattr("wallet.lasting.renewing.generation_of", lambda _: "")
        credential_id = await waited(alive)
    before = await alive.held(credential_id)
    await approved(alive)
    await worked(alive)

    assert before.text != (await alive.held(credential_id)).text


# The list of what was lost


async def test_a_finished_loss_is_hidden_by_its_holder(alive: Life) -> None:
    """
    It leaves the list and not the history; what its issuer is asked about stays listed.
    """
    await alive.receive()
    alive.unreachable = True
    (loss,) = await alive.lives.lose(HOLDER)
    with refused(WalletFailure.LOSS_UNFINISHED, Party.CALLER):
        await alive.lives.hide_loss(HOLDER, loss.id)
    alive.unreachable = False
    alive.move(minutes=1)
    await worked(alive)
    with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
        await alive.lives.hide_loss("jun", loss.id)
    await alive.lives.hide_loss(HOLDER, loss.id)

    assert () == await alive.lives.losses(HOLDER)
    with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
        await alive.lives.hide_loss(HOLDER, loss.id)
    assert ["lost", "received"] == await events(alive)


async def test_a_finished_loss_is_listed_for_ninety_days(alive: Life) -> None:
    """
    Then nothing of it can be good any more; the history keeps it.
    """
    await alive.receive()
    await alive.lives.lose(HOLDER)
    alive.move(days=LISTED.days - 1)
    assert 1 == len(await alive.lives.losses(HOLDER))
    alive.move(days=1)

    assert () == await alive.lives.losses(HOLDER)
    assert "lost" in await events(alive)


def _engine(alive: Life) -> AsyncEngine:
    shelf = alive.ports.shelf
    assert isinstance(shelf, WalletStore)
    return shelf._engine
