"""What a wallet tells of its certificates (OpenID4VCI section 11), kept in the issue book."""

from typing import Any

import httpx2
import pytest

from issuers.clerks import OPERATOR as CLERK
from issuers.issuance.book import Delivery
from issuers.ports import Change
from issuers.serving.deliveries import after
from issuers.status.standing import Action
from standards.openid4vci.notification import NotificationEvent
from tests.issuers.test_refusals import error
from tests.issuers.world import REGISTRY, TAXES, World

ACCEPTED, FAILURE, DELETED = NotificationEvent


async def issued(world: World) -> tuple[str, str]:
    """Return the access token and the notification id of a fresh certificate."""
    access = await world.access()
    answer = await world.ask(access, await world.request(world.prove(await world.nonce())))
    assert 200 == answer.status_code
    return access, str(answer.json()["notification_id"])


async def notify(
    world: World, access: str | None, *, issuer: str = REGISTRY, **body: Any
) -> httpx2.Response:
    headers = {} if access is None else {"Authorization": f"Bearer {access}"}
    return await world.http.post(f"{issuer}/notification", json=body, headers=headers)


async def delivery(world: World) -> Delivery:
    (kept,) = await world.issuers.desk.certificates_of("demo")
    return kept.delivery


async def test_what_the_wallet_tells_stands_in_the_book(world: World) -> None:
    """
    H78, VCI-56: 204 without a body, and the same word again is 204 and changes nothing.
    """
    access, name = await issued(world)
    assert Delivery.ISSUED is await delivery(world)
    told = {ACCEPTED: Delivery.ACCEPTED, DELETED: Delivery.DELETED}
    for event, expected in told.items():
        for _ in range(3):
            answer = await notify(world, access, notification_id=name, event=event.value)
            assert (204, b"") == (answer.status_code, answer.content)
            assert "no-store" == answer.headers["cache-control"]
            assert expected is await delivery(world)


async def test_the_metadata_names_the_endpoint(world: World) -> None:
    """
    Section 12.2.4: a wallet learns there where to tell.
    """
    address = "/.well-known/openid-credential-issuer/issuers/resident-registry"
    metadata = (await world.http.get(address)).json()

    assert f"{REGISTRY}/notification" == metadata["notification_endpoint"]


async def test_a_failure_is_told_with_a_sentence(world: World) -> None:
    """
    VCI-57: the description is read and ignored, as unknown members are.
    """
    access, name = await issued(world)
    answer = await notify(
        world,
        access,
        notification_id=name,
        event="credential_failure",
        event_description="Could not store the Credential. Out of storage.",
        unknown=1,
    )

    assert 204 == answer.status_code
    assert Delivery.FAILED is await delivery(world)


@pytest.mark.parametrize(
    ("kept", "event", "expected"),
    [
        (Delivery.ISSUED, ACCEPTED, Delivery.ACCEPTED),
        (Delivery.ISSUED, FAILURE, Delivery.FAILED),
        (Delivery.ISSUED, DELETED, Delivery.DELETED),
        (Delivery.FAILED, ACCEPTED, Delivery.ACCEPTED),
        (Delivery.ACCEPTED, FAILURE, Delivery.FAILED),
        (Delivery.DELETED, ACCEPTED, Delivery.DELETED),
        (Delivery.DELETED, FAILURE, Delivery.DELETED),
    ],
    ids=str,
)
def test_the_last_word_counts_but_after_deleted(
    kept: Delivery, event: NotificationEvent, expected: Delivery
) -> None:
    """
    A message that was delayed does not bring back what was deleted.
    """
    assert expected is after(kept, event)


async def test_ids_of_others_are_unknown_ids(world: World) -> None:
    """
    H78, H90: unknown, another certificate's, and asked with a token that issued nothing.
    """
    access, name = await issued(world)
    world.clock.move(seconds=1)
    other, foreign = await issued(world)
    fresh = await world.access()
    answers = [
        await notify(world, token, notification_id=told, event="credential_accepted")
        for token, told in ((access, "A" * 43), (access, foreign), (other, name), (fresh, name))
    ]

    assert {(400, "invalid_notification_id")} == {(a.status_code, error(a)) for a in answers}
    assert 1 == len({answer.content for answer in answers})
    kept = await world.issuers.desk.certificates_of("demo")
    assert {Delivery.ISSUED} == {one.delivery for one in kept}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": "credential_accepted"},
        {"notification_id": "x"},
        {"notification_id": 7, "event": "credential_accepted"},
        {"notification_id": "x", "event": "credential_lost"},
        {"notification_id": "x", "event": ["credential_accepted"]},
        {"notification_id": "x", "event": "credential_failure", "event_description": "한"},
        {"notification_id": "x", "event": "credential_failure", "event_description": "x" * 301},
    ],
    ids=str,
)
async def test_malformed_notifications_are_told_so(world: World, body: dict[str, Any]) -> None:
    """
    H78: invalid_notification_request, whatever the id.
    """
    access, _name = await issued(world)
    answer = await notify(world, access, **body)

    assert (400, "invalid_notification_request") == (answer.status_code, error(answer))


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"[]", {}, 400),
        (b'{"event":1,"event":2}', {}, 400),
        (b" " * 4097, {}, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
    ],
    ids=["array", "duplicate", "too large", "text"],
)
async def test_a_notification_has_one_form(
    world: World, content: bytes, headers: dict[str, str], status: int
) -> None:
    """
    H48, H61: strict JSON, bounded, with the code of the endpoint.
    """
    access, _name = await issued(world)
    head = {"Authorization": f"Bearer {access}", "Content-Type": "application/json", **headers}
    answer = await world.http.post(f"{REGISTRY}/notification", content=content, headers=head)

    assert (status, "invalid_notification_request") == (answer.status_code, error(answer))


async def test_without_the_token_of_the_issuance_nothing_is_told(world: World) -> None:
    """
    Section 11.1: no token, an unknown one, another authority's: 401, and the book stays.
    """
    access, name = await issued(world)
    word = {"notification_id": name, "event": "credential_deleted"}
    answers = [
        await notify(world, None, **word),
        await notify(world, "A" * 43, **word),
        await notify(world, access, issuer=TAXES, **word),
    ]

    assert [401] * 3 == [answer.status_code for answer in answers]
    assert 404 == (await notify(world, access, issuer="/issuers/nobody", **word)).status_code
    assert Delivery.ISSUED is await delivery(world)


async def test_a_certificate_can_be_told_deleted_as_long_as_it_lives(world: World) -> None:
    """
    VCI-54: the token that fetches nothing after five minutes still tells after weeks; not after
    the certificate's end.
    """
    access, name = await issued(world)
    late, ended = await issued(world)
    world.clock.move(days=60)
    body = await world.request(world.prove(await world.nonce()))
    assert 401 == (await world.ask(access, body)).status_code
    word = {"notification_id": name, "event": "credential_deleted"}
    assert 204 == (await notify(world, access, **word)).status_code
    world.clock.move(days=31)

    word = {"notification_id": ended, "event": "credential_deleted"}
    assert 401 == (await notify(world, late, **word)).status_code


async def test_a_stolen_codes_token_tells_nothing(world: World) -> None:
    """
    H57: a code that came twice ends its token for notifications too.
    """
    code = await world.code()
    access = (await world.redeem(code)).json()["access_token"]
    body = await world.request(world.prove(await world.nonce()))
    name = (await world.ask(access, body)).json()["notification_id"]
    await world.redeem(code)
    answer = await notify(world, access, notification_id=name, event="credential_deleted")

    assert 401 == answer.status_code
    assert Delivery.ISSUED is await delivery(world)


async def test_a_retry_is_one_act_in_the_book(world: World) -> None:
    """
    H56: the answer is lost, the wallet asks again with the same token: further copies of the same
    certificate, one entry, one notice; the id of the first answer is that of the second.
    """
    access = await world.access()
    bodies = [await world.request(world.prove(await world.nonce())) for _ in range(3)]
    names = {(await world.ask(access, body)).json()["notification_id"] for body in bodies}
    word = {"notification_id": names.pop(), "event": "credential_accepted"}

    assert set() == names
    assert 204 == (await notify(world, access, **word)).status_code
    assert Delivery.ACCEPTED is await delivery(world)
    assert 1 == len(await world.issuers.desk.notices_of("demo"))


async def test_a_retry_after_a_revocation_issues_nothing(world: World) -> None:
    """
    H56, H88: the same token does not give a fresh copy of what is not valid any more.
    """
    access, _name = await issued(world)
    (kept,) = await world.issuers.desk.certificates_of("demo")
    await world.issuers.desk.change(
        Change(kept.certificate.number, Action.REVOKE, "오발급", CLERK)
    )
    answer = await world.ask(access, await world.request(world.prove(await world.nonce())))

    assert (400, "credential_request_denied") == (answer.status_code, error(answer))
