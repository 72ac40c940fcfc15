"""Which claims the holder may show one by one: the issuer's choice, apart from the claims."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FramePath = tuple[str | int | None, ...]
"""A claim path in which None stands for every element of an array or every member."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is hidden at one place, and how to go on below it.

    ``hidden``: this claim itself becomes a disclosure. ``named``: frames of single members or
    elements; ``others``: the frame of all the rest. A frame may be its own ``others``, then it
    goes to any depth. ``size``: an object here that hides fewer members is filled up with decoys
    to so many digests; 0 leaves their number to the caller.
    """

    hidden: bool
    named: Mapping[str | int, "Frame"]
    others: "Frame"
    size: int = 0


def everything(except_: Iterable[str] = ()) -> Frame:
    """Hide each member and each array element at any depth (recursive disclosures, §4.2.6).

    The top-level claims in ``except_`` stay open with all that is in them.
    """
    return Frame(hidden=False, named=dict.fromkeys(except_, OPEN), others=_HIDDEN)


def filled(paths: Iterable[FramePath]) -> Frame:
    """Hide everything, and let no object tell how many of its members are there.

    ``paths`` are all the claims there may be; an object has as many digests as it may have
    members, whichever of them it has.
    """
    return _filled([*paths], hidden=False)


def only(paths: Iterable[FramePath]) -> Frame:
    """Hide exactly the claims at ``paths``; a path a credential lacks hides nothing."""
    hidden, below = False, dict[str | int | None, list[FramePath]]()
    for path in paths:
        if path:
            below.setdefault(path[0], []).append(path[1:])
        else:
            hidden = True
    general = below.pop(None, [])
    # What is said of every element holds for the named ones too.
    named = {step: only(rest + general) for step, rest in below.items() if step is not None}
    return Frame(hidden=hidden, named=named, others=only(general) if general else OPEN)


def _filled(paths: list[FramePath], *, hidden: bool) -> Frame:
    below = dict[str | int | None, list[FramePath]]()
    for path in filter(None, paths):
        below.setdefault(path[0], []).append(path[1:])
    inner = {step: _filled(rest, hidden=True) for step, rest in below.items()}
    others = inner.pop(None, _HIDDEN)
    members = {step: frame for step, frame in inner.items() if step is not None}
    return Frame(hidden, members, others, size=len(members))


def _endless(*, hidden: bool) -> Frame:
    """Return a frame that is the same at any depth."""
    frame: Frame = object.__new__(Frame)
    # It contains itself, so it must exist before it is filled; nobody sees it until then.
    object.__setattr__(frame, "hidden", hidden)
    object.__setattr__(frame, "named", {})
    object.__setattr__(frame, "others", frame)
    object.__setattr__(frame, "size", 0)
    return frame


OPEN = _endless(hidden=False)
_HIDDEN = _endless(hidden=True)
