"""A person's link held up to a desk: it gets our request, and the rest is as always."""

import pytest

from standards.openid4vp.request_uri import RequestUri
from tests.verifiers.shown import LINK, Phone
from tests.verifiers.world import World
from verifiers.asking.questions import Asked
from verifiers.client import VerifiersClient
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from web.outbound import Outbound


async def test_the_person_is_asked_as_if_our_code_had_been_scanned(world: World) -> None:
    """
    One post with the link to the request; the result is pending until the wallet answers.
    """
    phone = Phone(world)

    transaction_id = await world.verifiers.scan(LINK, "adult-check", party="corner-store")

    (handed,) = phone.handed
    link = str(handed["request_uri"])
    assert link == await world.verifiers.link_of(transaction_id)
    assert RequestUri.parse(link).request_uri.endswith(transaction_id)
    assert "pending" == (await world.verifiers.result(transaction_id)).state
    await world.answer(Asked(transaction_id, link))
    assert "verified" == (await world.verifiers.result(transaction_id)).state


async def test_a_purpose_without_shown_codes_may_ask_by_link(world: World) -> None:
    """
    The link only carries a request, so every registered purpose may use it.
    """
    Phone(world)

    transaction_id = await world.verifiers.scan(LINK, "lease-loan")
    assert "pending" == (await world.verifiers.result(transaction_id)).state


async def test_the_test_desk_asks_the_least_there_is(world: World) -> None:
    """
    Without a profile one yes or no is asked for.
    """
    Phone(world)

    transaction_id = await world.verifiers.scan(LINK)
    opened = await world.wallet.open(
        Asked(transaction_id, await world.verifiers.link_of(transaction_id))
    )
    (asked,) = opened.request.dcql_query.credentials
    assert ["age_over_19"] == [claim.path.dotted() for claim in asked.claims]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Failure.CODE_EXPIRED),
        (400, Failure.CODE_UNREACHABLE),
        (500, Failure.CODE_UNREACHABLE),
        (None, Failure.CODE_UNREACHABLE),
    ],
    ids=["over", "refused", "broken", "silent"],
)
async def test_a_link_that_takes_nothing_ends_the_question(
    world: World, status: int | None, expected: Failure
) -> None:
    """
    The desk is told at once, its list shows the failure, and the request is closed.
    """
    phone = Phone(world, status or 200)
    if status is None:
        world.network.failing[LINK] = 1

    with pytest.raises(VerifierError) as caught:
        await world.verifiers.scan(LINK, "adult-check")

    assert expected is caught.value.failure
    assert LINK not in caught.value.detail
    (look,) = await world.verifiers.recent("corner-store", 5)
    assert "failed" == look.state
    with pytest.raises(VerifierError) as closed:
        await world.verifiers.request_object(look.transaction.id)
    assert Failure.TRANSACTION_CLOSED is closed.value.failure
    assert len(phone.handed) <= 1


async def test_a_link_scanned_twice_is_two_questions_of_which_one_arrives(world: World) -> None:
    """
    The second scan of a used link tells the desk that it is over; the first goes on.
    """
    phone = Phone(world)
    first = await world.verifiers.scan(LINK, "adult-check")
    phone.status = 404

    with pytest.raises(VerifierError) as caught:
        await world.verifiers.scan(LINK, "adult-check")
    assert Failure.CODE_EXPIRED is caught.value.failure
    assert "pending" == (await world.verifiers.result(first)).state


@pytest.mark.parametrize(
    "link",
    [
        "http://phone.example/wallet/desk/" + "A" * 24,
        "https://127.0.0.1/wallet/desk/" + "A" * 24,
        "https://[::ffff:10.0.0.1]/wallet/desk/" + "A" * 24,
        "https://169.254.169.254/wallet/desk/" + "A" * 24,
    ],
    ids=["http", "loopback", "private", "metadata service"],
)
async def test_a_link_leads_to_public_https_addresses_only(link: str) -> None:
    """
    A picture cannot make the desk's server call its own neighbours.
    """
    outbound = Outbound()
    client = VerifiersClient(outbound, ledger_url="https://ledger.example")

    with pytest.raises(VerifierError) as caught:
        await client.hand_over(link, "openid4vp://?x=1")
    assert Failure.CODE_FOREIGN is caught.value.failure
    await outbound.aclose()
