"""Any bytes and any JSON where wallets send to: refused in the forms of the standards."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from keys import jwe
from keys.jwe import Enc
from tests.issuers.world import REGISTRY, FreshKeys, MovableClock, World, client_of, room

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ENDPOINTS = ("token", "nonce", "credential", "deferred", "notification", "par", "challenge")
TYPES = (JSON, FORM, "application/jwt", "text/plain", "")

# Each test asks one room many times: the rules remember nothing of what they refuse.
QUICK = settings(
    deadline=None,
    max_examples=int(os.environ.get("MYDATA_FUZZ_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEXTS = st.text(max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.sampled_from(("Bearer {}", "DPoP {}", "bearer  {}", "Basic {}", "{}", "Bearer"))


@pytest.fixture
async def hardly(engine: AsyncEngine, fresh_keys: FreshKeys) -> AsyncIterator[World]:
    """A world whose HTTP client lets our own faults through, so that none hides behind a 500."""
    clock = MovableClock()
    issuers = room(engine, fresh_keys, clock)
    async with client_of(issuers) as http:
        yield World(issuers, engine, clock, fresh_keys, http)


def check(answer: httpx2.Response) -> None:
    """Hold an answer against what every refusal keeps to."""
    assert answer.status_code < 500, answer.text
    assert "access_token" not in answer.text
    if answer.status_code in {204, 401}:
        return
    assert answer.headers["content-type"] in {JSON, "application/jwt"}
    if answer.status_code >= 400:
        body = answer.json()
        assert {"error", "error_description", "party", "detail"} >= set(body)
        assert all(" " <= c <= "~" for c in str(body.get("error_description", "")))


async def send(
    world: World, endpoint: str, content: bytes, content_type: str, authorization: str | None
) -> httpx2.Response:
    headers = {"Content-Type": content_type} if content_type else {}
    if authorization is not None:
        headers |= {"Authorization": authorization}
    return await world.http.post(f"{REGISTRY}/{endpoint}", content=content, headers=headers)


@QUICK
@given(
    endpoint=st.sampled_from(ENDPOINTS),
    content=st.binary(max_size=200),
    content_type=st.sampled_from(TYPES),
    scheme=HEADERS,
)
async def test_any_bytes_are_refused_and_nothing_breaks(
    hardly: World, endpoint: str, content: bytes, content_type: str, scheme: str
) -> None:
    """
    H47, H61: no unhandled exception and no 5xx, whatever is sent as whatever type.
    """
    token = await kept(hardly)
    check(await send(hardly, endpoint, content, content_type, scheme.format(token)))


@QUICK
@given(endpoint=st.sampled_from(ENDPOINTS), value=VALUES)
async def test_any_json_is_refused_and_nothing_breaks(
    hardly: World, endpoint: str, value: Any
) -> None:
    """
    H61: numbers no JSON has, objects of anything, to the addresses that read JSON.
    """
    content = json.dumps(value).encode()
    check(await send(hardly, endpoint, content, JSON, f"Bearer {await kept(hardly)}"))


@QUICK
@given(
    endpoint=st.sampled_from(("credential", "deferred", "notification")),
    path=st.integers(min_value=0),
    value=VALUES,
)
async def test_nearly_right_requests_are_refused_or_right(
    hardly: World, endpoint: str, path: int, value: Any
) -> None:
    """
    H74, H75: one member of a good request is anything else, or there is one more of any name.
    """
    body = await good(hardly, endpoint)
    place = [*_places(body)][path % len([*_places(body)])]
    content = json.dumps(_changed(body, place, value)).encode()
    check(await send(hardly, endpoint, content, JSON, f"Bearer {await kept(hardly)}"))


@QUICK
@given(
    endpoint=st.sampled_from(("credential", "deferred")),
    plaintext=st.binary(max_size=120) | VALUES.map(lambda value: json.dumps(value).encode()),
    cut=st.integers(min_value=0, max_value=400),
    enc=st.sampled_from(list(Enc)),
)
async def test_any_encrypted_request_is_refused_or_read(
    hardly: World, endpoint: str, plaintext: bytes, cut: int, enc: Enc
) -> None:
    """
    H41, H74: anything inside an encryption, and encryptions that break off anywhere.
    """
    key = hardly.keys.encryption("resident-registry")[0]
    token = jwe.encrypt(plaintext, key.public, enc=enc)
    sent = token[: len(token) - cut] if cut % 2 else token
    authorization = f"Bearer {await kept(hardly)}"
    check(await send(hardly, endpoint, sent.encode(), "application/jwt", authorization))


@QUICK
@given(
    fields=st.dictionaries(
        st.sampled_from(
            (
                *("grant_type", "pre-authorized_code", "tx_code", "code", "code_verifier"),
                *("redirect_uri", "client_id", "refresh_token", "scope", "authorization_details"),
                *("client_assertion", "client_assertion_type", "resource"),
            )
        ),
        TEXTS
        | st.sampled_from(
            (
                "urn:ietf:params:oauth:grant-type:pre-authorized_code",
                "authorization_code",
                "refresh_token",
                "[{}]",
                "https://wallet.example/cb",
            )
        ),
    ),
    endpoint=st.sampled_from(("token", "par")),
)
async def test_any_form_is_refused_and_nothing_breaks(
    hardly: World, fields: dict[str, str], endpoint: str
) -> None:
    """
    RFC 6749 section 5.2, RFC 9126 section 2.3: any parameters in any combination.
    """
    answer = await hardly.http.post(f"{REGISTRY}/{endpoint}", data=fields)
    assert answer.status_code != 200
    check(answer)


async def kept(world: World) -> str:
    """Return an access token for an order that waits, made once for each world."""
    if not hasattr(world, "kept_token"):
        world.kept_token = await world.access(decision=True)  # type: ignore[attr-defined]  # one per test
    return str(world.kept_token)  # type: ignore[attr-defined]  # the same


async def good(world: World, endpoint: str) -> Any:
    """Return a body that is right but for what it proves or names."""
    match endpoint:
        case "credential":
            return {
                "credential_configuration_id": "resident-register",
                "proofs": {"jwt": [world.prove(await world.nonce())]},
                "mydata_inbox": "AAAA",
            }
        case "deferred":
            return {"transaction_id": "A" * 43}
        case _:
            return {
                "notification_id": "A" * 43,
                "event": "credential_accepted",
                "event_description": "x",
            }


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where a member or element stands, and one place for a new member."""
    if isinstance(value, dict):
        yield (*at, "new")
        for name, member in value.items():
            yield (*at, name)
            yield from _places(member, (*at, name))
    if isinstance(value, list):
        for number, element in enumerate(value):
            yield (*at, number)
            yield from _places(element, (*at, number))


def _changed(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a body with another value at one place."""
    copy = json.loads(json.dumps(body))
    inner = copy
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return copy
