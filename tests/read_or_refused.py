"""Totality: whatever comes in, a reader gives back its own thing or its own refusal."""

from collections.abc import Callable
from types import UnionType


def check_read_or_refused(
    read: Callable[[], object], kind: type | UnionType, *refusals: type[Exception]
) -> None:
    """Read once: what comes out is of its kind, or it is refused in words; nothing else.

    The words are short: a refusal that repeated its input would grow with it.
    """
    said: str | None = None
    found: object = None
    try:
        found = read()
    except refusals as refusal:
        said = str(refusal)
    if said is None:
        assert isinstance(found, kind)
    else:
        assert 0 < len(said) < 500
