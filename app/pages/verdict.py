"""From a transaction's state to the one word a person reads first."""

from dataclasses import dataclass
from typing import Final

from keys.strict_json import JsonObject


@dataclass(frozen=True, slots=True)
class Verdict:
    """``text`` names the word, ``tone`` its colour, ``sign`` the mark beside it.

    Word, mark and colour say the same; "could not check" is never green (UX 1.3).
    """

    text: str
    tone: str
    sign: str
    pending: bool = False
    verified: bool = False


_WAITING: Final = Verdict("check_wait", "wait", "…", pending=True)
_UNKNOWN: Final = Verdict("verdict_unknown", "wait", "?")
_BY_STATE: Final = {
    "pending": _WAITING,
    "verified": Verdict("verdict_verified", "yes", "✓", verified=True),
    "refused": Verdict("verdict_refused", "no", "✕"),
    "expired": Verdict("verdict_timed_out", "wait", "…"),
}
_BY_FAILURE: Final = {
    "credential_expired": Verdict("verdict_expired", "no", "✕"),
    "credential_revoked": Verdict("verdict_revoked", "no", "✕"),
    "credential_suspended": Verdict("verdict_revoked", "no", "✕"),
    "status_unreachable": _UNKNOWN,
    "status_expired": _UNKNOWN,
    "status_invalid": _UNKNOWN,
    "trust_list_unusable": _UNKNOWN,
    "ledger_unreachable": _UNKNOWN,
    "ledger_refused": _UNKNOWN,
    "ledger_proof_invalid": _UNKNOWN,
}
_INVALID: Final = Verdict("verdict_invalid", "no", "✕")


def verdict_of(result: JsonObject) -> Verdict:
    """Return the verdict of a result; a failure we have no word for is "not valid"."""
    known = _BY_STATE.get(str(result["state"]))
    if known is not None:
        return known
    failure = result.get("failure")
    code = failure.get("code") if isinstance(failure, dict) else None
    return _BY_FAILURE.get(str(code), _INVALID)
