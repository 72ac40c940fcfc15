"""Which claims the holder may show one by one: the issuer's choice, apart from the claims."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FramePath = tuple[str | int | None, ...]
"""A claim path in which None stands for every element of an array or every member."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is hidden at one place, and how to go on below it.

    ``hidden``: this claim itself becomes a disclosure. ``named``: frames of single members or
    elements. ``others``: the frame of all that are not named; None leaves them open, down to the
    leaves. A frame may be its own ``others``, then it goes to any depth.
    """

    hidden: bool
    named: Mapping[str | int, "Frame"]
    others: "Frame | None"

    def below(self, step: str | int) -> "Frame | None":
        """Return the frame of one member or element; None when nothing is hidden there."""
        return self.named.get(step, self.others)


OPEN = Frame(hidden=False, named={}, others=None)


def everything(except_: Iterable[str] = ()) -> Frame:
    """Hide each member and each array element at any depth (recursive disclosures, §4.2.6).

    The top-level claims in ``except_`` stay open with all that is in them.
    """
    return Frame(hidden=False, named=dict.fromkeys(except_, OPEN), others=_ALL)


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
    return Frame(hidden=hidden, named=named, others=only(general) if general else None)


def _all() -> Frame:
    frame = Frame(hidden=True, named={}, others=None)
    # The one frame that contains itself; nothing can see it before it is whole.
    object.__setattr__(frame, "others", frame)
    return frame


_ALL = _all()
