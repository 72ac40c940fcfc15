"""The conformance suite's own JSON schemas; a member unknown to them is a finding too."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema


@dataclass(frozen=True)
class Schemas:
    """The schemas in a folder of vectors, and what their names end in."""

    folder: Path
    version: str = "-1_0"

    def check(self, document: Any, name: str) -> None:
        """Hold a document against one schema."""
        text = (self.folder / f"{name}{self.version}.json").read_text(encoding="utf-8")
        found = list(jsonschema.Draft202012Validator(json.loads(text)).iter_errors(document))
        wrong = [f"{each.json_path}: {each.message}" for each in found]
        assert [] == wrong, wrong
