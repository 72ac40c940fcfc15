"""A form read from a request: fields in the order they were sent, and uploaded pictures.

Bounded like every body (H48); an upload stays in memory and is never written to a file.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from web.body import FORM_TYPE, read_body
from web.errors import BodyError

FORM_LIMIT: Final = 64 * 1024
MULTIPART_TYPE: Final = "multipart/form-data"
# A page with every claim of a large household ticked stays far below.
_FIELDS: Final = 1000
_FILES: Final = 4


@dataclass(frozen=True, slots=True)
class Form:
    """A form this service's own page sent; a name may come several times.

    ``session`` and ``once`` say which rendered form it is, for `RoomPages.once`.
    """

    pairs: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...] = ()
    session: str = ""

    def one(self, name: str) -> str:
        """Return the value of a field, empty when it was not sent."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for key, value in self.pairs if key == name]

    def file(self, name: str) -> bytes | None:
        """Return the octets of an uploaded file, None when none was chosen."""
        return next((octets for key, octets in self.files if key == name and octets), None)


async def read_form(request: Request, session: str, *, limit: int) -> Form:
    """Return the form in a request's body, or raise ``BodyError``."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == MULTIPART_TYPE:
        body = await read_body(request, expected_type=MULTIPART_TYPE, limit=limit)
        return await _multipart(request, body, session)
    body = await read_body(request, expected_type=FORM_TYPE, limit=limit)
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError:
        raise _malformed() from None
    return Form(_plain(pairs), session=session)


async def _multipart(request: Request, body: bytes, session: str) -> Form:
    parser = _InMemory(
        request.headers, _once(body), max_files=_FILES, max_fields=_FIELDS, max_part_size=len(body)
    )
    try:
        parsed = await parser.parse()
    except (MultiPartException, ValueError, KeyError):
        raise _malformed() from None
    texts = [(name, text) for name, text in parsed.multi_items() if isinstance(text, str)]
    return Form(_plain(texts), await _files(parsed), session)


async def _files(parsed: FormData) -> tuple[tuple[str, bytes], ...]:
    found = []
    for name, upload in parsed.multi_items():
        if isinstance(upload, UploadFile):
            found.append((name, await upload.read()))
            await upload.close()
    return tuple(found)


def _plain(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Refuse what no keyboard sends and no database can look for."""
    if any("\0" in text for pair in pairs for text in pair):
        raise _malformed()
    return tuple(pairs)


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


def _malformed() -> BodyError:
    return BodyError(HTTPStatus.BAD_REQUEST, "malformed_form", "the form cannot be read")


class _InMemory(MultiPartParser):
    # The body has been bounded before; nothing of a person's goes to a temporary file.
    spool_max_size = 1 << 30
