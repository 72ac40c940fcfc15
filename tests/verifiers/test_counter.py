"""A challenge shown first, and letters read out: what only this desk can use, and only once."""

import asyncio
from typing import Any

import pytest

from consent.forms.record import ConsentRecord
from keys import jws
from keys.json_value import JsonObject
from keys.strict_json import dumps
from keys.x509 import Role, to_x5c
from standards.shown_code.challenge import Challenge
from standards.shown_code.code import request_sha256
from standards.spoken_code.entry import TYP, verify_entry
from standards.spoken_code.errors import SpokenCodeError
from tests.verifiers.shown import code, publish
from tests.verifiers.world import World
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from web.outbound import Reply

WALLET = "https://wallet.example"
LETTERS = "0000-0011"


@pytest.fixture
def desk(world: World) -> World:
    """A desk whose authority can be asked for its keys."""
    publish(world)
    return world


async def challenge(world: World) -> Challenge:
    return Challenge.parse((await world.verifiers.counter.challenge("adult-check")).text)


def answer(world: World, shown: Challenge, **changes: Any) -> str:
    """Return the code of an honest wallet for a desk's challenge."""
    return code(world, **{"audience": shown.audience, "nonce": shown.nonce} | changes)


async def refused_as(world: World, text: str, profile: str | None = "adult-check") -> Failure:
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.scan(text, profile)
    return caught.value.failure


async def test_the_answer_to_a_challenge_is_verified_and_recorded_for_this_desk(
    desk: World,
) -> None:
    """
    W8 in two steps: its audience and nonce are what the record is about.
    """
    shown = await challenge(desk)

    done = await desk.verifiers.result(
        await desk.verifiers.scan(answer(desk, shown), "adult-check")
    )

    assert "verified" == done.state
    result = done.as_dict()
    record = ConsentRecord.parse(result["receipt"]["record"])  # type: ignore[index,call-overload]
    assert record.evidence.request_sha256 == request_sha256(shown.nonce, shown.audience)
    assert record.evidence.request_sha256 != request_sha256(shown.nonce)


async def test_each_challenge_is_answered_once_by_fifty(desk: World) -> None:
    """
    T6: replay to the same desk is refused, also at once.
    """
    text = answer(desk, await challenge(desk))

    outcomes = await asyncio.gather(
        *(desk.verifiers.scan(text, "adult-check") for _ in range(50)), return_exceptions=True
    )

    failures = [one.failure for one in outcomes if isinstance(one, VerifierError)]
    assert [Failure.CODE_USED] * 49 == failures


async def test_an_answer_is_worth_nothing_at_another_desk(desk: World) -> None:
    """
    The gap of the code in one step, closed: the second institution is not fooled.
    """
    text = answer(desk, await challenge(desk))

    assert Failure.AUDIENCE_WRONG is await refused_as(desk, text, None)
    assert Failure.AUDIENCE_WRONG is await refused_as(desk, text, "address-check")


async def test_an_answer_to_what_is_not_on_the_screen_is_refused(desk: World) -> None:
    """
    A nonce nobody showed, one that is over, and one of another institution.
    """
    shown = await challenge(desk)
    made_up = Challenge.new("corner-store", bytes(16), now=desk.clock.now)
    assert Failure.CHALLENGE_CLOSED is await refused_as(desk, answer(desk, made_up))

    desk.clock.move(seconds=301)
    await challenge(desk)
    assert Failure.CHALLENGE_CLOSED is await refused_as(desk, answer(desk, shown))


async def test_a_challenge_is_shown_for_what_is_registered_for_codes(desk: World) -> None:
    """
    Without terms a person cannot agree to a loan; another desk's check is unknown.
    """
    for name, party, failure in (
        ("lease-loan", None, Failure.CODE_NOT_REGISTERED),
        ("adult-check", "parcel-service", Failure.PROFILE_UNKNOWN),
    ):
        with pytest.raises(VerifierError) as caught:
            await desk.verifiers.counter.challenge(name, party=party)
        assert failure is caught.value.failure


async def test_a_desks_own_screen_is_no_answer(desk: World) -> None:
    """
    Scanning a challenge says so in words of its own.
    """
    text = (await challenge(desk)).text
    assert Failure.CODE_NOT_FOR_DESKS is await refused_as(desk, text)


class Heard:
    """A wallet service, to which desks tell what they heard."""

    def __init__(self, world: World, status: int = 200) -> None:
        self.world, self.status = world, status
        self.entries: list[str] = []
        world.network.answering[f"{WALLET}/wallet/spoken"] = self._take

    def _take(self, body: bytes) -> Reply:
        self.entries.append(body.decode())
        return Reply(self.status, "application/json", b"{}")


async def test_letters_go_to_the_wallet_signed_by_the_institution(world: World) -> None:
    """
    W9: the desk's registered key, this wallet, our request; the question waits.
    """
    heard = Heard(world)

    transaction_id = await world.verifiers.scan(LETTERS, "adult-check")

    (token,) = heard.entries
    anchors = world.roots.trust().anchors(Role.VERIFIER, world.clock.now)
    entered = verify_entry(token, audience=WALLET, anchors=anchors, now=world.clock.now)
    assert ("corner-store", "00000011") == (entered.party, entered.entry.code)
    assert entered.entry.request_uri == await world.verifiers.link_of(transaction_id)
    assert "00000011" not in repr(entered)
    waiting = await world.verifiers.result(transaction_id)
    assert ("pending", 2) == (waiting.state, len(waiting.match_number or ""))


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (404, Failure.SPOKEN_CLOSED),
        (429, Failure.SPOKEN_LOCKED),
        (400, Failure.CODE_UNREACHABLE),
        (503, Failure.CODE_UNREACHABLE),
    ],
)
async def test_letters_that_open_nothing_end_the_question(
    world: World, status: int, failure: Failure
) -> None:
    """
    No question waits for an answer nobody was asked.
    """
    Heard(world, status)

    assert failure is await refused_as(world, LETTERS)
    (look,) = await world.verifiers.recent("corner-store", 10)
    assert ("failed", failure) == (look.state, look.failure)


async def test_misheard_letters_are_told_here_and_asked_nowhere(world: World) -> None:
    """
    The check is anybody's to compute: no try of the desk is spent on a slip.
    """
    heard = Heard(world)

    assert Failure.SPOKEN_MISHEARD is await refused_as(world, "0000-0012")
    assert [] == heard.entries
    assert () == await world.verifiers.recent("corner-store", 10)


async def test_a_wallet_that_cannot_be_reached_ends_the_question(world: World) -> None:
    """
    Nobody answers there: try again, nothing waits.
    """
    world.network.failing[f"{WALLET}/wallet/spoken"] = 1
    assert Failure.CODE_UNREACHABLE is await refused_as(world, LETTERS)


def test_an_entry_of_other_members_is_none(world: World) -> None:
    """
    What is signed but not written as an entry is refused like any other text.
    """
    key = world.keys.current("corner-store")
    claims: JsonObject = {"aud": WALLET, "iat": int(world.clock.now.timestamp()), "desk": 1}
    token = jws.sign({"typ": TYP, "x5c": to_x5c(key.chain)}, dumps(claims), key.signer)

    with pytest.raises(SpokenCodeError):
        verify_entry(
            token,
            audience=WALLET,
            anchors=world.roots.trust().anchors(Role.VERIFIER, world.clock.now),
            now=world.clock.now,
        )
