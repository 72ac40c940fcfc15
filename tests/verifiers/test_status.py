"""Status: revoked, suspended, unknown, unreachable; asked rarely, and never for a lost cause."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from keys.jws import parse, sign
from keys.strict_json import JsonObject, dumps, loads
from keys.x509 import Role
from standards.status_list.reference import StatusReference
from standards.status_list.token import MEDIA_TYPE
from tests.verifiers.world import STATUS_URI, Certified, World
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.status import FETCH_SECONDS, MAX_LISTS, NEGATIVE_SECONDS, StatusLists
from verifiers.presented.verified import CredentialStatus
from web.errors import Party
from web.outbound import Reply

REFERENCE = StatusReference(STATUS_URI, 7)


async def refusal(world: World) -> Failure:
    """Return why an honest adult check was refused."""
    with pytest.raises(VerifierError) as refused:
        await world.answer(await world.ask())
    return refused.value.failure


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (1, Failure.CREDENTIAL_REVOKED),
        (2, Failure.CREDENTIAL_SUSPENDED),
        (3, Failure.CREDENTIAL_OUTDATED),
        (4, Failure.STATUS_UNKNOWN_VALUE),
    ],
)
async def test_anything_but_valid_is_refused(world: World, status: int, expected: Failure) -> None:
    """
    Each status has its own answer, the application's own (outdated) too; a value nobody
    registered is not taken for valid.
    """
    world.status.statuses[7] = status

    assert expected is await refusal(world)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (1, Failure.CREDENTIAL_REVOKED),
        (2, Failure.CREDENTIAL_SUSPENDED),
        (3, Failure.CREDENTIAL_OUTDATED),
    ],
)
async def test_h88_what_happens_between_request_and_presentation_counts(
    world: World, status: int, expected: Failure
) -> None:
    """
    H88: it was valid when it was asked for; what is said when it is shown is what counts.
    """
    await world.answer(await world.ask())
    asked = await world.ask()
    world.status.statuses[7] = status
    world.clock.move(seconds=60)

    with pytest.raises(VerifierError) as refused:
        await world.answer(asked)

    assert expected is refused.value.failure
    result: Any = await world.state(asked)
    assert ("failed", expected.code) == (result["state"], result["failure"]["code"])
    assert [] == result["credentials"]


def test_an_outdated_certificate_says_whose_turn_it_is_and_what_to_do() -> None:
    """
    The authority's register has changed since: a new certificate, not another wallet.
    """
    assert Party.ISSUER is Failure.CREDENTIAL_OUTDATED.party
    assert "new certificate" in Failure.CREDENTIAL_OUTDATED.next_step
    assert "changed since" in Failure.CREDENTIAL_OUTDATED.next_step


async def test_a_suspension_that_ends_is_seen_after_the_ttl(world: World) -> None:
    """
    H88: revoked or suspended between request and presentation: refused; accepted again when the
    list says so and the old copy is no longer fresh.
    """
    world.status.statuses[7] = 2
    assert Failure.CREDENTIAL_SUSPENDED is await refusal(world)
    world.status.statuses.clear()
    assert Failure.CREDENTIAL_SUSPENDED is await refusal(world)

    world.clock.move(seconds=60)
    await world.answer(await world.ask())

    assert 2 == world.network.to(STATUS_URI)


async def test_a_fresh_list_is_not_fetched_again(world: World) -> None:
    """
    Token Status List 8.3: a copy serves until its ttl; one second later it is asked for anew.
    """
    for _ in range(3):
        await world.answer(await world.ask())
    assert 1 == world.network.to(STATUS_URI)

    world.clock.move(seconds=59)
    await world.answer(await world.ask())
    assert 1 == world.network.to(STATUS_URI)

    world.clock.move(seconds=1)
    await world.answer(await world.ask())
    assert 2 == world.network.to(STATUS_URI)


async def test_a_list_is_not_relied_on_after_its_end(world: World) -> None:
    """
    13.7: ``exp`` before ``ttl`` ends the copy's use.
    """
    world.status.ttl = timedelta(hours=5)
    world.status.lifetime = timedelta(seconds=30)
    await world.answer(await world.ask())
    world.clock.move(seconds=31)

    await world.answer(await world.ask())

    assert 2 == world.network.to(STATUS_URI)


async def test_a_list_that_is_over_is_refused(world: World) -> None:
    """
    The provider serves an old token.
    """
    world.status.lifetime = timedelta(seconds=-61)

    assert Failure.STATUS_EXPIRED is await refusal(world)


async def test_a_status_that_cannot_be_asked_is_not_valid(world: World) -> None:
    """
    H55: fails closed with its own answer; the answer is kept 10 seconds, then asked again.
    """
    world.network.failing[STATUS_URI] = 1
    assert Failure.STATUS_UNREACHABLE is await refusal(world)
    assert Failure.STATUS_UNREACHABLE is await refusal(world)
    assert 1 == world.network.to(STATUS_URI)

    world.clock.move(seconds=NEGATIVE_SECONDS.total_seconds())
    await world.answer(await world.ask())

    assert 2 == world.network.to(STATUS_URI)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, "application/statuslist+jwt", b"x"),
        Reply(200, "text/html", b"<p>404</p>"),
        Reply(200, "application/statuslist+jwt", "é".encode()),
    ],
)
async def test_an_answer_that_is_no_token_is_unreachable(world: World, reply: Reply) -> None:
    """
    H55: an error page with status 200 is no status list.
    """
    world.network.answering[STATUS_URI] = lambda _body: reply

    assert Failure.STATUS_UNREACHABLE is await refusal(world)


async def test_a_list_with_another_subject_is_refused(world: World) -> None:
    """
    8.3: ``sub`` must be the address the credential names.
    """
    world.status.subject = "https://status.example/lists/2"

    assert Failure.STATUS_INVALID is await refusal(world)


async def test_an_index_beyond_the_list_is_refused(world: World) -> None:
    """
    T20, H45: out of range is refused; the last place is good.
    """
    for index, good in ((999, True), (1000, False)):
        held = world.issuer.issue(status=StatusReference(STATUS_URI, index))
        if good:
            await world.answer(await world.ask(), held)
        else:
            with pytest.raises(VerifierError) as refused:
                await world.answer(await world.ask(), held)
            assert Failure.STATUS_OUT_OF_RANGE is refused.value.failure


@pytest.mark.parametrize("role", [Role.ISSUER, None])
async def test_a_list_signed_by_nobody_we_trust_for_it_is_refused(
    world: World, role: Role | None
) -> None:
    """
    A root trusted for certificates is not trusted for status, and a stranger for nothing.
    """
    root = world.roots.rogue[Role.STATUS] if role is None else world.roots.of[role]
    world.status.certified = Certified.by(root, "Somebody")

    assert Failure.STATUS_INVALID is await refusal(world)


@pytest.mark.parametrize("token", [b"", b"a.b.c", b"x" * 100])
async def test_a_token_that_cannot_be_read_is_refused(world: World, token: bytes) -> None:
    """
    Whatever stands at the address.
    """
    world.network.answering[STATUS_URI] = lambda _body: Reply(
        200, "application/statuslist+jwt", token
    )

    assert Failure.STATUS_INVALID is await refusal(world)


async def test_a_token_without_a_chain_is_refused(world: World) -> None:
    """
    HAIP 6.1: the key comes in x5c.
    """
    world.status.certified.chain = ()

    assert Failure.STATUS_INVALID is await refusal(world)


async def test_trust_taken_from_a_provider_ends_the_use_of_its_cached_list(world: World) -> None:
    """
    H87: the status root is removed while its list is still fresh.
    """
    held = world.issuer.issue()
    await world.answer(await world.ask(), held)
    world.roots.trusted.discard(Role.STATUS)

    assert Failure.STATUS_INVALID is await refusal(world)


async def test_a_list_that_names_neither_ttl_nor_end_is_asked_for_each_minute(
    world: World,
) -> None:
    """
    Both are optional (5.1); revocation should still be seen soon.
    """
    claims = loads(parse(world.status.token()).payload)
    assert isinstance(claims, dict)
    kept: JsonObject = {k: v for k, v in claims.items() if k not in {"ttl", "exp"}}
    header: JsonObject = {"typ": "statuslist+jwt", "x5c": [*world.status.certified.x5c]}
    token = sign(header, dumps(kept), world.status.certified.signer)
    world.network.answering[STATUS_URI] = lambda _body: Reply(200, MEDIA_TYPE, token.encode())
    for _ in range(3):
        await world.answer(await world.ask())
    world.clock.move(seconds=60)

    await world.answer(await world.ask())

    assert 2 == world.network.to(STATUS_URI)


async def test_a_credential_without_status_is_told_apart(world: World) -> None:
    """
    Its issuer set no other limit than its expiry; the result says so.
    """
    asked = await world.ask()

    await world.answer(asked, world.issuer.issue(status=None))

    credentials = (await world.state(asked))["credentials"]
    assert isinstance(credentials, list)
    assert isinstance(credentials[0], dict)
    assert "not_listed" == credentials[0]["status"]
    assert 0 == world.network.to(STATUS_URI)


async def test_many_who_wait_for_one_list_fetch_it_once(world: World) -> None:
    """
    Fifty answers at the moment the ttl ends are one request to the provider.
    """
    lists = StatusLists(Slow(world, seconds=0.01))

    checks = [
        lists.check(REFERENCE, trust=world.roots.trust(), now=world.clock.now) for _ in range(50)
    ]

    assert {CredentialStatus.VALID} == {one.status for one in await asyncio.gather(*checks)}
    assert 1 == world.network.to(STATUS_URI)


async def test_a_provider_that_never_answers_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    H55: bounded by time (5 seconds, shortened here).
    """
    assert FETCH_SECONDS <= 5
    monkeypatch.setattr("verifiers.presented.status.FETCH_SECONDS", 0.01)
    lists = StatusLists(Slow(world, seconds=60))

    with pytest.raises(VerifierError) as refused:
        await lists.check(REFERENCE, trust=world.roots.trust(), now=world.clock.now)

    assert Failure.STATUS_UNREACHABLE is refused.value.failure


async def test_the_cache_is_bounded_and_keyed_by_the_whole_address(world: World) -> None:
    """
    T19: a query string makes another list; the least lately used goes first.
    """
    lists = StatusLists(Slow(world, seconds=0))
    uris = [f"{STATUS_URI}?{number}" for number in range(MAX_LISTS + 1)]
    for uri in (*uris, uris[1], uris[0]):
        with pytest.raises(VerifierError):
            await lists.check(
                StatusReference(uri, 0), trust=world.roots.trust(), now=world.clock.now
            )

    assert 1 == world.network.to(uris[1])
    assert 2 == world.network.to(uris[0])


class Slow:
    """A way to the status provider that takes its time."""

    def __init__(self, world: World, *, seconds: float) -> None:
        self._world = world
        self._seconds = seconds

    async def fetch(self, uri: str) -> str:
        reply = await self._world.network.get(uri, accept="")
        await asyncio.sleep(self._seconds)
        return reply.body.decode()
