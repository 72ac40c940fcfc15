"""Pushed Authorization Requests (RFC 9126): the request goes ahead, the browser only names it."""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import members
from standards.oauth.authorization import with_query
from standards.oauth.errors import malformed


@dataclass(frozen=True, slots=True)
class PushedResponse:
    """What a pushed request is called, and for how many seconds; sent with 201 (section 2.2)."""

    request_uri: str
    expires_in: int

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the response, or raise `OAuthError`; unknown members are ignored."""
        reader = members(value, "pushed authorization response", malformed)
        expires_in = reader.optional_count("expires_in")
        if not expires_in:
            raise malformed("expires_in is a positive number of seconds")
        return cls(reader.text("request_uri"), expires_in)

    def as_dict(self) -> JsonObject:
        """Return the body to answer with, under ``Cache-Control: no-store``."""
        return {"request_uri": self.request_uri, "expires_in": self.expires_in}


def front_channel(authorization_endpoint: str, client_id: str, request_uri: str) -> str:
    """Return where the browser is sent: the two parameters and nothing else (section 4)."""
    parameters = {"client_id": client_id, "request_uri": request_uri}
    return with_query(authorization_endpoint, parameters)
