"""The catalogue: every kind of certificate, found by its folder or by its file.

``issuers/<folder>/kind.py`` with a constant ``KIND`` is a kind, and so is a file
``issuers/declared/<kind>.toml``; nothing else lists them, so adding one changes no other file.
"""

import pkgutil
from collections.abc import Iterable, Mapping
from importlib import import_module, resources
from types import MappingProxyType
from typing import Any

import issuers
from issuers.certificate.authority import Authority
from issuers.certificate.kind import Kind
from issuers.declared.building import build
from issuers.declared.problem import CatalogueError
from issuers.errors import IssuerError, IssuerFailure

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
    """Return the catalogue of all kinds of this package: those with code, then those declared.

    Raises `issuers.declared.problem.CatalogueError` for a file that declares none.
    """
    coded = tuple(_coded())
    return Catalogue((*coded, *declared(_files(), coded)))


def declared(files: Mapping[str, str], coded: Iterable[AnyKind]) -> tuple[AnyKind, ...]:
    """Return the kinds of catalogue files (text by file name).

    Their authorities may be those of the ``coded`` kinds, of a file before, or their own. Raises
    `CatalogueError`.
    """
    kinds = list(coded)
    already = len(kinds)
    for file, text in files.items():
        kind = build(file, text, {kind.authority.name: kind.authority for kind in kinds})
        if any(kind.name == other.name for other in kinds):
            raise CatalogueError(file, kind.name, "there is a kind of this name")
        kinds.append(kind)
    return tuple(kinds[already:])


def _coded() -> Iterable[AnyKind]:
    folders = [found.name for found in pkgutil.iter_modules(issuers.__path__) if found.ispkg]
    for folder in folders:
        package = import_module(f"issuers.{folder}")
        if any(found.name == "kind" for found in pkgutil.iter_modules(package.__path__)):
            module = import_module(f"{package.__name__}.kind")
            if hasattr(module, "KIND"):
                yield module.KIND


def _files() -> Mapping[str, str]:
    """Return the catalogue files of the package, as it was installed, by name."""
    folder = resources.files("issuers.declared")
    found = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in found}
