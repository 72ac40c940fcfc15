"""What changed between two terms of one party, and whether somebody has to agree again.

Narrower terms may be told; wider ones need a new consent. *Wider* is a rule for machines, item by
item, so that no notice is quietly stretched: another purpose, another recipient, a longer
retention, a claim more, more uses, a later end, or another legal basis.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from consent.forms.duration import after
from consent.forms.terms import Terms


class Item(StrEnum):
    """An item of terms that may change, in the order in which it is told."""

    PURPOSE = "purpose"
    RECIPIENT = "recipient"
    SENDER = "sender"
    CLAIMS = "claims"
    RETENTION = "retention"
    USES = "uses"
    END = "end"
    LEGAL_BASIS = "legal_basis"
    NOTICE = "notice"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Change:
    """One changed item; ``widens`` means that what was agreed does not cover it."""

    item: Item
    widens: bool


def changes(agreed: Terms, asked: Terms) -> tuple[Change, ...]:
    """Return what is different in ``asked`` from what was ``agreed``, nothing for the same."""
    found: list[Change] = []
    for item, (is_same, widens) in _RULES.items():
        if not is_same(agreed, asked):
            found.append(Change(item, widens(agreed, asked)))
    return tuple(found)


def needs_consent(agreed: Terms, asked: Terms) -> bool:
    """Tell whether the person must be asked again before anything more is done."""
    return any(change.widens for change in changes(agreed, asked))


_Rule = Callable[[Terms, Terms], bool]
# Durations are compared as they run from one day; months are of the calendar.
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)


def _always(agreed: Terms, asked: Terms) -> bool:
    return True


def _never(agreed: Terms, asked: Terms) -> bool:
    return False


def _claims(terms: Terms) -> frozenset[str]:
    return frozenset((*terms.information, *terms.optional))


def _asks_more(agreed: Terms, asked: Terms) -> bool:
    """Tell whether a claim came to it, or one that could be left out no longer can be."""
    demanded = frozenset(asked.information) - frozenset(agreed.information)
    return bool(_claims(asked) - _claims(agreed) or demanded)


def _keeps_longer(agreed: Terms, asked: Terms) -> bool:
    return after(_START, asked.retention.period) > after(_START, agreed.retention.period)


def _uses_more(agreed: Terms, asked: Terms) -> bool:
    """Compare uses in all and how often: no count is more than any, no cycle oftener than any."""
    more = _more(asked.uses, agreed.uses)
    return more or _interval(asked) < _interval(agreed)


def _more(asked: int | None, agreed: int | None) -> bool:
    return agreed is not None and (asked is None or asked > agreed)


def _interval(terms: Terms) -> datetime:
    """Return when the second use may follow; a single use has no second."""
    if terms.periodic is not None:
        return after(_START, terms.periodic.cycle)
    return datetime.max.replace(tzinfo=UTC) if terms.uses == 1 else _START


def _ends_later(agreed: Terms, asked: Terms) -> bool:
    """Compare the ends: none is later than any, and a single use ends by itself."""
    if asked.until is None:
        return asked.uses != 1
    return agreed.until is not None and asked.until > agreed.until


_RULES: Final[dict[Item, tuple[_Rule, _Rule]]] = {
    Item.PURPOSE: (lambda one, two: one.purpose == two.purpose, _always),
    Item.RECIPIENT: (lambda one, two: one.receiver.party == two.receiver.party, _always),
    Item.SENDER: (lambda one, two: one.sender == two.sender, _always),
    Item.CLAIMS: (
        lambda one, two: (
            (_claims(one), set(one.information)) == (_claims(two), set(two.information))
        ),
        _asks_more,
    ),
    Item.RETENTION: (lambda one, two: one.retention == two.retention, _keeps_longer),
    Item.USES: (
        lambda one, two: (one.uses, one.periodic) == (two.uses, two.periodic),
        _uses_more,
    ),
    Item.END: (lambda one, two: one.until == two.until, _ends_later),
    Item.LEGAL_BASIS: (
        lambda one, two: (
            (one.legal_basis, one.jurisdiction) == (two.legal_basis, two.jurisdiction)
        ),
        _always,
    ),
    Item.NOTICE: (lambda one, two: one.notice.sha256 == two.notice.sha256, _never),
    Item.WITHDRAWAL: (lambda one, two: one.withdrawal == two.withdrawal, _never),
}
