"""Notable acts, seen from outside: what a room's façade did, how it came out, how long it took.

The rooms' rules log nothing and count nothing. Where a room is wired, pages and API are handed a
stand-in for its façade that looks at the calls that matter, and passes everything on.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from functools import wraps
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from app.logging_fields import place_of
from app.logging_pipe import log
from app.metrics import Act, Metrics
from web.errors import WebError

DONE: Final = "done"
# An exception that is no refusal of a room: a fault of ours or of the machine's.
FAILED: Final = "failed"

_Method = Callable[..., Awaitable[Any]]
_OutcomeOf = Callable[..., str]
_Answered = Callable[[Any], str]
_Facade = TypeVar("_Facade")


def watched(
    facade: _Facade,
    acts: Mapping[str, Act],
    metrics: Metrics,
    *,
    outcome_of: _OutcomeOf = lambda *_arguments: DONE,
    answered: _Answered = lambda _answer: DONE,
    parts: Mapping[str, object] = MappingProxyType({}),
) -> _Facade:
    """Return a stand-in that logs and counts these methods' calls, by how they came out.

    ``outcome_of`` reads the outcome of a call that returned out of its arguments, for methods that
    are told how something ended, and ``answered`` out of what it returned. ``parts`` are
    attributes that are stand-ins themselves.
    """
    seen = {
        name: _watched(getattr(facade, name), act, metrics, (outcome_of, answered))
        for name, act in acts.items()
    }
    return cast(_Facade, _StandIn(facade, {**seen, **parts}))


class _StandIn:
    """Answers for a façade: what is watched from here, everything else from the façade itself."""

    def __init__(self, facade: object, seen: Mapping[str, object]) -> None:
        self._facade = facade
        self._seen = seen

    def __getattr__(self, name: str) -> object:
        return self._seen[name] if name in self._seen else getattr(self._facade, name)


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


def _watched(
    method: _Method, act: Act, metrics: Metrics, read: tuple[_OutcomeOf, _Answered]
) -> _Method:
    outcome_of, answered = read

    @wraps(method)
    async def looked_at(*args: Any, **kwargs: Any) -> Any:
        begun = time.perf_counter()
        try:
            result = await method(*args, **kwargs)
        except Exception as error:
            outcome = code_of(error)
            metrics.act(act, outcome, time.perf_counter() - begun)
            fault = place_of(error) if outcome == FAILED else {}
            log().info("act", act=act.value, outcome=outcome, **fault)
            raise
        ended = outcome_of(*args)
        outcome = answered(result) if ended == DONE else ended
        metrics.act(act, outcome, time.perf_counter() - begun)
        log().info("act", act=act.value, outcome=outcome)
        return result

    return looked_at
