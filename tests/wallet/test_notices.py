"""The notice is the one the terms hash, in the holder's language, or nothing is sent."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from consent.forms.notice import NoticeHashes
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import NOTICE, RESPONSE_URI, VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.labels import Language
from wallet.outside import notices
from wallet.presenting.possible import Wish
from web.errors import Party
from web.outbound import Reply

ADDRESS = "https://desk.example/notice"


def other_text(verifier: VerifierOfTest) -> None:
    verifier.notice = b"We may sell it all\n"


def hash_of_another(verifier: VerifierOfTest) -> None:
    assert verifier.terms is not None
    hashes = NoticeHashes(*(hashlib.sha256(b"other").digest() for _ in range(3)))
    notice = replace(verifier.terms.notice, sha256=hashes)
    verifier.terms = replace(verifier.terms, notice=notice)


def no_text(verifier: VerifierOfTest) -> None:
    assert verifier.terms is not None
    verifier.notice = b"\xff\xfe"
    hashes = NoticeHashes(*(hashlib.sha256(verifier.notice).digest() for _ in range(3)))
    notice = replace(verifier.terms.notice, sha256=hashes)
    verifier.terms = replace(verifier.terms, notice=notice)


@pytest.mark.parametrize("change", [other_text, hash_of_another, no_text])
async def test_a_notice_that_is_not_the_hashed_one_gets_no_consent(
    world: World, verifier: VerifierOfTest, change: Callable[[VerifierOfTest], None]
) -> None:
    """
    One text shown and another hashed: neither reviewed nor answered.
    """
    change(verifier)

    with refused(WalletFailure.TERMS_MISMATCH, Party.VERIFIER):
        await world.wallets.review(HOLDER, verifier.link)
    with refused(WalletFailure.TERMS_MISMATCH, Party.VERIFIER):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == world.ledger.entries
    assert [] == world.network.to(RESPONSE_URI)


async def test_a_notice_that_cannot_be_had_was_not_shown(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A consent says that the notice was shown, so without it there is none.
    """
    world.network.serve(f"{ADDRESS}/ko", lambda _: Reply(404, "text/plain", b""))
    with refused(WalletFailure.REQUEST_UNREACHABLE, Party.NETWORK):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    world.network.serve(f"{ADDRESS}/ko", lambda _: Reply(200, "text/plain", b"x" * 70_000))
    with refused(WalletFailure.REQUEST_UNREACHABLE, Party.NETWORK):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == world.ledger.entries


async def test_the_notice_is_read_in_the_holders_language_and_fetched_once(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    What was read is what the record hashes; reading, agreeing and sending make one fetch.
    """
    wallets = world.wallets
    shown = await wallets.review(HOLDER, verifier.link, language=Language.JAPANESE)
    await wallets.present(HOLDER, verifier.link, Wish(), language=Language.JAPANESE)

    assert NOTICE.decode() == shown.notice == shown.as_dict()["notice"]
    assert 1 == len(world.network.to(f"{ADDRESS}/ja"))
    assert [] == world.network.to(f"{ADDRESS}/ko")


async def test_a_party_without_terms_has_no_notice_to_read(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Another maker's request is reviewed as it is.
    """
    verifier.terms = None

    assert (await world.wallets.review(HOLDER, verifier.link)).notice is None


async def test_only_so_many_notices_are_kept(
    world: World, verifier: VerifierOfTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The oldest goes first, and is fetched again when somebody asks for it.
    """
    monkeypatch.setattr(notices, "MAX_NOTICES", 0)

    wallets = world.wallets
    await wallets.review(HOLDER, verifier.link)
    await wallets.review(HOLDER, verifier.link)

    assert 2 == len(world.network.to(f"{ADDRESS}/ko"))
