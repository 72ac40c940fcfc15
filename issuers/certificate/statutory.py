"""Certificates made for a statutory view: the law names what they may hold, so they hold no more.

A claim that was never written into a certificate cannot be shown by mistake, by force, or by a
wallet of another maker (주민등록법 시행규칙 §13⑪).
"""

from typing import Any

from consent.forms.statutory import StatutoryRule, StatutoryView, permits, rule_of
from issuers.certificate.form import Described
from issuers.certificate.kind import Kind
from issuers.errors import IssuerError, IssuerFailure
from keys.json_value import JsonObject, JsonValue

_At = tuple[str | int, ...]


def views_of(kind: str) -> tuple[StatutoryView, ...]:
    """Return the views a kind can be issued for."""
    return tuple(view for view in StatutoryView if kind in rule_of(view).permitted)


def check_view(kind: Kind[Any], view: StatutoryView | None) -> None:
    """Return when the kind can be issued for the view, or raise `IssuerError` (unknown_view)."""
    if view is not None and view not in views_of(kind.name):
        choices = ", ".join(views_of(kind.name)) or "none"
        raise IssuerError(IssuerFailure.UNKNOWN_VIEW, f"views of this kind: {choices}")


def narrowed(claims: JsonObject, kind: str, view: StatutoryView | None) -> JsonObject:
    """Return the claims a certificate for ``view`` may hold; all of them without a view."""
    return claims if view is None else within(rule_of(view), kind, claims)


def within(rule: StatutoryRule, kind: str, claims: JsonObject) -> JsonObject:
    """Return what a rule permits of a certificate's claims, blocks and tables as its frames."""
    return _members(claims, rule, kind, ())


def is_promised(kind: Kind[Any], claim: Described) -> bool:
    """Tell whether every certificate of the kind holds the claim, those for a view too.

    Only then may metadata promise it: a certificate for a view is of the same type.
    """
    rules = [rule_of(view) for view in views_of(kind.name)]
    return claim.mandatory and all(permits(rule, kind.name, claim.path) for rule in rules)


def _members(claims: JsonObject, rule: StatutoryRule, kind: str, at: _At) -> JsonObject:
    return {
        name: _permitted(member, rule, kind, (*at, name))
        for name, member in claims.items()
        if permits(rule, kind, (*at, name))
    }


def _permitted(value: JsonValue, rule: StatutoryRule, kind: str, at: _At) -> JsonValue:
    """Return what stays of a value that is permitted itself, or as the frame of what is."""
    match value:
        case dict():
            return _members(value, rule, kind, at)
        case list():
            return [
                _permitted(element, rule, kind, (*at, number))
                for number, element in enumerate(value)
                if permits(rule, kind, (*at, number))
            ]
        case _:
            return value
