"""Laying side by side what issuer, wallet and relying party saw of one sharing, fact by fact.

Two honest parties say the same of what both saw. Where they do not, one of them is wrong: which
one, their proofs say (each record is committed to in the log, and the log's order is nobody's
clock). What only one can know stands alone, and is no contradiction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from consent.auditing.views import Fact, Source, View
from keys.json_value import JsonObject

# Two clocks of two offices; beyond a minute an order of events is wrong, not a clock.
SKEW: Final = timedelta(minutes=1)

# What the wallet and the relying party both saw, if there was any of it.
_SHARED: Final = (
    Fact.LABEL,
    Fact.CONSENT_ID,
    Fact.PARTY,
    Fact.REQUEST,
    Fact.TERMS,
    Fact.REGISTRATION,
    Fact.KEY_BINDING,
    Fact.DISCLOSURE,
    Fact.FLOW,
    Fact.REQUESTED,
    Fact.DISCLOSED,
)
# What must have happened in this order.
_ORDER: Final = (Fact.ISSUED_AT, Fact.CONSENTED_AT, Fact.USED_AT, Fact.EXPIRES_AT)


class Verdict(StrEnum):
    """What the views make of one fact together."""

    MATCHED = "matched"
    CONTRADICTING = "contradicting"
    MISSING = "missing"
    ALONE = "said by one alone"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact, what each said of it, and the verdict."""

    fact: str
    verdict: Verdict
    said: tuple[tuple[Source, str], ...]

    def as_dict(self) -> JsonObject:
        """Return ``{"fact", "verdict", "said": {source: text}}``."""
        said: JsonObject = {source.value: text for source, text in self.said}
        return {"fact": self.fact, "verdict": self.verdict.value, "said": said}


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All facts of one sharing; ``absent`` are those whose view was not there."""

    rows: tuple[Row, ...]
    absent: tuple[Source, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts and nothing is missing that somebody must have seen."""
        wrong = (Verdict.CONTRADICTING, Verdict.MISSING)
        return not any(row.verdict in wrong for row in self.rows)

    def as_dict(self) -> JsonObject:
        """Return ``{"ok", "absent", "facts"}``."""
        return {
            "ok": self.ok,
            "absent": [source.value for source in self.absent],
            "facts": [row.as_dict() for row in self.rows],
        }


def reconcile(views: Sequence[View]) -> Reconciliation:
    """Return what the views say together; several of one source must agree as well."""
    present = {view.source for view in views}
    rows = [
        *(row for fact in _SHARED for row in _shared(fact, views)),
        *_kinds(views),
        *_order(views),
        *_status(views),
    ]
    absent = tuple(source for source in Source if source not in present)
    return Reconciliation(tuple(rows), absent)


def _shared(fact: Fact, views: Sequence[View]) -> Iterator[Row]:
    sharing = [view for view in views if view.source is not Source.ISSUER]
    said = _said(fact, sharing)
    if not said:
        return
    silent = len(said) < len(sharing)
    values = {text for _, text in said}
    if len(values) > 1:
        verdict = Verdict.CONTRADICTING
    elif silent:
        verdict = Verdict.MISSING
    else:
        verdict = Verdict.MATCHED if len(said) > 1 else Verdict.ALONE
    yield Row(fact.value, verdict, said)


def _kinds(views: Sequence[View]) -> Iterator[Row]:
    """Hold what was presented against what was issued: each issued kind among those presented."""
    yield from _shared(Fact.KINDS, views)
    presented = _said(Fact.KINDS, [view for view in views if view.source is not Source.ISSUER])
    for view in views:
        kind = view.value(Fact.KINDS)
        if view.source is not Source.ISSUER or kind is None or not presented:
            continue
        agrees = all(kind in text.split(",") for _, text in presented)
        verdict = Verdict.MATCHED if agrees else Verdict.CONTRADICTING
        yield Row(f"{kind} issued", verdict, ((view.source, kind), *presented))


def _order(views: Sequence[View]) -> Iterator[Row]:
    """Hold the times against the one order they can have; certificates are issued one by one."""
    times = [(fact, source, text) for fact in _ORDER for source, text in _said(fact, views)]
    for early, late in pairwise(_ORDER):
        for fact, source, text in times:
            if fact is not early:
                continue
            for other, its_source, its_text in times:
                if other is late:
                    after = _moment(text) <= _moment(its_text) + SKEW
                    verdict = Verdict.MATCHED if after else Verdict.CONTRADICTING
                    said = (source, text), (its_source, its_text)
                    yield Row(f"{early.value} before {late.value}", verdict, said)


def _status(views: Sequence[View]) -> Iterator[Row]:
    """Hold a use, which was verified, against whether the certificate held then."""
    used = _said(Fact.USED_AT, views)
    for source, status in _said(Fact.STATUS, views):
        since = status.partition(" ")[2]
        for party, at in used:
            held = not since or _moment(at) <= _moment(since) + SKEW
            verdict = Verdict.MATCHED if held else Verdict.CONTRADICTING
            yield Row("status when used", verdict, ((source, status), (party, at)))


def _said(fact: Fact, views: Sequence[View]) -> tuple[tuple[Source, str], ...]:
    found = ((view.source, view.value(fact)) for view in views)
    return tuple((source, text) for source, text in found if text is not None)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
