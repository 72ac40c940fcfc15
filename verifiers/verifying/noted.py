"""What the steps of a verification rest on, noted on the way, and clocks that were allowed for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from keys.trust_list import TrustList
from verifiers.presented.checked import CheckedPresentation
from verifiers.presented.skew import (
    SkewSeen,
    TimeCheck,
    skew_of,
    skew_of_binding,
    skew_of_credential,
    skew_of_status,
)
from verifiers.presented.status import CheckedStatus
from verifiers.presented.steps import Step, Trail
from verifiers.presented.verified import CredentialStatus
from verifiers.transaction import Transaction
from verifiers.verifying.scanned import CODE_TIME


def note_taken(trail: Trail, transaction: Transaction, now: datetime) -> None:
    """Note how long the question has been open."""
    trail.note(Step.TRANSACTION_OPEN, age=_seconds(now - transaction.created_at))


def note_trust(trail: Trail, trust: TrustList, now: datetime) -> None:
    """Note how old the trust list is, whatever comes of it."""
    trail.note(Step.ISSUER_TRUSTED, trust_list_age=_seconds(now - trust.issued_at))


def note_presentations(
    trail: Trail, presentations: Sequence[CheckedPresentation], now: datetime
) -> None:
    """Note what their times needed of the clocks' budget."""
    for presentation in presentations:
        trail.note_skew(Step.VALIDITY, skew_of_credential(presentation, now))
        trail.note_skew(Step.KEY_BINDING, skew_of_binding(presentation, now))


def note_statuses(trail: Trail, statuses: Sequence[CheckedStatus], now: datetime) -> None:
    """Note how old the oldest list was, and whether the last one had to answer."""
    ages = [_seconds(now - one.listed.issued_at) for one in statuses if one.listed is not None]
    in_grace = any(one.status is CredentialStatus.VALID_AT_LAST for one in statuses)
    trail.note(Step.STATUS, status_list_age=max(ages, default=None), in_grace=in_grace)
    for one in statuses:
        trail.note_skew(Step.STATUS, skew_of_status(one, now))


def tell_skew(
    presentation: CheckedPresentation, checked: CheckedStatus, seen: SkewSeen, now: datetime
) -> None:
    """Tell what an accepted certificate needed; a refusal needs no excuse of a clock."""
    for used in (
        skew_of_credential(presentation, now),
        skew_of_binding(presentation, now),
        skew_of_status(checked, now),
    ):
        if used is not None:
            seen(used)


def tell_code_skew(
    presentation: CheckedPresentation, trail: Trail, seen: SkewSeen, now: datetime
) -> None:
    """Tell what reading a shown code in its time needed; its budget is a smaller one."""
    begins = None if presentation.binding is None else presentation.binding.signed_at
    if begins is None:
        return
    used = skew_of(TimeCheck.SHOWN_CODE, now, begins=begins, ends=begins + CODE_TIME)
    trail.note_skew(Step.TRANSACTION_OPEN, used)
    if used is not None:
        seen(used)


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())
