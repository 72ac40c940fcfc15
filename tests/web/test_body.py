"""Reading a request's body: the limits at n and n + 1, and every lie about it."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.types import Message

from web.body import FORM_TYPE, JSON_TYPE, read_body, read_json_object
from web.errors import BodyError


def request(
    *parts: bytes,
    headers: Sequence[tuple[str, str]] = (),
    stalls: bool = False,
    gone: bool = False,
) -> Request:
    """A request whose body arrives in the given parts, then ends, stalls or breaks off."""
    messages: list[Message] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    messages.append({"type": "http.disconnect"} if gone else {"type": "http.request"})

    async def receive() -> Message:
        if stalls and len(messages) == 1:
            await asyncio.sleep(30)
        return messages.pop(0)

    given = dict(headers)
    given.setdefault("content-type", JSON_TYPE)
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw}
    return Request(scope, receive)


async def test_a_body_at_the_limit_is_read_and_one_octet_more_is_not() -> None:
    """
    H48: exactly the limit passes; one more is 413, declared or chunked.
    """
    assert b"x" * 10 == await read_body(
        request(b"x" * 4, b"x" * 6), expected_type=JSON_TYPE, limit=10
    )

    for refused in (
        request(b"x" * 5, b"x" * 6),
        request(b"x" * 11, headers=[("content-length", "11")]),
    ):
        with pytest.raises(BodyError) as caught:
            await read_body(refused, expected_type=JSON_TYPE, limit=10)
        assert (413, "body_too_large") == (caught.value.status, caught.value.problem.error)


async def test_a_protocol_without_a_media_type_takes_any() -> None:
    """
    C2SP tlog-witness names none: what is sent counts, not what it calls itself.
    """
    given = request(b"old 0", headers=[("content-type", "text/plain; charset=utf-8")])

    assert b"old 0" == await read_body(given, expected_type=None)


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (request(b"{", stalls=True), 408),
        (request(b"{", gone=True), 400),
        (request(b"{}", headers=[("content-length", "-1")]), 400),
        (request(b"{}", headers=[("content-length", "²")]), 400),
        (request(b"{}", headers=[("content-encoding", "gzip")]), 415),
        (request(b"{}", headers=[("content-encoding", "zzz")]), 415),
        (request(b"{}", headers=[("content-type", "text/plain")]), 415),
        (request(b"{}", headers=[("content-type", "")]), 415),
        (request(b"{"), 400),
        (request(b"[]"), 400),
        (request(b'{"a":1,"a":2}'), 400),
    ],
    ids=[
        "stalls",
        "breaks off",
        "negative length",
        "length in another script",
        "gzip",
        "unknown coding",
        "another type",
        "no type",
        "cut",
        "array",
        "name twice",
    ],
)
async def test_a_body_that_lies_or_breaks_off_is_refused(refused: Request, status: int) -> None:
    """
    H48: slow is 408, short or broken is 400, another type or any compression is 415.
    """
    with pytest.raises(BodyError) as caught:
        await read_json_object(refused, seconds=0.05)

    assert status == caught.value.status
    assert "caller" == caught.value.problem.party


async def test_a_media_type_is_compared_without_its_parameters() -> None:
    """
    ``application/json; charset=utf-8`` is JSON; identity is no compression.
    """
    given = request(
        b'{"a":1}',
        headers=[
            ("content-type", "Application/JSON; charset=utf-8"),
            ("content-encoding", "identity"),
        ],
    )

    assert {"a": 1} == await read_json_object(given)


async def test_a_form_is_read_as_octets() -> None:
    """
    What a body means is decided by the standard's own parser, not here.
    """
    form = request(b"a=b", headers=[("content-type", FORM_TYPE)])

    assert b"a=b" == await read_body(form, expected_type=FORM_TYPE)
