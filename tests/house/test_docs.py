"""The documents: what they name is there, and what they count is so."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
COVERAGE = DOCS / "coverage.md"
SUBJECTS = sorted((DOCS / "coverage").glob("*.md"))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_ROW = re.compile(r"^\| .* \| .* \| (yes|partly|no) \| (.*) \|$", re.MULTILINE)
_COUNTED = re.compile(r"^\| (?:\[(.+)\]\(.+\)|All) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
_STEP = re.compile(r"`([\w/]+\.py): ([\w.]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@cache
def definitions(path: str) -> frozenset[str]:
    """Every function, class and ``Class.method`` of a file; none when there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(names_in(ast.parse(file.read_text(encoding="utf-8")).body))


def names_in(body: list[ast.stmt], owner: str = "") -> Iterator[str]:
    """The names a body defines, those inside a class after the class's own."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{owner}{node.name}"
        elif isinstance(node, ast.ClassDef):
            yield f"{owner}{node.name}"
            yield from names_in(node.body, f"{owner}{node.name}.")


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


def sections(page: Path) -> Iterator[tuple[str, str]]:
    """The second-level headings of a page, each with what stands under it."""
    for section in read(page).split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        yield heading, text


@pytest.mark.parametrize("page", SUBJECTS, ids=lambda page: page.stem)
def test_every_test_that_is_named_exists(page: Path) -> None:
    """
    Coverage is claimed by the names of tests; a renamed test takes its claim with it.
    """
    named = _TEST.findall(read(page))

    assert named
    assert [] == [f"{path}::{name}" for path, name in named if name not in definitions(path)]


@pytest.mark.parametrize("page", SUBJECTS, ids=lambda page: page.stem)
def test_yes_names_a_test_and_partly_says_what_is_missing(page: Path) -> None:
    """
    *yes* without a test would be a hope, *partly* without a reason a riddle.
    """
    rows = _ROW.findall(read(page))

    assert rows
    assert [] == [proof for state, proof in rows if state == "yes" and not _TEST.search(proof)]
    assert [] == [proof for state, proof in rows if state == "partly" and not _TEST.sub("", proof)]


def test_the_counts_are_those_of_the_tables() -> None:
    """
    The numbers on the first page are not typed by hand and forgotten.
    """
    states = ("yes", "partly", "no")
    found = {
        heading: Counter(state for state, _proof in _ROW.findall(text))
        for page in SUBJECTS
        for heading, text in sections(page)
    }
    found[""] = sum(found.values(), Counter())
    stated = {
        name: dict(zip(states, map(int, numbers), strict=True))
        for name, *numbers in _COUNTED.findall(read(COVERAGE))
    }

    assert {name: {state: seen[state] for state in states} for name, seen in found.items()} == (
        stated
    )


def test_every_step_of_the_trips_exists() -> None:
    """
    A newcomer who follows the trips finds each function in the file that is named.
    """
    steps = _STEP.findall(read(DOCS / "trips.md"))

    assert len(steps) > 50
    assert [] == [f"{path}: {name}" for path, name in steps if name not in definitions(path)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    """
    A link to a file or folder of ours is followed from the page it stands on.
    """
    targets = [link for link in _LINK.findall(read(page)) if not re.match(r"\w+:|#", link)]
    broken = [link for link in targets if not (page.parent / link.partition("#")[0]).exists()]

    assert [] == broken
