"""The verification policy of a definition."""

from datetime import timedelta
from typing import Final

from consent.forms.terms import LocalText
from keys.json_value import JsonValue
from keys.jwk import Algorithm
from verifiers.presented.requirements import DeclaredPolicy, SameClaim, StatusGrace
from verifiers.presented.verified import Assurance
from verifiers.services.certificate_type import type_of
from verifiers.services.made_out import Asked, read_issued_for
from verifiers.services.table import Table, invalid

_MEMBERS: Final = (
    *("issuers", "max_age", "assurance", "holder_keys", "same", "issued_for", "status_grace"),
)
# Longer than this nobody may go on believing a status list that cannot be fetched.
MAX_GRACE: Final = timedelta(days=1)


def read_policy(
    members: Table, queries: frozenset[str], *, base: str, names: LocalText, asked: Asked
) -> DeclaredPolicy:
    """Return the policy of a purpose, or raise DEFINITION_INVALID.

    ``queries`` are the purpose's own ids, ``names`` the party's, ``asked`` every required claim.
    """
    if not members.has("policy"):
        return DeclaredPolicy()
    policy = Table.of(members.place("policy"), members.raw("policy"), (), _MEMBERS)
    return DeclaredPolicy(
        issuers=_issuers(policy, base) if policy.has("issuers") else (),
        max_age=policy.span("max_age") if policy.has("max_age") else None,
        assurance=policy.choice("assurance", Assurance) if policy.has("assurance") else None,
        holder_keys=_holder_keys(policy),
        same=tuple(_same(policy, at, each, queries) for at, each in policy.items("same", [])),
        issued_for=tuple(
            rule
            for at, each in policy.items("issued_for", [])
            for rule in read_issued_for(at, each, base=base, names=names, asked=asked)
        ),
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
