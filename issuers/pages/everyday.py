"""Certificates by everyday words: "세금 낸 증명" finds 납세증명서.

Nobody has to know a form's official name. The words stand in the texts as ``words_<kind>``; a
kind without any is found by its label and description.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from issuers.catalogue import AnyKind

# What most people come for stands first; a kind that is not named here follows by its name.
_USUAL: Final = ("resident-register", "resident-abstract", "tax-payment", "local-tax-payment")


def usual_first(kinds: Iterable[AnyKind]) -> tuple[AnyKind, ...]:
    """Return the kinds in the order people look for them."""
    places = {name: place for place, name in enumerate(_USUAL)}
    return tuple(sorted(kinds, key=lambda kind: (places.get(kind.name, len(places)), kind.name)))


def fitting(kinds: Iterable[AnyKind], typed: str, texts: Mapping[str, str]) -> tuple[AnyKind, ...]:
    """Return the kinds that every typed word fits best, all of them when nothing was typed."""
    wanted = typed.casefold().split()
    counted = [(sum(word in _words(kind, texts) for word in wanted), kind) for kind in kinds]
    most = max((count for count, _ in counted), default=0)
    if wanted and most == 0:
        return ()
    return tuple(kind for count, kind in counted if count == most)


def purposes_of(kind: AnyKind) -> tuple[str, ...]:
    """Return the choices of the kind's form, the usual one first; none means free text."""
    usual = kind.purpose.name
    return tuple(sorted(kind.purposes, key=lambda name: (name != usual, name)))


def _words(kind: AnyKind, texts: Mapping[str, str]) -> str:
    """Return everything a kind may be called, in one string to look into."""
    name = kind.name.replace("-", "_")
    own = (texts.get(f"plain_{name}", ""), texts.get(f"words_{name}", ""))
    labels = (text for label in (kind.label, kind.description) for _, text in label.by_locale())
    return " ".join((*own, *labels)).casefold()
