"""Clients a wallet was told of beforehand (OpenID4VP 1.0 section 5.9.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from standards.dcql.errors import DcqlError
from standards.dcql.query import DcqlQuery, check_sendable, parse_query
from standards.members import Members, members, present
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.errors import malformed_request
from standards.web_address import check_web_address

FORMAT: Final = "https://mydata.example/formats/wallet-client/1"
_MEMBERS: Final = frozenset(
    ("format", "client_id", "name", "organization_id", "response_uris", "jwks", "scopes")
)
_LIMIT: Final = 32


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A verifier as it was registered with a wallet.

    Answers go to ``response_uris`` alone: the very address, or one below an address that ends in
    a slash. With ``keys`` its requests are signed by one of them; without, they come unsigned and
    say whatever whoever wrote them wants, but the answer still goes to this client.
    ``organization_id`` is the registration id by which it is known elsewhere. ``scopes`` are
    names of its own for queries (section 5.5).
    """

    client_id: str
    name: str
    response_uris: tuple[str, ...]
    keys: tuple[PublicJwk, ...] = ()
    organization_id: str | None = None
    scopes: Mapping[str, DcqlQuery] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def parse(cls, value: JsonObject) -> Self:
        """Return the client a definition describes, or raise `RequestError` (malformed)."""
        reader = members(value, "client", malformed_request)
        unknown = sorted(set(value) - _MEMBERS)
        if unknown or reader.text("format") != FORMAT:
            raise malformed_request(f"client: format {FORMAT} and its members were expected")
        addresses = reader.texts("response_uris")
        for address in addresses:
            check_web_address(address, "client: response_uris", malformed_request)
        return cls(
            client_id=_plain(reader.text("client_id")),
            name=reader.text("name"),
            response_uris=addresses,
            keys=reader.part("jwks", _keys) or (),
            organization_id=reader.optional_text("organization_id"),
            scopes=MappingProxyType(dict(map(_scope, _entries(reader, "scopes")))),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        required: JsonObject = {
            "format": FORMAT,
            "client_id": self.client_id,
            "name": self.name,
            "response_uris": [*self.response_uris],
        }
        return required | present(
            {
                "organization_id": self.organization_id,
                "jwks": present({"keys": [key.as_dict() for key in self.keys]}),
                "scopes": {name: query.as_dict() for name, query in self.scopes.items()},
            }
        )

    def takes_answers_at(self, response_uri: str) -> bool:
        """Tell whether an answer may go there, letter for letter (RFC 9700 section 2.1)."""
        return any(
            response_uri == known or (known.endswith("/") and _lies_below(response_uri, known))
            for known in self.response_uris
        )


def _lies_below(address: str, known: str) -> bool:
    """Only a path that says plainly where it leads: no dots to climb with, nothing encoded."""
    rest = address.removeprefix(known)
    marks = ("..", "%", "\\", "//")
    return rest != address and not any(mark in f"/{rest}" for mark in marks)


def _plain(client_id: str) -> str:
    """VP-19: an identifier that looks like a prefix would be read as one."""
    if ClientId.parse(client_id).prefix is not None:
        raise malformed_request("client: client_id begins like a prefix of OpenID4VP")
    return client_id


def _keys(jwks: Members) -> tuple[PublicJwk, ...]:
    entries = jwks.array("keys")
    try:
        keys = tuple(map(PublicJwk.parse, entries))
    except KeysError as error:
        raise malformed_request(f"client: jwks: {error.detail}") from None
    if len(keys) > _LIMIT or len({key.kid for key in keys}) != len(keys):
        raise malformed_request(f"client: jwks: at most {_LIMIT} keys, each with a kid of its own")
    return keys


def _entries(reader: Members, name: str) -> tuple[tuple[str, Members], ...]:
    return reader.entries(name) if reader.has(name) else ()


def _scope(entry: tuple[str, Members]) -> tuple[str, DcqlQuery]:
    name, written = entry
    try:
        query = parse_query(written.value)
        check_sendable(query)
    except DcqlError as error:
        raise malformed_request(f"client: scopes: {error.detail}") from None
    return name, query
