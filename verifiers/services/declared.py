"""The verification policy of a definition, and the types of certificates it names."""

from datetime import timedelta
from typing import Final

from keys.json_value import JsonValue
from keys.jwk import Algorithm
from verifiers.presented.requirements import DeclaredPolicy, SameClaim, StatusGrace
from verifiers.presented.verified import Assurance
from verifiers.services.table import Table, invalid

_ANY: Final = "*"
# Longer than this nobody may go on believing a status list that cannot be fetched.
MAX_GRACE: Final = timedelta(days=1)


def type_of(members: Table, base: str) -> str | None:
    """Return the ``vct`` a member ``type`` stands for, None for ``*``: any that is not named."""
    text = members.text("type")
    if text == _ANY:
        return None
    if text.startswith(("https://", "urn:", f"{base}/")):
        return text
    authority, found, kind = text.partition("/")
    if not found or "/" in kind or not authority or not kind:
        members.fail("type", "authority/kind, a whole vct, or *")
    return f"{base}/issuers/{authority}/types/{kind}/1"


def read_policy(members: Table, queries: frozenset[str], base: str) -> DeclaredPolicy:
    """Return the policy of a purpose, or raise DEFINITION_INVALID; ``queries`` are its own ids."""
    if not members.has("policy"):
        return DeclaredPolicy()
    names = ("issuers", "max_age", "assurance", "holder_keys", "same", "status_grace")
    policy = Table.of(members.place("policy"), members.raw("policy"), (), names)
    return DeclaredPolicy(
        issuers=_issuers(policy, base) if policy.has("issuers") else (),
        max_age=policy.span("max_age") if policy.has("max_age") else None,
        assurance=policy.choice("assurance", Assurance) if policy.has("assurance") else None,
        holder_keys=_holder_keys(policy),
        same=tuple(_same(policy, at, each, queries) for at, each in policy.items("same", [])),
        status_grace=_grace(policy) if policy.has("status_grace") else None,
    )


def _issuers(policy: Table, base: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the issuers each type is taken from; an authority of ours by its name."""
    table = policy.raw("issuers")
    if not isinstance(table, dict):
        policy.fail("issuers", "a table: a type, and a list of issuers")
    inside = Table(policy.place("issuers"), table)
    found = []
    for name in table:
        vct = type_of(Table(inside.at, {"type": name}), base)
        names = inside.texts(name)
        if vct is None or not names:
            inside.fail(name, "a type, and at least one issuer")
        found.append(
            (vct, tuple(each if ":" in each else f"{base}/issuers/{each}" for each in names))
        )
    return tuple(found)


def _holder_keys(policy: Table) -> tuple[str, ...]:
    known = [algorithm.value for algorithm in Algorithm]
    chosen = policy.texts("holder_keys")
    if not set(chosen) <= set(known):
        policy.fail("holder_keys", f"some of {', '.join(known)}")
    return chosen


def _same(policy: Table, at: str, value: JsonValue, queries: frozenset[str]) -> SameClaim:
    match value:
        case [str(query_id), str(path), str(other), str(other_path)] if {
            query_id,
            other,
        } <= queries:
            return SameClaim(
                query_id, policy.path_in(at, path), other, policy.path_in(at, other_path)
            )
        case _:
            raise invalid(at, "a query and a path of it, another query and a path of it")


def _grace(policy: Table) -> StatusGrace:
    at = policy.place("status_grace")
    grace = Table.of(at, policy.raw("status_grace"), ("period", "reason"))
    period = grace.span("period")
    if not timedelta(0) < period <= MAX_GRACE:
        grace.fail("period", "at most a day: after that nobody knows what was revoked")
    return StatusGrace(period, grace.local("reason"))
