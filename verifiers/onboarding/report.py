"""Look a request over by the rules a wallet has, all of them: what is wrong, why, how to mend it.

A wallet stops at the first thing that is wrong. Here each rule is tried by itself, by putting the
member it is about into a request that is right otherwise and reading that as a wallet does.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keys.strict_json import JsonObject
from keys.trust_list import TrustList
from verifiers.onboarding.pasted import Wrong, read_pasted
from verifiers.onboarding.rules import Rule
from verifiers.onboarding.shown import Shown, shown_of
from verifiers.onboarding.tried import tried


class Outcome(StrEnum):
    """How a rule came out; what was not pasted cannot be checked."""

    MET = "met"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule and how it came out; ``detail`` is empty unless it is broken."""

    rule: Rule
    outcome: Outcome
    detail: str = ""

    def as_dict(self) -> JsonObject:
        """Return the JSON form; whatever is broken is the asking side's to mend."""
        told: JsonObject = {
            "rule": self.rule.code,
            "outcome": self.outcome.value,
            "section": self.rule.section,
        }
        if self.outcome is Outcome.BROKEN:
            told |= {"detail": self.detail, "party": "verifier", "mend": self.rule.mend}
        return told


@dataclass(frozen=True, slots=True)
class Report:
    """Every rule in one order, and what a holder would see; None of what cannot be read."""

    findings: tuple[Finding, ...]
    shown: Shown | None

    @property
    def is_clean(self) -> bool:
        """Whether nothing that was checked is broken."""
        return all(each.outcome is not Outcome.BROKEN for each in self.findings)

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "ok": self.is_clean,
            "rules": [each.as_dict() for each in self.findings],
            "shown": None if self.shown is None else self.shown.as_dict(),
        }


def look_over(text: str, *, trust: TrustList, now: datetime) -> Report:
    """Return the report on what was pasted; pure, and never an error."""
    pasted = read_pasted(text)
    found_out = dict[Rule, str | None](tried(pasted, trust, now))
    met: dict[Rule, str | None] = dict.fromkeys(pasted.met)
    found = met | found_out | _first(pasted.wrong)
    findings = tuple(_finding(rule, found) for rule in Rule)
    return Report(findings, shown_of(pasted.claims))


def _finding(rule: Rule, found: dict[Rule, str | None]) -> Finding:
    if rule not in found:
        return Finding(rule, Outcome.NOT_CHECKED)
    detail = found[rule]
    return Finding(rule, Outcome.MET) if detail is None else Finding(rule, Outcome.BROKEN, detail)


def _first(wrong: tuple[Wrong, ...]) -> dict[Rule, str | None]:
    return {each.rule: each.detail for each in reversed(wrong)}
