"""Identifiers of three methods: ``did:key``, ``did:jwk`` and ``did:web`` (DID Core 1.0, 3.1).

The first two are their own key, so there is nothing to fetch. The third is the address of a
document; whoever serves that host over https says which keys are its own.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self
from urllib.parse import unquote

from standards.did.errors import DidError
from standards.web_address import check_web_address

# A JWK of P-256 is 200 characters, a path on the web rarely longer; links cut far below.
DID_LIMIT: Final = 1024
# DID Core section 3.1, without the parts that dereference a DID (path, query, fragment).
_SYNTAX: Final = re.compile(r"did:([a-z0-9]+):((?:[A-Za-z0-9._\-:]|%[0-9A-Fa-f]{2})+)")
# did:web section 3.1: a host, perhaps a port, and path segments between colons.
_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]{1,5})?")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._~\-]+")


class DidMethod(StrEnum):
    """The methods that are read."""

    KEY = "key"
    JWK = "jwk"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Did:
    """An identifier; ``value`` is what follows the method, as it was written."""

    method: DidMethod
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the identifier, or raise `DidError` for another method or no identifier."""
        match = _SYNTAX.fullmatch(text) if len(text) <= DID_LIMIT else None
        if match is None:
            raise DidError("a decentralized identifier was expected")
        method, value = match.groups()
        if method not in set(DidMethod):
            raise DidError("did:key, did:jwk and did:web are read, no other method")
        return cls(DidMethod(method), value)

    def __str__(self) -> str:
        return f"did:{self.method.value}:{self.value}"

    def document_address(self) -> str | None:
        """Return where the document of a ``did:web`` is, None for a method without one.

        Raises `DidError` when no host can be read from it.
        """
        if self.method is not DidMethod.WEB:
            return None
        first, *segments = self.value.split(":")
        host = unquote(first)
        plain = all(_SEGMENT.fullmatch(each) and each.strip(".") for each in segments)
        if not _HOST.fullmatch(host) or not plain:
            raise DidError("did:web names a host and a path")
        path = "/".join(segments) or ".well-known"
        address = f"https://{host}/{path}/did.json"
        check_web_address(address, "the address of a did:web", DidError)
        return address
