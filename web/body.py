"""Reading a request's body by hand: bounded in size and time, one media type, no compression.

H48 of the hostile inputs: a body at the limit is accepted, one octet more is 413, a body that
stalls is 408, another media type or any Content-Encoding is 415, broken JSON is 400.
"""

import asyncio
from http import HTTPStatus
from typing import Final

from starlette.requests import ClientDisconnect, Request

from keys.errors import KeysError
from keys.strict_json import JsonObject, loads_object
from web.errors import BodyError

# No body of any protocol here comes near it; addresses that expect less pass a tighter limit.
DEFAULT_LIMIT: Final = 256 * 1024
# A phone on a bad line sends 256 KiB in that time; an idle connection is not worth more.
READ_SECONDS: Final = 10.0

JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"


async def read_body(
    request: Request,
    *,
    expected_type: str | None,
    limit: int = DEFAULT_LIMIT,
    seconds: float = READ_SECONDS,
) -> bytes:
    """Return the whole body, at most ``limit`` octets, or raise ``BodyError``.

    ``expected_type`` None is for protocols that name no media type.
    """
    _check_head(request, expected_type, limit)
    try:
        async with asyncio.timeout(seconds):
            return await _read_stream(request, limit)
    except TimeoutError:
        detail = f"the body did not arrive within {seconds:g} seconds"
        raise BodyError(HTTPStatus.REQUEST_TIMEOUT, "body_timeout", detail) from None
    except ClientDisconnect:
        detail = "the body is shorter than its declared length"
        raise BodyError(HTTPStatus.BAD_REQUEST, "body_incomplete", detail) from None


async def read_json_object(
    request: Request, *, limit: int = DEFAULT_LIMIT, seconds: float = READ_SECONDS
) -> JsonObject:
    """Return the body as a strictly parsed JSON object, or raise ``BodyError``."""
    body = await read_body(request, expected_type=JSON_TYPE, limit=limit, seconds=seconds)
    try:
        return loads_object(body, limit=limit)
    except KeysError as refused:
        raise BodyError(HTTPStatus.BAD_REQUEST, "malformed_json", refused.detail) from None


def _check_head(request: Request, expected_type: str | None, limit: int) -> None:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if expected_type is not None and media_type != expected_type:
        detail = f"send the body as {expected_type}"
        raise BodyError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media_type", detail)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        detail = "send the body without Content-Encoding"
        raise BodyError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "content_encoding", detail)
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()):
        detail = "Content-Length is not a number"
        raise BodyError(HTTPStatus.BAD_REQUEST, "content_length", detail)
    if int(declared) > limit:
        raise _too_large(limit)


async def _read_stream(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        # Counted as it comes: a chunked body declares no length.
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> BodyError:
    detail = f"the body is larger than {limit} octets"
    return BodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)
