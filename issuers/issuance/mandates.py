"""Mandates (위임장): one citizen lets another apply for one kind of certificate about them.

주민등록법 제29조제2항 lets whom the person has charged apply in their place (form 9 of the rule);
for other papers it is the proxy of 개인정보 보호법 제38조제1항. A mandate names principal
and proxy, one kind, one purpose, the last day and how often; whatever is not in it is not allowed
by it. It can be withdrawn at any time, and ends nothing that was issued before.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.issuing import KOREA, end_of
from issuers.offers.offer import Entitlement
from issuers.register.citizens import NOBODY
from issuers.statutes import REGISTER_ACT, REGISTER_RULE

# A year, as a consent to periodic sending may last; an errand takes days.
LONGEST: Final = timedelta(days=365)
MOST_USES: Final = 20
# What one person can have somebody else fetch at a time (H51).
OPEN_PER_PRINCIPAL: Final = 50
# 개인정보 보호법 제22조의2: below it the legal representative decides.
GIVING_AGE: Final = 14

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_REGISTER = f"{REGISTER_ACT.at('제29조제2항 단서')}, {REGISTER_RULE.at('별지 제9호서식')}"
_OTHERS = "개인정보 보호법 제38조제1항"


class MandateState(StrEnum):
    """How a mandate stands; only an open one lets anybody apply."""

    OPEN = "open"
    USED_UP = "used_up"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a principal writes: ``proxy`` is a name with a birth date, or a handle.

    ``until`` is the last day in Korea; ``uses`` says how many certificates.
    """

    principal: str
    proxy: str
    kind: str
    purpose: str
    until: date
    uses: int = 1

    def check(self, today: date) -> None:
        """Return when it can be a mandate, or raise `IssuerError` (malformed)."""
        if not today <= self.until <= today + LONGEST:
            raise _malformed("a mandate lasts until a day within a year")
        if not 1 <= self.uses <= MOST_USES:
            raise _malformed(f"a mandate is for 1 to {MOST_USES} certificates")


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate as it is kept.

    ``proxy`` is a handle, and that of nobody where the register has nobody, or several, by the
    name the principal wrote (``proxy_name``): giving a mandate must not tell who is registered.
    ``by`` is who wrote it down: the principal online, or an officer from the paper form.
    """

    mandate_id: str
    principal: str
    proxy: str
    proxy_name: str
    authority: str
    kind: str
    purpose: str
    until: date
    allowed: int
    used: int
    given_at: datetime
    by: str
    withdrawn_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """The end of its last day in Korea."""
        return end_of(self.until)

    @property
    def is_for_counter(self) -> bool:
        """Whether only a counter hands out what it is for.

        주민등록법 제29조제3항: online there are papers of oneself and one's household alone.
        """
        return self.authority == RESIDENT_REGISTRY.name

    def state(self, now: datetime) -> MandateState:
        """Return how it stands."""
        if self.withdrawn_at is not None:
            return MandateState.WITHDRAWN
        if self.used >= self.allowed:
            return MandateState.USED_UP
        return MandateState.ENDED if now >= self.ends_at else MandateState.OPEN

    def names(self, entitlement: Entitlement) -> bool:
        """Tell whether it is this proxy's, about this principal, for this kind and purpose."""
        written = (self.proxy, self.principal, self.authority, self.kind, self.purpose)
        asked = (
            entitlement.citizen,
            entitlement.about,
            entitlement.authority,
            entitlement.kind,
            entitlement.purpose.name,
        )
        return written == asked and entitlement.view is None

    def allows(self, entitlement: Entitlement, now: datetime) -> bool:
        """Tell whether it lets the applicant have the certificate, its uses aside.

        They are counted where the certificate is written down, once for each number: so a wallet
        whose answer was lost may ask again for what has used the mandate up.
        """
        good = {MandateState.OPEN, MandateState.USED_UP} if now < self.ends_at else set()
        return self.names(entitlement) and self.state(now) in good


@dataclass(frozen=True, slots=True)
class ShownMandate:
    """A mandate with the principal's name, as its two people and a desk see it now."""

    mandate: Mandate
    principal_name: str
    state: MandateState


class MandateStore(Protocol):
    """Mandates, and how often each was used."""

    async def add(self, mandate: Mandate, *, now: datetime) -> None:
        """Store a mandate, or raise `IssuerError` (too_many_mandates), nothing written."""
        ...

    async def withdraw(self, mandate_id: str, principal: str, *, now: datetime) -> bool:
        """End a mandate; False when this principal gave no such one."""
        ...

    async def find(self, mandate_id: str) -> Mandate | None:
        """Return a mandate, whatever its state."""
        ...

    async def given_by(self, principal: str, *, now: datetime) -> tuple[ShownMandate, ...]:
        """Return what a citizen gave, the latest first."""
        ...

    async def given_to(self, proxy: str, *, now: datetime) -> tuple[ShownMandate, ...]:
        """Return what a citizen was given by people who are not protected from them."""
        ...


def id_in(text: str) -> str:
    """Return what can be the id of a mandate; for anything else an id that nobody has."""
    return text if _ID.fullmatch(text) else NOBODY


def day_of(now: datetime) -> date:
    """Return the day in Korea."""
    return now.astimezone(KOREA).date()


def article_for(authority: str) -> str:
    """Return the law a proxy's application for an authority's paper rests on."""
    return _REGISTER if authority == RESIDENT_REGISTRY.name else _OTHERS


def unknown_mandate() -> IssuerError:
    """Return the one error for a mandate nobody gave, and for other people's (H90)."""
    detail = "nobody here has given or been given this mandate"
    return IssuerError(IssuerFailure.UNKNOWN_MANDATE, detail)


def too_many() -> IssuerError:
    """Return the error for one mandate more than anybody needs."""
    detail = f"{OPEN_PER_PRINCIPAL} mandates are open: withdraw those that are not needed"
    return IssuerError(IssuerFailure.TOO_MANY_MANDATES, detail)


def _malformed(detail: str) -> IssuerError:
    return IssuerError(IssuerFailure.MALFORMED, detail)
