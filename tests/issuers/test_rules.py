"""The small rules by themselves: codes, nonces, statuses, times, keys, the wire's table."""

import math
import os
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.endpoints.answers import WIRE
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.issuing import end_of
from issuers.numbers.codes import IssuerSecret, new_digits, new_name, new_token
from issuers.numbers.nonces import check_nonce, new_nonce
from issuers.status import standing
from issuers.status.standing import LIST_SIZE, Action, Standing, draw_places, free_places
from issuers.surroundings import Surroundings
from keys import base64url
from keys.strict_json import loads_object
from standards.sd_jwt.parse import parse_sd_jwt
from standards.status_list.bits import Status
from tests.issuers.world import NOW, FreshKeys, MovableClock, World

SECRET = IssuerSecret(b"s" * 32)


def test_every_failure_has_its_place_on_the_wire() -> None:
    """
    The mapping is total: no failure can become a server error.
    """
    assert set(IssuerFailure) == set(WIRE)


def test_codes_are_as_strong_as_they_claim() -> None:
    """
    P19: 256 bits for what opens, 128 for what names; digits keep their zeros.
    """
    asked: list[int] = []

    def entropy(count: int) -> bytes:
        asked.append(count)
        return b"\x00" * count

    assert (43, 22) == (len(new_token(entropy)), len(new_name(entropy)))
    assert "000000" == new_digits(entropy, 6)
    assert [32, 16] == asked[:2]


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_macs_tell_their_parts_apart(one: list[str], other: list[str]) -> None:
    """
    ("ab", "c") and ("a", "bc") are two messages, and two purposes are two worlds.
    """
    same = one == other

    assert same is (SECRET.mac("p", *one) == SECRET.mac("p", *other))
    assert SECRET.mac("p", *one) != SECRET.mac("q", *one)


def test_a_short_secret_is_a_mistake() -> None:
    """
    Whoever wires the room is told at the start.
    """
    with pytest.raises(ValueError, match="32 octets"):
        IssuerSecret(b"short")


@given(st.binary(max_size=60))
def test_made_up_nonces_are_refused(octets: bytes) -> None:
    """
    Whatever comes instead of a nonce is one answer: nonce_invalid.
    """
    with pytest.raises(IssuerError) as caught:
        check_nonce(base64url.encode(octets), "a", secret=SECRET, now=NOW)
    assert IssuerFailure.NONCE_INVALID == caught.value.failure


@pytest.mark.parametrize("at", range(51))
def test_a_nonce_changed_anywhere_is_refused(at: int) -> None:
    """
    R13: every character counts.
    """
    nonce = new_nonce("a", secret=SECRET, now=NOW, entropy=os.urandom)
    assert check_nonce(nonce, "a", secret=SECRET, now=NOW).expires_at > NOW
    changed = nonce[:at] + ("A" if nonce[at] != "A" else "B") + nonce[at + 1 :]

    with pytest.raises(IssuerError):
        check_nonce(changed, "a", secret=SECRET, now=NOW)


VALID, SUSPENDED = Standing(Status.VALID), Standing(Status.SUSPENDED)
REVOKED = Standing(Status.INVALID)
OUTDATED = Standing(Status.APPLICATION_SPECIFIC, is_outdated=True)
HELD = Standing(Status.SUSPENDED, is_outdated=True)
REVOKED_OLD = Standing(Status.INVALID, is_outdated=True)
SAME, FINAL = IssuerFailure.STATUS_UNCHANGED, IssuerFailure.STATUS_FINAL


@pytest.mark.parametrize(
    ("current", "revoked", "suspended", "reinstated", "outdated"),
    [
        (VALID, REVOKED, SUSPENDED, SAME, OUTDATED),
        (SUSPENDED, REVOKED, SAME, VALID, HELD),
        (OUTDATED, REVOKED_OLD, HELD, SAME, SAME),
        (HELD, REVOKED_OLD, SAME, OUTDATED, SAME),
        (REVOKED, SAME, FINAL, FINAL, FINAL),
        (REVOKED_OLD, SAME, FINAL, FINAL, FINAL),
    ],
    ids=["valid", "suspended", "outdated", "outdated while suspended", "revoked", "both"],
)
def test_every_change_of_status_is_decided(
    current: Standing,
    revoked: Standing | IssuerFailure,
    suspended: Standing | IssuerFailure,
    reinstated: Standing | IssuerFailure,
    outdated: Standing | IssuerFailure,
) -> None:
    """
    The whole table: revoked is final; what the register has overtaken never becomes valid again.
    """
    row = {
        Action.REVOKE: revoked,
        Action.SUSPEND: suspended,
        Action.REINSTATE: reinstated,
        Action.OUTDATE: outdated,
    }
    for action, expected in row.items():
        if isinstance(expected, Standing):
            assert expected == current.after(action)
        else:
            with pytest.raises(IssuerError) as caught:
                current.after(action)
            assert expected == caught.value.failure


def test_places_have_no_pattern() -> None:
    """
    P3: 10,000 draws spread evenly, neighbours are not related, no step repeats.
    """
    drawn = [place % LIST_SIZE for place in draw_places(os.urandom, 10_000)]
    buckets = [0] * 16
    for place in drawn:
        buckets[place * 16 // LIST_SIZE] += 1
    steps = {(b - a) % LIST_SIZE for a, b in pairwise(drawn)}

    # Chi-square with 15 degrees of freedom: above 50 once in 100,000 runs.
    assert sum((bucket - 625) ** 2 / 625 for bucket in buckets) < 50
    assert len(steps) > 9000
    mean = sum(drawn) / len(drawn)
    # Six standard errors of the mean of a uniform draw.
    assert abs(mean - LIST_SIZE / 2) < 6 * LIST_SIZE / math.sqrt(12 * 10_000)


def test_free_places_are_different_and_free() -> None:
    """
    A draw may hit a place twice, or one that is taken.
    """
    assert (1, 4) == free_places([1, 1, 2, 4, 5], {2}, 2)
    assert (5,) == free_places([2, 5, 5], {2}, 3)


def test_the_list_can_hold_what_it_is_filled_with() -> None:
    """
    Half of the places stay free: they are decoys, and room to draw from.
    """
    assert 2 == standing.FILLED
    assert 0 == (1 << 24) % LIST_SIZE  # so that the remainder of three octets is even


def test_a_day_ends_at_midnight_in_korea() -> None:
    """
    Nine hours before midnight in UTC, on the day itself.
    """
    assert datetime(2026, 12, 22, 15, 0, tzinfo=UTC) == end_of(date(2026, 12, 22))


async def test_the_day_of_issue_is_the_day_in_korea(world: World) -> None:
    """
    At 15:30 UTC it is tomorrow in Seoul.
    """
    world.clock.now = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    (credential,) = await world.issue()

    payload = loads_object(parse_sd_jwt(credential).issuer.payload)
    assert int(datetime(2027, 2, 21, 15, 0, tzinfo=UTC).timestamp()) == payload["exp"]
    assert '"issued_on","2026-11-23"' in "".join(
        _text(disclosure) for disclosure in parse_sd_jwt(credential).disclosures
    )


def _text(disclosure: str) -> str:
    return base64url.decode(disclosure).decode()


@pytest.mark.parametrize("base", ["https://a.example/path", "https://a.example?x", "a.example"])
def test_the_public_address_has_no_path(base: str) -> None:
    """
    Well-known addresses stand between host and path, so a path of ours would be in the way.
    """
    with pytest.raises(ValueError, match="without a path"):
        Surroundings(base, b"s" * 32, MovableClock(), FreshKeys().trust)
