"""Why an application, or a certificate that waits, is refused: a closed list of grounds.

The first eleven are those of the decree on requests to have one's data sent, in its order
(개인정보 보호법 시행령 제42조의8제1항); the others are what a desk refuses for besides.
Whoever was refused is told the ground in fixed words, with what to do next (제42조의8제2항,
주민등록법 제29조제5항). There is no free text: an officer's own sentence could hold a claim about
somebody, or tell that somebody hides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from issuers.ground_words import AT_DESK, NEXT, REASONS
from issuers.label import Label
from issuers.statutes import PRIVACY_DECREE, REGISTER_ACT, REGISTER_RULE


class Ground(StrEnum):
    """One ground; the first eleven in the decree's order."""

    GUARDIAN_UNCONFIRMED = "guardian_unconfirmed"
    ACCESS_LIMITED = "access_limited"
    HARMS_OTHERS = "harms_others"
    PROXY_UNCONFIRMED = "proxy_unconfirmed"
    NOT_SPECIFIED = "not_specified"
    IDENTITY_UNCONFIRMED = "identity_unconfirmed"
    OBTAINED_UNFAIRLY = "obtained_unfairly"
    WRONG_RECEIVER = "wrong_receiver"
    ABUSED = "abused"
    EXCESSIVE = "excessive"
    DECEIVED_OR_THREATENED = "deceived_or_threatened"
    NOT_ENTITLED = "not_entitled"
    PRIVACY_OR_PUBLIC_INTEREST = "privacy_or_public_interest"
    PAPERS_MISSING = "papers_missing"
    NO_SUCH_RECORD = "no_such_record"
    ARREARS = "arrears"


# 제42조의8제1항, items 1 to 11.
STATUTORY: Final = tuple(Ground)[:11]


@dataclass(frozen=True, slots=True)
class GroundRule:
    """A ground with the article it rests on, and what the refused person reads.

    ``at_desk`` is what the officer chooses by: the same words, but for the ground that must not be
    named in front of whoever may be standing beside the applicant; ``told_article`` does not name
    its item either.
    """

    ground: Ground
    article: str
    reason: Label
    next_step: Label
    at_desk: Label
    told_article: str


def rule_of(ground: Ground) -> GroundRule:
    """Return what is known of a ground."""
    reason, next_step = REASONS[ground.value], NEXT[ground.value]
    article = _ARTICLES[ground]
    told = PRIVACY_DECREE.at("제42조의8제1항") if ground.value in AT_DESK else article
    at_desk = AT_DESK.get(ground.value, reason)
    return GroundRule(ground, article, reason, next_step, at_desk, told)


def every_rule() -> tuple[GroundRule, ...]:
    """Return all of them, those of the decree first."""
    return tuple(map(rule_of, Ground))


_ARTICLES: Final[Mapping[Ground, str]] = MappingProxyType(
    {
        ground: PRIVACY_DECREE.at(f"제42조의8제1항제{item}호")
        for item, ground in enumerate(STATUTORY, start=1)
    }
    | {
        # Also for whom somebody is protected from (시행규칙 제13조의2): see decision 0010.
        Ground.NOT_ENTITLED: REGISTER_ACT.at("제29조제2항"),
        Ground.PRIVACY_OR_PUBLIC_INTEREST: REGISTER_ACT.at("제29조제5항"),
        Ground.PAPERS_MISSING: REGISTER_RULE.at("제13조제1항·제5항"),
        Ground.NO_SUCH_RECORD: REGISTER_RULE.at("제1조의2, 제15조제1항"),
        Ground.ARREARS: "국세징수법 제107조, 지방세징수법 제5조",
    }
)
