"""Several copies of one certificate: found by their keys, shown in turn, kept as one."""

from collections.abc import Callable
from typing import Any

import pytest

from keys.strict_json import JsonObject, loads_object
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt_vc.issue import NewVc
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletError, WalletFailure
from wallet.kept.copies import Copy, matched
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, Swap
from wallet.kept.vault import open_vault
from wallet.presenting.possible import Wish


async def accepted(world: World, issuer: IssuerOfTest) -> HeldCredential:
    outcome = await world.wallets.accept(HOLDER, issuer.offer_uri())
    return await world.wallets.credential(HOLDER, outcome.credential_ids[0])


def key_of(copy: Copy) -> str:
    return copy.key.signer().public.thumbprint()


def bound_to(text: str) -> JsonObject:
    cnf = loads_object(parse_sd_jwt(text).issuer.payload)["cnf"]
    assert isinstance(cnf, dict)
    assert isinstance(cnf["jwk"], dict)
    return cnf["jwk"]


@pytest.mark.parametrize(("offered", "wanted", "kept"), [(10, 3, 3), (2, 3, 2), (100, 50, 10)])
async def test_as_many_copies_as_both_sides_want(
    world: World, issuer: IssuerOfTest, offered: int, wanted: int, kept: int
) -> None:
    """
    VCI-42, module batch-credential-issuance: at most ``batch_size``, what is set, and ten.
    """
    issuer.batch, world.copies = offered, wanted
    held = await accepted(world, issuer)

    assert kept == len(held.copies) == len({key_of(copy) for copy in held.copies})
    assert 1 == len(await world.wallets.credentials(HOLDER))
    assert 1 == len(issuer.requests)


async def test_copies_are_matched_by_what_they_say(world: World, issuer: IssuerOfTest) -> None:
    """
    Module batch-credential-issuance: handed out in the reverse order of the proofs, each copy is
    kept with the key it is bound to.
    """
    issuer.batch = 10
    held = await accepted(world, issuer)

    for copy in held.copies:
        public = copy.key.signer().public.as_dict()
        assert bound_to(copy.text).items() <= public.items()
    assert 3 == len({copy.text.partition("~")[0] for copy in held.copies})


async def test_without_a_batch_there_is_one_copy(world: World, issuer: IssuerOfTest) -> None:
    """
    An issuer without ``batch_credential_issuance`` is asked for one, and shows it every time.
    """
    held = await accepted(world, issuer)
    assert 1 == len(held.copies)


async def test_a_copy_is_shown_once_before_any_is_shown_twice(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    Unlinkable: of three copies three presentations show three, the fourth the first again.
    """
    await world.wallets.delete(HOLDER, (await world.wallets.credentials(HOLDER))[0].id)
    issuer.batch = 3
    again = await world.wallets.accept(HOLDER, issuer.again())
    shown = []
    for _ in range(4):
        verifier.random = verifier.entropy(32)
        (held,) = await world.wallets.credentials(HOLDER)
        shown.append(held.text)
        assert again.credential_ids[0] == held.id
        await world.wallets.present(HOLDER, verifier.link, Wish())
    assert 3 == len(set(shown))
    assert shown[0] == shown[3]
    (held,) = await world.wallets.credentials(HOLDER)
    assert [1, 1, 2] == sorted(copy.uses for copy in held.copies)


async def test_a_use_brings_back_nothing_that_was_deleted(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    T29: counting replaces a box that is there, and never keeps one that is gone.
    """
    issuer.batch = 3
    held = await accepted(world, issuer)
    ports = world.ports
    vault = await open_vault(ports.shelf, ports.store_key, HOLDER, ports.entropy)
    kept = await ports.shelf.find(HOLDER, BoxKind.CREDENTIAL, held.id)
    assert kept is not None
    box = vault.seal(BoxKind.CREDENTIAL, held.id, held.received_at, held.used().as_dict())
    await world.wallets.delete(HOLDER, held.id)
    assert not await ports.shelf.swap(Swap(kept, box))
    assert not await world.wallets.credentials(HOLDER)


def other_claims(world: World) -> Callable[[NewVc], NewVc]:
    seen: list[NewVc] = []

    def change(new: NewVc) -> NewVc:
        seen.append(new)
        return new if len(seen) == 1 else new._replace(claims=new.claims | {"name": "other"})

    return change


def twice_the_first(body: JsonObject) -> Any:
    credentials = body["credentials"]
    assert isinstance(credentials, list)
    return body | {"credentials": [credentials[0]] * 3}


def one_more(body: JsonObject) -> Any:
    credentials = body["credentials"]
    assert isinstance(credentials, list)
    return body | {"credentials": [*credentials, credentials[0]]}


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (twice_the_first, WalletFailure.ISSUER_ANSWER_INVALID),
        (one_more, WalletFailure.ISSUER_ANSWER_INVALID),
    ],
)
async def test_a_batch_that_does_not_fit_is_refused_whole(
    world: World, issuer: IssuerOfTest, change: Callable[[JsonObject], Any], failure: WalletFailure
) -> None:
    """
    VCI-42: more credentials than proofs, or two for one key; the issuer is told.
    """
    issuer.batch, issuer.change_response, issuer.notification_id = 10, change, "n-1"
    with pytest.raises(WalletError) as caught:
        await accepted(world, issuer)
    await world.ports.notifier.settle()
    assert failure is caught.value.failure
    assert not await world.wallets.credentials(HOLDER)
    assert ["credential_failure"] == [each["event"] for each in issuer.notified]


async def test_copies_that_do_not_say_the_same_are_refused(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    The holder reads one copy; a party must not be shown anything else.
    """
    issuer.batch, issuer.change_new = 3, other_claims(world)
    with pytest.raises(WalletError) as caught:
        await accepted(world, issuer)
    assert WalletFailure.CREDENTIAL_INVALID is caught.value.failure


async def test_fewer_copies_than_asked_for_are_taken(world: World, issuer: IssuerOfTest) -> None:
    """
    VCI-42: an issuer may hand out fewer; the keys without a copy are forgotten.
    """

    def fewer(body: JsonObject) -> Any:
        credentials = body["credentials"]
        assert isinstance(credentials, list)
        return body | {"credentials": credentials[:2]}

    issuer.batch, issuer.change_response = 3, fewer
    assert 2 == len((await accepted(world, issuer)).copies)


async def test_a_key_that_was_never_ours_is_told_apart(world: World, issuer: IssuerOfTest) -> None:
    """
    Section 4 of the wallet modules: a copy bound to a stranger's key is not ours.
    """
    held = await accepted(world, issuer)
    with pytest.raises(WalletError) as caught:
        matched([held.text], held.format, [])
    assert WalletFailure.ISSUER_ANSWER_INVALID is caught.value.failure
    other = await accepted(world, IssuerOfTest(world, code="code-2"))
    with pytest.raises(WalletError) as caught:
        matched([held.text], held.format, [other.key.signer()])
    assert WalletFailure.CREDENTIAL_NOT_OURS is caught.value.failure


def test_what_is_no_copy_is_a_bug() -> None:
    """
    A box holds what we wrote; anything else stops at once.
    """
    with pytest.raises(ValueError, match="copy"):
        Copy.parse({"sd_jwt": 1})


async def test_copies_survive_the_box(world: World, issuer: IssuerOfTest) -> None:
    """
    What is kept is read as it was: copies, their uses and their places in the status list.
    """
    issuer.batch = 3
    held = await accepted(world, issuer)
    again = HeldCredential.parse(held.used().used().as_dict())
    assert [0, 1, 1] == [copy.uses for copy in again.copies]
    assert {copy.text for copy in held.copies} == {copy.text for copy in again.copies}
    assert "~" not in repr(again.copies)
