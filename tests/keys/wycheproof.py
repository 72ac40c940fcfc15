"""Reads the test vectors of project Wycheproof (schema version 1)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Verdict(StrEnum):
    """What the vectors' authors expect; acceptable leaves it to a written policy."""

    VALID = "valid"
    INVALID = "invalid"
    ACCEPTABLE = "acceptable"


@dataclass(frozen=True, slots=True)
class Case:
    """One vector with the group it stands in; both as in the file."""

    id: int
    verdict: Verdict
    group: dict[str, Any]
    test: dict[str, Any]

    @property
    def flags(self) -> frozenset[str]:
        """What the vector is about."""
        return frozenset(self.test["flags"])

    def octets(self, name: str) -> bytes:
        """Return a member of the vector, written in hexadecimal."""
        return bytes.fromhex(self.test[name])


def cases(folder: Path, name: str) -> Iterator[Case]:
    """Yield every vector of a file."""
    file = json.loads((folder / "wycheproof" / f"{name}_test.json").read_text())
    for group in file["testGroups"]:
        for test in group["tests"]:
            yield Case(test["tcId"], Verdict(test["result"]), group, test)
