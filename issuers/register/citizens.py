"""Finding a citizen at the desk, and whether one citizen may have another's certificate.

A clerk of any authority looks into the resident register to know who stands at the counter
(전자정부법 §36①, shared use of administrative information); it answers whole names and handles
alone, so that nobody browses it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from issuers.ages import ADULT, age_on
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.kind import Kind
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.offers.offer import Entitlement

# Namesakes at one counter; with more the birth date is asked for.
FOUND_LIMIT = 20

# A handle that no register gives: whoever was meant and not found.
NOBODY = "-"

# Handles as the registers give them, so that nothing else reaches the database.
_HANDLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A name and a birth date, with room for the longest names there are.
_TYPED_LIMIT = 100


@dataclass(frozen=True, slots=True)
class FoundCitizen:
    """Somebody of the register, as far as a desk needs it to tell namesakes apart."""

    citizen: str
    name: str
    born_on: date
    address: str


@dataclass(frozen=True, slots=True)
class CitizenQuery:
    """What a clerk typed: a handle or a name, and a birth date when one stands behind it."""

    text: str
    born_on: date | None = None

    @classmethod
    def parse(cls, typed: str) -> "CitizenQuery | None":
        """Return the query, None when nothing was typed that a register could hold."""
        words = typed.split()
        if not words or len(typed) > _TYPED_LIMIT or not typed.isprintable():
            return None
        try:
            born_on = date.fromisoformat(words[-1])
        except ValueError:
            return cls(" ".join(words))
        return cls(" ".join(words[:-1]), born_on)


def check_handle(citizen: str) -> str:
    """Return what can be a citizen's handle, or raise `IssuerError` (unknown_citizen)."""
    if _HANDLE.fullmatch(citizen) is None:
        raise unknown_citizen()
    return citizen


def unknown_citizen() -> IssuerError:
    """Return the one error for whom the register does not know."""
    return IssuerError(IssuerFailure.UNKNOWN_CITIZEN, "the register knows no such citizen")


@dataclass(frozen=True, slots=True)
class Relation:
    """How an applicant is related to a subject in the register.

    ``is_kept_away``: somebody of the subject's household is protected from the applicant.
    ``child_born_on`` is the subject's birth date where the register has the subject as a child
    (자녀) of the household the applicant is head of, or the head's spouse; whatever the age.
    """

    is_known: bool
    same_household: bool
    is_kept_away: bool
    child_born_on: date | None = None

    def represents(self, today: date) -> bool:
        """Tell whether the applicant is the legal representative of a minor (민법 제911조).

        The register alone cannot tell a parent from a parent's later spouse; see decision 0029.
        """
        born_on = self.child_born_on
        return born_on is not None and age_on(today, born_on) < ADULT


def check_relation(
    kind: Kind[Any],
    entitlement: Entitlement,
    relation: Relation,
    *,
    today: date,
    has_mandate: bool = False,
) -> None:
    """Return when the applicant may have a certificate about somebody else.

    A personal kind is nobody else's. ``has_mandate``: the mandate the order names is good. Whoever
    orders under one is held to it, whatever else would let them apply.

    Raises `IssuerError` (not_entitled), one and the same for a stranger, for a citizen who does
    not exist and for an applicant the subject is protected from (주민등록법 시행규칙 §13의2): the
    refusal must not tell that somebody hides, nor that there is somebody to look for.
    """
    shares = relation.same_household and kind.authority == RESIDENT_REGISTRY
    may_ask = shares or entitlement.view is not None or relation.represents(today)
    if entitlement.mandate:
        may_ask = has_mandate
    if not relation.is_known or relation.is_kept_away or not may_ask or kind.is_personal:
        raise not_entitled()


def not_entitled() -> IssuerError:
    """Return the one refusal of a certificate about somebody else."""
    detail = "it needs one household, a mandate, or a view the law allows"
    return IssuerError(IssuerFailure.NOT_ENTITLED, detail, ground=Ground.NOT_ENTITLED)
