"""The house itself: which lines may stand in which room."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "consent", "issuers", "keys", "standards", "verifiers", "wallet", "web")
# Modules that may touch the database, the network or the web framework, by file name.
EDGES = {"endpoints", "store", "client", "pages", "export"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def sources(*rooms: str) -> list[Path]:
    """Every Python file of the rooms but Alembic's revisions."""
    files = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in files if "migrations" not in path.parts]


def test_every_rule_module_is_held_by_the_import_contract() -> None:
    """
    A new module in consent or an actor's room is a rule unless its file name says it is an edge.
    """
    contract = next(
        contract
        for contract in PROJECT["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith("Rules reach no")
    )
    rules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
        for path in sources("consent", "issuers", "wallet", "verifiers")
        if path.stem not in EDGES | {"__init__"} and not EDGES & set(path.parts)
    }

    assert rules <= set(contract["source_modules"])


@pytest.mark.parametrize("path", sources(*ROOMS), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_grows_past_three_hundred_lines(path: Path) -> None:
    """
    Past 300 lines a file holds two subjects.
    """
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", sources(*ROOMS), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_public_definition_says_what_it_is(path: Path) -> None:
    """
    A public class or function without a docstring leaves the newcomer guessing.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert [] == silent


@pytest.mark.parametrize("word", ["utils", "helpers", "helper", "manager", "misc", "common"])
def test_no_file_has_a_name_that_says_nothing(word: str) -> None:
    """
    A room called `utils` collects what nobody wanted to place.
    """
    assert [] == [path for path in sources(*ROOMS) if word in path.stem.split("_")]
