"""Tokens that try to cost more than they weigh, or to have two spellings (H13, H50)."""

import time
import tracemalloc

import pytest

from keys import base64url, jws
from keys.errors import KeysFailure
from keys.signer import SoftwareSigner
from tests.keys.refusal import refused

SIGNER = SoftwareSigner.generate()
TOKEN = jws.sign({"typ": "JWT"}, b'{"a":1}', SIGNER)
HEADER, PAYLOAD, SIGNATURE = TOKEN.split(".")
MEGABYTES = "A" * 5_000_000


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(f"{base64url.encode(MEGABYTES.encode())}.e30.{SIGNATURE}", id="header"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{MEGABYTES}", id="signature"),
        pytest.param(f"{HEADER}.{MEGABYTES}.{SIGNATURE}", id="payload"),
        pytest.param("." * 1_000_000, id="a million dots"),
        pytest.param(f"{'A' * 65_537}.e30.{SIGNATURE}", id="header alone"),
    ],
)
def test_a_giant_token_is_refused_before_it_is_decoded(token: str) -> None:
    """
    H50: within a few milliseconds and without another copy of it in memory.
    """
    tracemalloc.start()
    began = time.thread_time()
    with refused(KeysFailure.TOO_LARGE):
        jws.parse(token)
    assert time.thread_time() - began < 0.02
    assert tracemalloc.get_traced_memory()[1] < 256 * 1024
    tracemalloc.stop()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="nothing"),
        pytest.param("...", id="four empty parts"),
        pytest.param(".." + "A" * 86, id="empty header"),
        pytest.param(f"{HEADER}.{PAYLOAD}", id="no signature"),
        pytest.param(f"{HEADER}.{PAYLOAD}.", id="empty signature"),
        pytest.param(f"{TOKEN}.", id="a part too many"),
        pytest.param(f"{TOKEN}.{SIGNATURE}", id="five parts"),
        pytest.param(f"{HEADER}..{SIGNATURE}x", id="signature too long"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-1]}", id="signature too short"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE}==", id="padding"),
        pytest.param(f"{HEADER}=.{PAYLOAD}.{SIGNATURE}", id="padding in the header"),
        pytest.param(f" {TOKEN}", id="space before"),
        pytest.param(f"{TOKEN}\n", id="line break after"),
        pytest.param(f"{HEADER}. {PAYLOAD}.{SIGNATURE}", id="space inside"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{'+/' * 43}", id="the other alphabet"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{'A' * 85}B", id="left-over bits"),
        pytest.param(f"{base64url.encode(b'[1]')}.e30.{SIGNATURE}", id="header an array"),
        pytest.param(
            base64url.encode(b'{"alg":"ES256","alg":"none"}') + f".e30.{SIGNATURE}",
            id="H61 alg twice",
        ),
        pytest.param(
            '{"payload":"e30","signatures":[{"protected":"e30","signature":"A"}]}',
            id="JSON serialization",
        ),
    ],
)
def test_what_is_not_a_compact_token_is_malformed(token: str) -> None:
    """
    H13: three parts, two dots, one alphabet, and no second spelling.
    """
    with refused(KeysFailure.MALFORMED):
        jws.parse(token)


def test_deep_headers_are_refused() -> None:
    """
    H47: a header of nothing but brackets meets the depth limit, not the stack.
    """
    header = base64url.encode(b'{"alg":' + b"[" * 20_000)
    with refused(KeysFailure.TOO_LARGE):
        jws.parse(f"{header}.e30.{SIGNATURE}")


def test_the_limit_is_the_callers_and_is_inclusive() -> None:
    """
    R14: a token of exactly the limit is read, of one more is not.
    """
    assert "JWT" == jws.parse(TOKEN, limit=len(TOKEN)).typ
    with refused(KeysFailure.TOO_LARGE):
        jws.parse(TOKEN, limit=len(TOKEN) - 1)


def test_an_error_repeats_little_and_nothing_unprintable() -> None:
    """
    B: no echo of the input beyond 64 printable characters.
    """
    name = "\x1b[31m" + "é" * 500
    header = base64url.encode(f'{{"alg":"{name[4:]}"}}'.encode())
    with refused(KeysFailure.ALGORITHM_REFUSED):
        jws.parse(f"{header}.e30.{SIGNATURE}")
