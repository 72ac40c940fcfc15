"""How certificates stand: asked of whole lists, seldom, and never green for want of an answer."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from keys import jws
from keys.strict_json import dumps, loads_object
from keys.x509 import Role
from standards.status_list.reference import StatusReference
from tests.wallet.issuer_of_test import STATUS_URI, VCT, IssuerOfTest, without_status
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, Asked, World
from wallet.errors import WalletFailure
from wallet.presenting.agreeing import Agreed
from wallet.presenting.possible import Wish
from wallet.presenting.reviewing import Review
from wallet.status import states
from wallet.status.states import NEGATIVE_SECONDS, CredentialState
from wallet.wallet import Wallets
from web.outbound import Reply


async def states_of(wallets: Wallets, holder: str) -> Mapping[str, CredentialState]:
    """How everything of one holder stands today."""
    return await wallets.states(await wallets.credentials(holder))


async def only_state(wallets: Wallets) -> CredentialState:
    """The state of the one certificate there is."""
    (state,) = (await states_of(wallets, HOLDER)).values()
    return state


@pytest.fixture
async def wallets(world: World, issuer: IssuerOfTest) -> Wallets:
    """A wallet service that has just started, with one certificate in it."""
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    world.network.asked.clear()
    return world.wallets


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0, CredentialState.VALID),
        (1, CredentialState.REVOKED),
        (2, CredentialState.SUSPENDED),
        (3, CredentialState.OUTDATED),
        (4, CredentialState.UNKNOWN),
    ],
)
async def test_every_status_has_its_own_state(
    wallets: Wallets, issuer: IssuerOfTest, status: int, expected: CredentialState
) -> None:
    """
    Token Status List 7.1; a value nobody registered is not known, and never valid.
    """
    issuer.status = status

    assert expected is await only_state(wallets)


async def test_a_place_beyond_the_list_is_not_known(world: World, issuer: IssuerOfTest) -> None:
    """
    8.3: an index out of range says nothing, least of all "valid".
    """
    issuer.status_size = 4096
    issuer.index = 2000
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    issuer.status_size = 64

    assert CredentialState.UNKNOWN is await only_state(world.wallets)


async def test_a_certificate_without_a_status_list_is_valid_until_its_end(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    Its own end is the only limit its issuer set; nobody is asked.
    """
    issuer.change_new = without_status
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    wallets = world.wallets

    assert CredentialState.VALID is await only_state(wallets)
    world.clock.now += issuer.lifetime
    assert CredentialState.EXPIRED is await only_state(wallets)
    assert [] == world.network.to(STATUS_URI)


async def test_an_expired_certificate_is_not_asked_about(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    What is over stays over, whatever a list says of it.
    """
    world.clock.now += issuer.lifetime

    assert CredentialState.EXPIRED is await only_state(wallets)
    assert [] == world.network.to(STATUS_URI)


async def test_an_issuer_that_cannot_be_asked_leaves_it_unknown(
    world: World, wallets: Wallets
) -> None:
    """
    Fail closed: no answer is no "valid"; ten seconds later it is asked again.
    """
    world.network.unreachable.add("issuer.example")
    assert CredentialState.UNKNOWN is await only_state(wallets)
    assert CredentialState.UNKNOWN is await only_state(wallets)
    assert 1 == len(world.network.to(STATUS_URI))

    world.network.unreachable.clear()
    world.clock.now += NEGATIVE_SECONDS

    assert CredentialState.VALID is await only_state(wallets)


async def test_an_issuer_that_does_not_answer_in_time_leaves_it_unknown(
    world: World, wallets: Wallets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    R21: a person waits for the page; the wait is bounded.
    """
    monkeypatch.setattr(states, "FETCH_SECONDS", 0.01)

    async def hang(_: Asked) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError("never answered")

    world.network.serve(STATUS_URI, hang)

    assert CredentialState.UNKNOWN is await only_state(wallets)


async def test_a_root_removed_since_ends_what_its_list_says(
    world: World, wallets: Wallets
) -> None:
    """
    H87: a list kept from before is believed only while its signer is trusted.
    """
    assert CredentialState.VALID is await only_state(wallets)

    world.authorities.trusted.discard(Role.STATUS)

    assert CredentialState.UNKNOWN is await only_state(wallets)
    assert 1 == len(world.network.to(STATUS_URI))


async def test_h88_a_suspension_that_ends_is_seen_after_the_ttl(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    H88: suspended, released, seen as released when the kept list is no longer fresh.
    """
    issuer.status = 2
    assert CredentialState.SUSPENDED is await only_state(wallets)
    issuer.status = 0
    assert CredentialState.SUSPENDED is await only_state(wallets)
    assert 1 == len(world.network.to(STATUS_URI))

    world.clock.now += issuer.ttl

    assert CredentialState.VALID is await only_state(wallets)
    assert 2 == len(world.network.to(STATUS_URI))


async def test_a_list_is_not_relied_on_after_its_end(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    13.7: an end before the ttl is over ends the copy's use.
    """
    issuer.status_exp = timedelta(seconds=30)
    await only_state(wallets)

    world.clock.now += timedelta(seconds=31)
    await only_state(wallets)

    assert 2 == len(world.network.to(STATUS_URI))


async def test_a_list_that_names_no_ttl_is_kept_a_minute(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    8.2 leaves it to us: revocation should be seen soon.
    """
    served = world.network.answering[STATUS_URI]

    def without_ttl(asked: Asked) -> Reply:
        reply = served(asked)
        assert isinstance(reply, Reply)
        token = jws.parse(reply.body.decode())
        claims = loads_object(token.payload)
        del claims["ttl"]
        header = {name: value for name, value in token.header.items() if name != "alg"}
        body = jws.sign(header, dumps(claims), issuer.status_signer).encode()
        return Reply(200, reply.content_type, body)

    world.network.serve(STATUS_URI, without_ttl)
    for seconds, fetches in ((0, 1), (58, 1), (2, 2)):
        world.clock.now += timedelta(seconds=seconds)
        assert CredentialState.VALID is await only_state(wallets)
        assert fetches == len(world.network.to(STATUS_URI))


async def test_one_fetch_serves_every_certificate_and_everybody_who_waits(
    world: World, wallets: Wallets, issuer: IssuerOfTest
) -> None:
    """
    P4: the whole list, once: its provider sees no difference between one holder and many.
    """
    issuer.index = 9
    await wallets.accept(HOLDER, issuer.again())
    await wallets.accept("jun", issuer.again())
    world.network.asked.clear()

    asked = (states_of(wallets, holder) for holder in (HOLDER, "jun", HOLDER))
    found = await asyncio.gather(*asked)

    assert [2, 1, 2] == [len(each) for each in found]
    assert 1 == len(world.network.to(STATUS_URI))


async def test_only_so_many_lists_are_kept(
    world: World, issuer: IssuerOfTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Strangers' lists cannot fill the memory: the one longest unused is fetched anew.
    """
    monkeypatch.setattr(states, "MAX_LISTS", 1)
    other = f"{STATUS_URI}0"
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    issuer.served_at(other)
    issuer.change_new = lambda new: new._replace(status=StatusReference(other, 7))
    await world.wallets.accept("jun", issuer.again())
    wallets = world.wallets
    world.network.asked.clear()

    for holder in (HOLDER, HOLDER, "jun", HOLDER):
        assert CredentialState.VALID in (await states_of(wallets, holder)).values()

    assert [STATUS_URI, other, STATUS_URI] == [asked.url for asked in world.network.asked]


async def test_of_two_like_certificates_the_valid_one_is_shown(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    The newer one was revoked since: the older answers, without anybody having to choose.
    """
    wallets = await with_newer(world, issuer)
    issuer.statuses[9] = 1

    await wallets.present(HOLDER, verifier.link, Wish())

    (vc,) = verifier.verified
    assert vc.holder is not None
    assert issuer.keys[0].thumbprint() == vc.holder.thumbprint()


async def test_h88_what_is_revoked_after_the_review_is_not_sent_for_it(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    H88: the page showed the newer one; by the time of the yes it is revoked. The answer that was
    shown is not sent, no other goes in its place, and a new review offers the one that holds.
    """
    wallets = await with_newer(world, issuer)
    reviewed = await wallets.review(HOLDER, verifier.link)
    shown = reviewed.choices[0]
    agreed = Agreed.of(reviewed.valid, reviewed.possible, shown)
    issuer.statuses[9] = 1
    world.clock.now += issuer.ttl

    with refused(WalletFailure.REQUEST_MISMATCH):
        await wallets.present(HOLDER, verifier.link, agreed)

    assert [] == verifier.responses
    again = await wallets.review(HOLDER, verifier.link)
    assert shown[0].credential.id != again.choices[0][0].credential.id
    assert "valid" == first_state(again)


def outdated(issuer: IssuerOfTest) -> None:
    issuer.statuses[9] = 3


def suspended(issuer: IssuerOfTest) -> None:
    issuer.statuses[9] = 2


def unreachable(issuer: IssuerOfTest) -> None:
    issuer.world.network.unreachable.add("issuer.example")


@pytest.mark.parametrize(
    ("change", "first"),
    [
        pytest.param(outdated, "valid", id="outdated after valid"),
        pytest.param(suspended, "valid", id="suspended after valid"),
        pytest.param(unreachable, "unknown", id="newest of two unknown"),
    ],
)
async def test_the_review_offers_the_best_first_and_says_how_it_stands(
    world: World,
    issuer: IssuerOfTest,
    verifier: VerifierOfTest,
    change: Callable[[IssuerOfTest], None],
    first: str,
) -> None:
    """
    Known bad goes last; where nothing is known the newest stays first.
    """
    wallets = await with_newer(world, issuer)
    change(issuer)

    reviewed = await wallets.review(HOLDER, verifier.link)

    assert first == first_state(reviewed)


async def test_a_certificate_known_to_be_revoked_is_offered_when_nothing_else_fits(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    The holder sees that it was revoked; whether to try is theirs, and the party's to refuse.
    """
    issuer.status = 1

    reviewed = await world.wallets.review(HOLDER, verifier.link)

    assert "revoked" == first_state(reviewed)


async def with_newer(world: World, issuer: IssuerOfTest) -> Wallets:
    """The wallet after a second certificate of the same type came, at place 9 of the list."""
    issuer.index = 9
    await world.wallets.accept(HOLDER, issuer.again())
    assert {VCT} == {each.vct for each in await world.wallets.credentials(HOLDER)}
    return world.wallets


def first_state(reviewed: Review) -> str:
    """The state shown with the first choice."""
    match reviewed.as_dict()["choices"]:
        case [{"credentials": [{"state": str(state)}]}, *_]:
            return state
        case other:
            pytest.fail(str(other))
