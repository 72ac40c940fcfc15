"""Notable acts, seen from outside: what a room's façade did, how it came out, how long it took.

The rooms' rules log nothing and count nothing. Where a room is wired, the methods that matter are
looked at as they are called: from a page, from the API or from another room alike.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from functools import wraps
from typing import Any, Final

from app.logging_fields import place_of
from app.logging_pipe import log
from app.metrics import Act, Metrics
from web.errors import WebError

DONE: Final = "done"
# An exception that is no refusal of a room: a fault of ours or of the machine's.
FAILED: Final = "failed"

_Method = Callable[..., Awaitable[Any]]
_OutcomeOf = Callable[..., str]


def watch(
    facade: object,
    acts: Mapping[str, Act],
    metrics: Metrics,
    *,
    outcome_of: _OutcomeOf = lambda *_arguments: DONE,
) -> None:
    """Log and count every call of these methods of one object, by how it came out.

    ``outcome_of`` reads the outcome of a call that returned out of its arguments, for methods that
    are told how something ended.
    """
    kind = type(facade)
    seen = {
        name: _watched(getattr(kind, name), act, metrics, outcome_of) for name, act in acts.items()
    }
    # A subclass of its own, without fields: so a frozen object can be watched like any other.
    looking = type(kind.__name__, (kind,), {"__slots__": (), **seen})
    object.__setattr__(facade, "__class__", looking)


def code_of(error: BaseException) -> str:
    """Return the closed reason of a refusal, `FAILED` for what refuses nothing: a fault."""
    if isinstance(error, WebError):
        return error.problem.error
    # The rooms' errors have a failure, with a code where it has other things beside; those of the
    # standards for the wire have a code alone.
    failure = getattr(error, "failure", getattr(error, "code", None))
    if not isinstance(failure, Enum):
        return FAILED
    return str(getattr(failure, "code", failure.value))


def _watched(method: _Method, act: Act, metrics: Metrics, outcome_of: _OutcomeOf) -> _Method:
    @wraps(method)
    async def watched(self: object, *args: Any, **kwargs: Any) -> Any:
        begun = time.perf_counter()
        try:
            result = await method(self, *args, **kwargs)
        except Exception as error:
            outcome = code_of(error)
            metrics.act(act, outcome, time.perf_counter() - begun)
            fault = place_of(error) if outcome == FAILED else {}
            log().info("act", act=act.value, outcome=outcome, **fault)
            raise
        outcome = outcome_of(*args)
        metrics.act(act, outcome, time.perf_counter() - begun)
        log().info("act", act=act.value, outcome=outcome)
        return result

    return watched
