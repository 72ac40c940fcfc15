"""Deleting a certificate, and telling its issuer what became of it (OpenID4VCI section 11)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from keys.strict_json import JsonObject
from standards.openid4vci.notification import NotificationEvent
from standards.sd_jwt_vc.issue import NewVc
from tests.wallet.issuer_of_test import NOTIFICATION_URI, IssuerOfTest, without_status
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, Asked, World, unchanged
from wallet.errors import WalletError, WalletFailure
from wallet.kept.holdings import HeldCredential
from wallet.outside import notifying
from wallet.outside.notifying import MAX_UNDER_WAY, NotificationPlace, Notifier
from wallet.outside.tokens import TokenInUse
from wallet.presenting.possible import Wish
from wallet.wallet import Wallets
from web.errors import Party
from web.outbound import Reply

ACCEPTED: JsonObject = {"notification_id": "n-1", "event": "credential_accepted"}
FAILED: JsonObject = {"notification_id": "n-1", "event": "credential_failure"}
DELETED: JsonObject = {"notification_id": "n-1", "event": "credential_deleted"}


@pytest.fixture
def wallets(world: World) -> Wallets:
    """One wallet service, whose notifications can be waited for."""
    return world.wallets


async def accepted(wallets: Wallets, issuer: IssuerOfTest) -> str:
    """Accept an offer of an issuer that wants to hear of it; the id of the certificate."""
    issuer.notification_id = "n-1"
    return (await wallets.accept(HOLDER, issuer.offer_uri())).credential_ids[0]


async def test_a_deleted_certificate_is_gone_and_its_history_stays(
    wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    The box with its key is destroyed; that it was here, and went, is still told.
    """
    credential_id = await accepted(wallets, issuer)

    await wallets.delete(HOLDER, credential_id)

    assert () == await wallets.credentials(HOLDER)
    with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
        await wallets.credential(HOLDER, credential_id)
    assert ["deleted", "received"] == [each["event"] for each in await wallets.history(HOLDER)]


async def test_a_receipt_outlives_its_certificate(
    world: World, wallets: Wallets, verifier: VerifierOfTest
) -> None:
    """
    What was shown stays shown: the proof of it does not go with the certificate.
    """
    outcome = await wallets.present(HOLDER, verifier.link, Wish())
    (credential,) = await wallets.credentials(HOLDER)

    await wallets.delete(HOLDER, credential.id)

    assert outcome.receipt is not None
    assert await wallets.receipt(HOLDER, outcome.receipt)


async def test_another_holders_certificate_is_not_there_to_delete(
    wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    H90: somebody else's id is answered like one that never was, and nothing happens.
    """
    credential_id = await accepted(wallets, issuer)

    for holder, name in (("jun", credential_id), (HOLDER, "never")):
        with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
            await wallets.delete(holder, name)

    assert 1 == len(await wallets.credentials(HOLDER))


async def test_of_many_deletions_at_once_one_is_done(
    wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    R15: two tabs and a double click: one entry in the history, one word to the issuer.
    """
    credential_id = await accepted(wallets, issuer)

    tries = (wallets.delete(HOLDER, credential_id) for _ in range(20))
    ends = await asyncio.gather(*tries, return_exceptions=True)
    await wallets.ports.notifier.settle()

    lost = [end.failure for end in ends if isinstance(end, WalletError)]
    assert [WalletFailure.UNKNOWN_CREDENTIAL] * 19 == lost
    assert 2 == len(await wallets.history(HOLDER))
    assert [ACCEPTED, DELETED] == issuer.notified


async def test_an_issuer_hears_what_was_kept_and_deleted(
    wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    VCI 11.1: accepted when it is stored, deleted when it goes, with the token of the issuance.
    """
    credential_id = await accepted(wallets, issuer)
    await wallets.ports.notifier.settle()
    assert [ACCEPTED] == issuer.notified

    await wallets.delete(HOLDER, credential_id)
    await wallets.ports.notifier.settle()

    assert [ACCEPTED, DELETED] == issuer.notified


async def test_an_issuer_hears_that_its_certificate_was_refused(
    wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    VCI 11.1: a certificate that fails our checks is not kept, and its issuer may know.
    """
    issuer.status = 1

    with refused(WalletFailure.CREDENTIAL_REVOKED):
        await accepted(wallets, issuer)
    await wallets.ports.notifier.settle()

    assert [FAILED] == issuer.notified
    assert () == await wallets.credentials(HOLDER)


async def test_an_issuer_that_gives_no_name_for_it_hears_nothing(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    Without a ``notification_id``, or without an address, there is nothing to say to anybody.
    """
    issuer.metadata = {"notification_endpoint": NOTIFICATION_URI}
    await wallets.accept(HOLDER, issuer.offer_uri())
    issuer.metadata = {"notification_endpoint": None}
    issuer.notification_id = "n-1"
    second = await wallets.accept(HOLDER, issuer.again())

    await wallets.delete(HOLDER, second.credential_ids[0])
    await wallets.ports.notifier.settle()

    assert [] == world.network.to(NOTIFICATION_URI)


async def test_an_issuer_that_does_not_listen_changes_nothing(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    Best effort: refused, unreachable, whatever it answers, the certificate is kept and deleted.
    """
    world.network.serve(NOTIFICATION_URI, lambda _: Reply(400, "text/html", b"<h1>no</h1>"))
    credential_id = await accepted(wallets, issuer)
    await wallets.ports.notifier.settle()
    world.network.unreachable.add("issuer.example")

    await wallets.delete(HOLDER, credential_id)
    await wallets.ports.notifier.settle()

    assert () == await wallets.credentials(HOLDER)
    assert 2 == len(world.network.to(NOTIFICATION_URI))


async def test_an_issuer_that_hangs_delays_nobody(
    world: World, wallets: Wallets, issuer: IssuerOfTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The certificate is there while the issuer still has not answered; then it is given up.
    """
    monkeypatch.setattr(notifying, "_SECONDS", 0.05)
    never = asyncio.Event()

    async def hang(_: Asked) -> Reply:
        await never.wait()
        raise AssertionError("never answered")

    world.network.serve(NOTIFICATION_URI, hang)

    async with asyncio.timeout(5):
        await accepted(wallets, issuer)
        assert 1 == len(await wallets.credentials(HOLDER))
        await wallets.ports.notifier.settle()


async def test_only_so_many_are_told_at_once(wallets: Wallets, world: World) -> None:
    """
    An issuer that hangs cannot fill the memory: at the limit a notification is left out.
    """
    notifier = Notifier()
    place = NotificationPlace(NOTIFICATION_URI, "n-1", TokenInUse("token"))

    for _ in range(MAX_UNDER_WAY + 1):
        notifier.tell(place, NotificationEvent.CREDENTIAL_DELETED, wallets.ports.asker())
    await notifier.settle()

    assert MAX_UNDER_WAY == len(world.network.to(NOTIFICATION_URI))


async def test_the_token_is_kept_sealed_and_shown_nowhere(
    wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    T23: an access token is a secret: in no text a log or a page could print.
    """
    credential_id = await accepted(wallets, issuer)
    credential = await wallets.credential(HOLDER, credential_id)

    shown = f"{credential!r} {credential.notification!r} {credential.shown()}"

    assert "access-token" not in shown
    assert credential.notification is not None
    assert "access-token" == credential.notification.token.access_token


@pytest.mark.parametrize("change", [unchanged, without_status])
async def test_a_box_of_the_first_release_still_opens(
    wallets: Wallets, issuer: IssuerOfTest, change: Callable[[NewVc], NewVc]
) -> None:
    """
    H99: what was kept before has no word of notifications, and says type and status once only.
    """
    issuer.change_new = change
    credential = await wallets.credential(HOLDER, await accepted(wallets, issuer))
    box = credential.as_dict()
    for name in ("notification", "vct", "status"):
        del box[name]

    opened = HeldCredential.parse(box)

    assert opened.notification is None
    assert (credential.vct, credential.status) == (opened.vct, opened.status)
    with pytest.raises(ValueError, match="notified"):
        HeldCredential.parse(box | {"notification": {"endpoint": 7}})


async def test_a_certificate_that_is_over_can_be_deleted(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    Tidying up is what deleting is for.
    """
    credential_id = await accepted(wallets, issuer)
    world.clock.now += issuer.lifetime + timedelta(days=1)

    await wallets.delete(HOLDER, credential_id)

    assert () == await wallets.credentials(HOLDER)
