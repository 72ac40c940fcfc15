"""The catalogue: every kind of certificate, found by its folder.

``issuers/<folder>/kind.py`` with a constant ``KIND`` is a kind; nothing else lists it, so adding
one changes no other file.
"""

import pkgutil
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import issuers
from issuers.authority import Authority
from issuers.errors import IssuerError, IssuerFailure
from issuers.kind import Kind

# A kind generic in whatever record its form reads.
AnyKind = Kind[Any]


class Catalogue:
    """The kinds an installation issues, by name and by authority, in the order of their names."""

    def __init__(self, kinds: Iterable[AnyKind]) -> None:
        self.kinds: Mapping[str, AnyKind] = MappingProxyType(
            {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}
        )
        self.authorities: Mapping[str, Authority] = MappingProxyType(
            {kind.authority.name: kind.authority for kind in self.kinds.values()}
        )

    def kind(self, name: str) -> AnyKind:
        """Return the kind of this name, or raise `IssuerError` (unknown_kind)."""
        if name not in self.kinds:
            known = ", ".join(self.kinds)
            raise IssuerError(IssuerFailure.UNKNOWN_KIND, f"choose a kind: {known}")
        return self.kinds[name]

    def authority(self, name: str) -> Authority:
        """Return the authority of this name, or raise `IssuerError` (unknown_authority)."""
        if name not in self.authorities:
            raise IssuerError(IssuerFailure.UNKNOWN_AUTHORITY, "no such authority issues here")
        return self.authorities[name]

    def of(self, authority: Authority) -> tuple[AnyKind, ...]:
        """Return the kinds one authority issues."""
        return tuple(kind for kind in self.kinds.values() if kind.authority == authority)


def every_kind() -> Catalogue:
    """Return the catalogue of all folders of this package that hold a kind."""
    folders = [found.name for found in pkgutil.iter_modules(issuers.__path__) if found.ispkg]
    names = [f"issuers.{folder}" for folder in folders]
    packages = [import_module(name) for name in names]
    modules = [
        import_module(f"{package.__name__}.kind")
        for package in packages
        if any(found.name == "kind" for found in pkgutil.iter_modules(package.__path__))
    ]
    return Catalogue(module.KIND for module in modules)
