"""The whole query (OpenID4VP 1.0 section 6): credentials, and which combinations will do.

Members nobody knows are ignored. What is larger than anyone needs is refused before any matching.
"""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.errors import malformed
from standards.dcql.limits import (
    MAX_CLAIM_SET_IDS,
    MAX_CLAIMS,
    MAX_CREDENTIAL_SETS,
    MAX_CREDENTIALS,
    MAX_OPTIONS,
    at_most,
    check_unique,
)
from standards.members import Members, members, present, written_all


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """One use case (section 6.2): ``options`` are ids of credential queries, best first."""

    options: tuple[tuple[str, ...], ...]
    required: bool = True

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return one element of ``credential_sets``, or raise `DcqlError`."""
        options = at_most(MAX_OPTIONS, reader.text_arrays("options"), "options")
        for option in options:
            at_most(MAX_CREDENTIALS, option, "credentials in an option")
        return cls(options, reader.flag("required", default=True))

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads; ``required`` only when it is false."""
        options: JsonObject = {"options": [list(option) for option in self.options]}
        return options if self.required else options | {"required": False}


@dataclass(frozen=True, slots=True)
class DcqlQuery:
    """A whole query; ``credential_sets`` empty means that every credential is required."""

    credentials: tuple[CredentialQuery, ...]
    credential_sets: tuple[CredentialSet, ...] = ()

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse_query` reads."""
        return present(
            {
                "credentials": written_all(self.credentials),
                "credential_sets": written_all(self.credential_sets),
            }
        )

    def credential(self, query_id: str) -> CredentialQuery | None:
        """Return the credential query of that id, or None when the query has none."""
        return next((query for query in self.credentials if query.id == query_id), None)

    def sets(self) -> tuple[CredentialSet, ...]:
        """Return the credential sets; without any, one required set of everything (6.4.2)."""
        everything = tuple(query.id for query in self.credentials)
        return self.credential_sets or (CredentialSet((everything,)),)


def parse_query(value: JsonValue) -> DcqlQuery:
    """Return the query in a ``dcql_query`` parameter, or raise `DcqlError` (malformed, limit)."""
    reader = members(value, "dcql_query", malformed)
    elements = at_most(MAX_CREDENTIALS, reader.objects("credentials"), "credentials")
    sets = reader.parts("credential_sets", CredentialSet.parse)
    query = DcqlQuery(
        tuple(map(CredentialQuery.parse, elements)),
        at_most(MAX_CREDENTIAL_SETS, sets, "credential_sets"),
    )
    _check_ids(query)
    _check_size(query)
    return query


def check_sendable(query: DcqlQuery) -> None:
    """Return when a verifier may send ``query``, else raise `DcqlError`.

    Beyond what `parse_query` holds: a type for every credential (appendices B.2.3, B.3.5), no
    claim asked for twice (section 6.1), no claim that no claim set uses.
    """
    for credential in query.credentials:
        if not credential.types:
            raise malformed(f"{credential.id}: meta names no type")
        paths = {claim.path for claim in credential.claims}
        if len(paths) != len(credential.claims):
            raise malformed(f"{credential.id}: one claim is asked for twice")
        used = {position for claims in credential.alternatives() for position in claims}
        if len(used) != len(credential.claims):
            raise malformed(f"{credential.id}: a claim is in no claim set")


def _check_ids(query: DcqlQuery) -> None:
    ids = [credential.id for credential in query.credentials]
    check_unique(ids, "credentials")
    options = (option for entry in query.credential_sets for option in entry.options)
    if not set(ids).issuperset(name for option in options for name in option):
        raise malformed("credential_sets names a credential that is not there")


def _check_size(query: DcqlQuery) -> None:
    claims = [claim for credential in query.credentials for claim in credential.claims]
    at_most(MAX_CLAIMS, claims, "claims in all")
    sets = (names for credential in query.credentials for names in credential.claim_sets)
    at_most(MAX_CLAIM_SET_IDS, [name for names in sets for name in names], "claims in claim sets")
