"""Every test checks something: one that only runs the code cannot tell that it is wrong."""

import ast
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Of pytest: what fails the test when something does not happen.
CHECKS = {"raises", "warns", "fail"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Named = tuple[str, ast.stmt]


class Module:
    """One file of tests, and where the names in it come from."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.own = {
            node.name: node for node in self.tree.body if isinstance(node, Function | ast.ClassDef)
        }
        # The local name of what is imported from another file of tests: its module and its name.
        self.imported = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }

    def tests(self) -> Iterator[Function]:
        """Every test function, those of classes too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function) and node.name.startswith("test_"):
                yield node

    def methods(self) -> Iterator[Function]:
        """Every method of every class."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield from (each for each in node.body if isinstance(each, Function))


class Suite:
    """All files of tests: which functions check something, themselves or by whom they call."""

    def __init__(self, modules: dict[str, Module]) -> None:
        self.modules = modules
        self.found: dict[int, bool] = {}

    @cached_property
    def methods(self) -> dict[str, list[Named]]:
        """The methods by name: which class an object is of, no name tells."""
        found: dict[str, list[Named]] = {}
        for name, module in self.modules.items():
            for method in module.methods():
                found.setdefault(method.name, []).append((name, method))
        return found

    def silent(self) -> list[str]:
        """The tests that check nothing."""
        return [
            f"{name.replace('.', '/')}.py: {test.name}"
            for name, module in self.modules.items()
            for test in module.tests()
            if not self.checks(name, test)
        ]

    def checks(self, where: str, node: ast.stmt) -> bool:
        """Whether something is asserted here, or by a function of the tests called here."""
        if id(node) not in self.found:
            self.found[id(node)] = False  # whoever only calls itself checks nothing
            self.found[id(node)] = any(self._is_check(where, each) for each in ast.walk(node))
        return self.found[id(node)]

    def _is_check(self, where: str, node: ast.AST) -> bool:
        if isinstance(node, ast.Assert):
            return True
        if not isinstance(node, ast.Call):
            return False
        match node.func:
            case ast.Attribute(value=ast.Name(id="pytest"), attr=name) if name in CHECKS:
                return True
            case _:
                called = list(self._called(where, node.func))
                return bool(called) and all(self.checks(*each) for each in called)

    def _called(self, where: str, called: ast.expr) -> Iterator[Named]:
        """What a call may mean among the functions, classes and methods of the tests."""
        match called:
            case ast.Name(id=name):
                yield from self._named(where, name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if self._is_module(
                where, owner
            ):
                yield from self._named(".".join(self.modules[where].imported[owner]), name)
            case ast.Attribute(attr=name):
                yield from self.methods.get(name, ())
            case _:
                return

    def _named(self, where: str, name: str) -> Iterator[Named]:
        module = self.modules.get(where)
        if module is None:
            return
        if name in module.own:
            yield where, module.own[name]
        elif name in module.imported:
            yield from self._named(*module.imported[name])

    def _is_module(self, where: str, name: str) -> bool:
        return ".".join(self.modules[where].imported.get(name, ())) in self.modules


def test_every_test_asserts_something() -> None:
    """
    An assertion, an error that is expected, or a call of a function of the tests that has one.
    """
    modules = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        modules[name] = Module(name, path.read_text(encoding="utf-8"))

    assert [] == Suite(modules).silent()


def test_a_test_without_an_assertion_is_found() -> None:
    """
    Whatever the way it is called; what checks by another function's word is none of them.
    """
    asking = """
from tests.checking import check_it, only_run
from tests import checking

def test_by_itself(): assert True
def test_by_an_error():
    with pytest.raises(ValueError): run()
def test_by_another(): check_it()
def test_by_a_module(): checking.check_it()
def test_by_a_method(): world.check_all()
def test_by_another_that_asks_another(): around()
def around(): check_it()

def test_that_runs(): run()
def test_that_calls_who_runs(): only_run()
def test_that_calls_itself(): again()
def again(): again()
@given(value=anything)
def test_any_value(value):
    with suppress(ValueError): run(value)
"""
    checking = """
def check_it(): assert 1 == run()
def only_run(): run()
class World:
    def check_all(self): check_it()
"""
    suite = Suite(
        {
            "tests.asking": Module("tests.asking", asking),
            "tests.checking": Module("tests.checking", checking),
        }
    )

    assert [
        "tests/asking.py: test_that_runs",
        "tests/asking.py: test_that_calls_who_runs",
        "tests/asking.py: test_that_calls_itself",
        "tests/asking.py: test_any_value",
    ] == suite.silent()
