"""The conformance suite's own JSON schemas; a member unknown to them is a finding too."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema


@dataclass(frozen=True)
class Schemas:
    """The schemas in the folder of vectors."""

    folder: Path

    def check(self, document: Any, name: str) -> None:
        """Hold a document against one schema."""
        text = (self.folder / f"{name}-1_0.json").read_text(encoding="utf-8")
        found = list(jsonschema.Draft202012Validator(json.loads(text)).iter_errors(document))
        wrong = [f"{each.json_path}: {each.message}" for each in found]
        assert [] == wrong, wrong
