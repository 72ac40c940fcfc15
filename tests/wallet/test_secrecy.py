"""What must not be found: claims and keys outside the vault, a vault without its key."""

import json
import logging

import pytest

from keys import base64url
from keys.sealing import DataKey
from keys.strict_json import JsonValue, canonical, dumps
from tests.wallet.issuer_of_test import CLAIMS, VCT, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import RESPONSE_URI, VerifierOfTest
from tests.wallet.world import HOLDER, NOW, World
from wallet.errors import WalletError, WalletFailure
from wallet.kept.copies import KeptKey
from wallet.kept.holdings import HeldCredential, value_at
from wallet.kept.keeping import BoxKind, HolderRow, SealedBox
from wallet.kept.vault import open_vault
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from web.errors import Party

CANARIES = ("김카나리아", "이카나리아", "1990-04-17", "카나리아로 77", "서울특별시")


async def stored_octets(world: World) -> bytes:
    """Everything the database holds of the holder, as one."""
    boxes = [box for kind in BoxKind for box in await world.store.all(HOLDER, kind)]
    row = await world.store.holder(HOLDER)
    assert row is not None
    names = "".join(f"{box.holder}{box.kind}{box.id}" for box in boxes).encode()
    return b"".join((row.wrapped_key, row.sealed_secret, names, *(box.sealed for box in boxes)))


def spellings(text: str) -> list[bytes]:
    plain = text.encode()
    return [plain, json.dumps(text).encode()[1:-1], base64url.encode(plain).encode()]


async def test_values_are_found_nowhere_but_in_the_answer(
    world: World,
    verifier: VerifierOfTest,
    issuer: IssuerOfTest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    Through success and failure no claim value is in a log, an error, the history, a receipt, the
    ledger or the database in clear (T23, P14, P16).
    """
    caplog.set_level(logging.DEBUG)
    verifier.dcql = {"credentials": [{"id": "all", "format": "dc+sd-jwt", **asks_for_all()}]}
    outcome = await world.wallets.present(
        HOLDER, verifier.link, Wish(), said=Said(takes_surplus=True)
    )
    verifier.random = verifier.entropy(32)
    verifier.change_answer = lambda answer: {"error": "no"} | {"x": 1}
    world.network.unreachable.add("ledger.example")
    with pytest.raises(WalletError) as caught:
        await world.wallets.present(HOLDER, verifier.link, Wish(), said=Said(takes_surplus=True))

    assert outcome.receipt is not None
    found = [
        caplog.text.encode(),
        str(caught.value).encode() + repr(caught.value).encode(),
        dumps([*await world.wallets.history(HOLDER)]),
        dumps(await world.wallets.receipt(HOLDER, outcome.receipt)),
        b"".join(world.ledger.bodies),
        b"".join(world.ledger.entries),
        repr(await world.wallets.credentials(HOLDER)).encode(),
        await stored_octets(world),
        b"".join(asked.url.encode() for asked in world.network.asked),
    ]
    for canary in CANARIES:
        for spelling in spellings(canary):
            assert [] == [where for where in found if spelling in where]
    assert 1 == len(world.network.to(RESPONSE_URI))


def asks_for_all() -> dict[str, JsonValue]:
    claims: list[JsonValue] = [{"path": [name]} for name in CLAIMS]
    return {"meta": {"vct_values": [VCT]}, "claims": claims}


async def test_keys_are_found_nowhere_in_clear(world: World, verifier: VerifierOfTest) -> None:
    """
    Neither the database nor a representation shows a private key or the label secret.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())
    (held,) = await world.wallets.credentials(HOLDER)
    vault = await open_vault(world.store, world.store_key, HOLDER, world.entropy)
    stored = await stored_octets(world)

    for secret in (held.key.octets, vault.secret):
        assert secret not in stored
        assert base64url.encode(secret).encode() not in stored
    private = base64url.encode(held.key.octets)
    shown = repr(held) + repr(held.key) + repr(vault) + str(held.shown())
    assert private not in shown
    assert repr(vault.secret) not in shown


async def test_a_copied_database_opens_nothing(world: World, verifier: VerifierOfTest) -> None:
    """
    Without the key store the same database shows, presents and tells nothing (T29).
    """
    world.store_key = DataKey.generate()

    with refused(WalletFailure.STORAGE_BROKEN, Party.WALLET):
        await world.wallets.credentials(HOLDER)
    with refused(WalletFailure.STORAGE_BROKEN):
        await world.wallets.present(HOLDER, verifier.link, Wish())
    with refused(WalletFailure.STORAGE_BROKEN):
        await world.wallets.history(HOLDER)
    assert [] == verifier.responses


async def test_a_box_opens_in_its_own_place_only(world: World, verifier: VerifierOfTest) -> None:
    """
    A credential moved to another holder, or a box of another kind or id, does not open.
    """
    (box,) = await world.store.all(HOLDER, BoxKind.CREDENTIAL)
    await open_vault(world.store, world.store_key, "jun", world.entropy)
    moved = SealedBox(HOLDER, BoxKind.CREDENTIAL, "another-id", box.kept_at, box.sealed)
    other = SealedBox("jun", BoxKind.CREDENTIAL, box.id, box.kept_at, box.sealed)
    kind = SealedBox(HOLDER, BoxKind.RECEIPT, box.id, box.kept_at, box.sealed)
    await world.store.put(moved, other, kind)

    for holder, call in (
        (HOLDER, world.wallets.credential(HOLDER, "another-id")),
        ("jun", world.wallets.credential("jun", box.id)),
        (HOLDER, world.wallets.receipt(HOLDER, box.id)),
    ):
        with refused(WalletFailure.STORAGE_BROKEN):
            await call
        assert holder in {HOLDER, "jun"}


async def test_keys_of_one_holder_are_not_those_of_another(world: World) -> None:
    """
    Each holder has a data key and a label secret of their own.
    """
    one = await open_vault(world.store, world.store_key, "min", world.entropy)
    two = await open_vault(world.store, world.store_key, "jun", world.entropy)
    again = await open_vault(world.store, world.store_key, "min", world.entropy)

    assert one.secret == again.secret != two.secret


async def test_a_shelf_that_forgets_is_told_so(world: World) -> None:
    """
    A holder who was just added and is not there is a broken storage, not a crash.
    """

    class Forgetting:
        async def holder(self, holder: str) -> HolderRow | None:
            return None

        async def add_holder(self, row: HolderRow) -> None:
            return

    with refused(WalletFailure.STORAGE_BROKEN, Party.WALLET):
        await open_vault(Forgetting(), world.store_key, HOLDER, world.entropy)  # type: ignore[arg-type]  # half a shelf is enough


async def test_a_pair_without_its_key_is_told_so(world: World, verifier: VerifierOfTest) -> None:
    """
    A pair's box with another content stops the presentation before anything is recorded.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())
    vault = await open_vault(world.store, world.store_key, HOLDER, world.entropy)
    (box,) = await world.store.all(HOLDER, BoxKind.PAIR)
    await world.store.put(vault.seal(BoxKind.PAIR, box.id, NOW, {}))
    verifier.random = verifier.entropy(32)

    with refused(WalletFailure.STORAGE_BROKEN):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert 1 == len(world.ledger.submissions)


def test_a_box_of_another_content_is_a_bug() -> None:
    """
    We wrote what is in a box; anything else is our own mistake and not the world's.
    """
    with pytest.raises(ValueError, match="not the box"):
        HeldCredential.parse({"id": "a"})
    with pytest.raises(ValueError, match="no claim"):
        value_at({"a": [1]}, ("a", "b"))
    assert "…" in repr(KeptKey(b"secret"))
    assert b"" != canonical("")
