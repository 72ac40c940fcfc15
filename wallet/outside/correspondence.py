"""The port to the world outside: one question, one bounded answer.

What a failure means depends on who was asked, so the port only says that nothing usable came;
the rule that asked turns it into its own failure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from keys.errors import KeysError
from keys.strict_json import JsonObject, loads_object

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"

# Offers, tokens, metadata and the answers of verifiers are a few kilobytes.
SMALL_ANSWER: Final = 64 * 1024
# Credentials with a photograph, type metadata with logos.
LARGE_ANSWER: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer; ``media_type`` in lower case, without parameters.

    ``headers`` are by lower-case name.
    """

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)


class UnansweredError(Exception):
    """Nothing usable came back; the text names the host and the kind of trouble, no more."""


class Correspondent(Protocol):
    """Asks others over https; redirects are never followed, sizes and times are bounded."""

    async def get(self, url: str, *, accept: str, limit: int) -> Answer:
        """Return the answer to GET, or raise ``UnansweredError``."""
        ...

    async def post(
        self,
        url: str,
        *,
        content: bytes,
        content_type: str,
        accept: str,
        limit: int,
        authorization: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Return the answer to POST, or raise ``UnansweredError``; ``headers`` are added."""
        ...


def json_object(answer: Answer, refuse: Callable[[str], Exception]) -> JsonObject:
    """Return the JSON object in an answer, whatever its status; ``refuse`` makes the error."""
    if answer.media_type != JSON:
        raise refuse("the answer is not application/json")
    return loaded_object(answer, refuse)


def loaded_object(answer: Answer, refuse: Callable[[str], Exception]) -> JsonObject:
    """Return the JSON object in an answer of any media type that the caller has looked at."""
    try:
        return loads_object(answer.body)
    except KeysError:
        raise refuse("the answer is not a JSON object") from None
