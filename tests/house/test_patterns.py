"""Every pattern of the house against the texts that patterns are slow on (SECURITY H53)."""

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

import pytest

ROOMS = ("keys", "standards", "consent", "issuers", "wallet", "verifiers", "web", "app")
LENGTH = 64 * 1024
# In seconds of the processor; nobody waits for less, whatever its growth.
UNNOTICED = 0.25
# A quarter of the text takes a quarter of the time, or a sixteenth where a pattern begins again at
# every place; between the two is room for the noise of a machine in use.
GROWTH = 8

# Some read text and some octets; each is given its own.
Pattern: TypeAlias = "re.Pattern[Any]"
Use: TypeAlias = Callable[[Any], object]

# Runs of what patterns repeat, and of what ends a repetition.
SEEDS = (
    *"aA0_-.~/:;=,+%#@?! \t\n\\\"'[](){}<>*|\x00가",
    *("a.", "a/", "0-", "a=a;", "a,", "\\.", "%41", "%4", "http://", "/a", "a:b", '"x5c":'),
    *("P1Y", "1970-01-01", "use_dpop_nonce dpop ", "q=0.", "index 1", "old 1", "-----"),
)
ENDS = ("", "\x00", "!")


def modules(room: str) -> Iterator[str]:
    """The names of a room's modules; what runs when it is imported is no module of rules."""
    package = importlib.import_module(room)
    for found in pkgutil.walk_packages(package.__path__, f"{room}."):
        if not re.search(r"migrations|__main__", found.name):
            yield found.name


@cache
def patterns() -> dict[str, tuple[Pattern, str]]:
    """Each pattern by where it stands, with the text of its module."""
    found: dict[str, tuple[Pattern, str]] = {}
    for module in (importlib.import_module(name) for room in ROOMS for name in modules(room)):
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and f"{name} = " in re.sub(r": \S+ =", " =", source):
                found[f"{module.__name__}.{name}"] = (value, source)
    return found


def uses(pattern: Pattern, name: str, source: str) -> Iterator[Use]:
    """How its module uses a pattern; every pattern at least on the whole of a text."""
    searching: dict[str, Use] = {
        "search": pattern.search,
        "finditer": lambda text: list(pattern.finditer(text)),
        "findall": pattern.findall,
        "split": pattern.split,
        "sub": lambda text: pattern.sub(lambda _: text[:0], text),
    }
    yield from (pattern.fullmatch, pattern.match)
    yield from (use for verb, use in searching.items() if f"{name}.{verb}(" in source)


def seconds(use: Use, pattern: Pattern, seed: str, end: str, length: int = LENGTH) -> float:
    """How much of the processor a use takes; of three tries the least."""
    text = (seed * (length // len(seed.encode()) + 1))[:length] + end
    subject = text if isinstance(pattern.pattern, str) else text.encode()[:length]
    taken = []
    for _ in range(3):
        begun = time.process_time()
        use(subject)
        taken.append(time.process_time() - begun)
        if taken[-1] < UNNOTICED:
            break
    return min(taken)


def slow_on(pattern: Pattern, name: str, source: str) -> list[tuple[str, str]]:
    """The texts on which a pattern takes more than its share of time."""
    return [
        (seed, end)
        for use in uses(pattern, name, source)
        for seed in SEEDS
        for end in ENDS
        if (whole := seconds(use, pattern, seed, end)) > UNNOTICED
        and whole > GROWTH * seconds(use, pattern, seed, end, LENGTH // 4)
    ]


@pytest.mark.parametrize("where", sorted(patterns()))
def test_no_text_of_64_kib_makes_a_pattern_slow_h53(where: str) -> None:
    """
    H53: a pattern reads each text a bounded number of times, however it ends.
    """
    pattern, source = patterns()[where]

    assert [] == slow_on(pattern, where.rpartition(".")[2], source)


@pytest.mark.parametrize("bad", ["a*a*b", ".*.*=", r"\ba[^\n]*=x"])
def test_a_pattern_that_begins_again_and_again_is_found(bad: str) -> None:
    """
    The measure itself: what backtracks grows with the square.
    """
    slow = re.compile(bad)
    quarter, whole = (seconds(slow.search, slow, "a ", "", each) for each in (2048, 8192))

    assert whole > GROWTH * quarter
