"""The VP Token: presentations by the id of the credential query they answer (section 8.1)."""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.limits import MAX_PRESENTATIONS
from standards.dcql.query import DcqlQuery
from standards.members import Members, members
from standards.openid4vp.errors import ResponseError, ResponseFailure, malformed_response


@dataclass(frozen=True, slots=True)
class VpToken:
    """Presentations as text, under the ids of the credential queries they answer."""

    by_query: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def parse(cls, value: JsonValue, query: DcqlQuery) -> Self:
        """Return the token answering ``query``, or raise `ResponseError` (VP-43, H82).

        Every id is one of the query's; each has one presentation, or several where the query
        says ``multiple``. Whether they answer it is `standards.dcql.answer`'s question.
        """
        reader = members(value, "vp_token", malformed_response)
        if not reader.value:
            raise ResponseError(ResponseFailure.NO_PRESENTATION, "vp_token is empty")
        return cls(tuple((name, _presentations(reader, name, query)) for name in reader.value))

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return {name: list(presentations) for name, presentations in self.by_query}


def _presentations(reader: Members, name: str, query: DcqlQuery) -> tuple[str, ...]:
    credential = query.credential(name)
    if credential is None:
        raise ResponseError(ResponseFailure.UNKNOWN_QUERY_ID, "an answer to no question of ours")
    if reader.value[name] == []:
        raise ResponseError(ResponseFailure.NO_PRESENTATION, f"{name}: no presentation")
    presentations = reader.texts(name)
    if len(presentations) > _allowed(credential):
        raise ResponseError(
            ResponseFailure.TOO_MANY_PRESENTATIONS, f"{name}: more presentations than asked for"
        )
    return presentations


def _allowed(credential: CredentialQuery) -> int:
    return MAX_PRESENTATIONS if credential.multiple else 1
