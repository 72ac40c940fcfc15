"""One question and its answer, as they went over the line; what every bundle looks at."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response; names of headers are in lower case."""

    method: str
    url: str
    sent: Mapping[str, str]
    content: str
    status: int
    headers: Mapping[str, str]
    body: str

    @classmethod
    def of(cls, response: httpx2.Response) -> Self:
        """An exchange a Python program had."""
        request = response.request
        return cls(
            request.method,
            str(request.url),
            dict(request.headers),
            request.read().decode(),
            response.status_code,
            dict(response.headers),
            response.text,
        )

    @classmethod
    def told(cls, value: Mapping[str, Any]) -> Self:
        """An exchange the other maker's wallet tells of."""
        return cls(**value)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip()

    def json(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        value = json.loads(self.body)
        assert isinstance(value, dict), "the body is no JSON object"
        return value


def at(exchanges: Iterable[Exchange], address: str) -> Exchange:
    """The last exchange at an address, its query left aside."""
    found = [one for one in exchanges if plain(one.url) == address]
    assert found, f"nothing was asked at {address}"
    return found[-1]


def plain(address: str) -> str:
    """An address without its query."""
    return urlsplit(address)._replace(query="").geturl()
