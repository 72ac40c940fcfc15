"""The lock file: the same bytes for everybody, from whatever index they use."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[^\]]+\])?==([^ ;\\]+)(?: ?; ?([^\\]+))?", re.MULTILINE)


def pins() -> dict[str, list[tuple[Version, Marker | None]]]:
    """Every pinned version by canonical name; a name may be pinned once per platform."""
    found: dict[str, list[tuple[Version, Marker | None]]] = {}
    for name, _extra, version, marker in _PIN.findall(LOCK):
        pin = (Version(version), Marker(marker.strip()) if marker.strip() else None)
        found.setdefault(canonicalize_name(name), []).append(pin)
    return found


@pytest.mark.parametrize("declared", DECLARED)
def test_every_declared_dependency_is_locked_at_a_version_it_allows(declared: str) -> None:
    """
    The lock agrees with pyproject.toml; after a change there, `make lock` makes it agree again.
    """
    requirement = Requirement(declared)
    locked = pins().get(canonicalize_name(requirement.name), [])

    assert locked
    assert all(requirement.specifier.contains(version) for version, _marker in locked)


def test_every_pin_carries_a_hash() -> None:
    """
    A package without a hash would be taken on trust.
    """
    blocks = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]

    assert blocks
    assert [] == [block.split("\n", 1)[0] for block in blocks if "--hash=sha256:" not in block]


def test_the_lock_names_no_address() -> None:
    """
    Where the packages come from is the reader's choice, not the file's.
    """
    assert "://" not in LOCK
    assert "index" not in LOCK
