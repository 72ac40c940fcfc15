"""May this use happen? What the ledger asks before it writes one, and anyone may ask again."""

from collections.abc import Sequence
from typing import assert_never

from consent.errors import ConsentError, ConsentFailure
from consent.forms.record import ConsentRecord, EventState
from consent.forms.standing import ConsentState, Standing
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer


def check_use(standing: Standing, consent: ConsentRecord, use: ConsentRecord) -> None:
    """Raise `ConsentError` unless ``use`` lies within ``consent``, which stands as folded.

    consent_unknown, consent_withdrawn, consent_expired, consent_used_up, use_too_early; and
    beyond_consent for another party, other terms, or a claim that was not agreed to. A late use
    (`EventState.USED_LATE`) has happened: it is held to the consent's bounds, but no end and no
    count keeps it out of the log, where it counts and can be seen.
    """
    _check_state(standing, is_late=use.event_state is EventState.USED_LATE)
    if use.label != consent.label or use.consent_id != consent.record_id:
        raise _refused(ConsentFailure.CONSENT_UNKNOWN, "the use belongs to another consent")
    if use.controller.id != consent.controller.id:
        raise _beyond("another party than was agreed")
    if use.evidence.terms_sha256 != consent.evidence.terms_sha256:
        raise _beyond("other terms than were agreed")
    if not set(use.asked.credential_types) <= set(consent.asked.credential_types):
        raise _beyond("a certificate that was not agreed to")
    _check_claims(use.asked.disclosed, consent.asked.disclosed)


def _check_state(standing: Standing, *, is_late: bool) -> None:
    match standing.state:
        case ConsentState.ACTIVE:
            _check_cycle(standing, is_late=is_late)
        case ConsentState.UNKNOWN | ConsentState.REFUSED:
            raise _refused(ConsentFailure.CONSENT_UNKNOWN, "no consent was given")
        case _ if is_late:
            return
        case (
            ConsentState.WITHDRAWN
            | ConsentState.STOPPED
            | ConsentState.ERASED
            | ConsentState.RETAINED
        ):
            raise _refused(ConsentFailure.CONSENT_WITHDRAWN, "the consent has ended")
        case ConsentState.EXPIRED:
            raise _refused(ConsentFailure.CONSENT_EXPIRED, "the consent's time is over")
        case ConsentState.USED_UP:
            raise _refused(ConsentFailure.CONSENT_USED_UP, "every agreed use was made")
        case _:
            assert_never(standing.state)


def _check_cycle(standing: Standing, *, is_late: bool) -> None:
    waits_until = standing.next_use_at
    if not is_late and waits_until is not None and standing.at < waits_until:
        raise _refused(ConsentFailure.USE_TOO_EARLY, "this cycle's use was made")


def _check_claims(used: Sequence[str], agreed: Sequence[str]) -> None:
    """Whoever agreed to a claim agreed to what it holds."""
    try:
        named = [ClaimsPathPointer.parse_dotted(text) for text in agreed]
        paths = [ClaimsPathPointer.parse_dotted(text) for text in used]
    except DcqlError:
        raise _beyond("a claim that nobody can find") from None
    for path in paths:
        if not any(each.covers(path.steps) for each in named):
            raise _beyond("a claim that was not agreed to")


def _beyond(detail: str) -> ConsentError:
    return _refused(ConsentFailure.BEYOND_CONSENT, detail)


def _refused(failure: ConsentFailure, detail: str) -> ConsentError:
    return ConsentError(failure, detail)
