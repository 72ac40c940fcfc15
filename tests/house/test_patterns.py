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
# Below this nobody waits, whatever the growth; above it the growth is told from the noise.
UNNOTICED = 0.02
SHORT, LONG = 16 * 1024, 64 * 1024
# Twice the text may take twice the time, with room for noise; backtracking takes four times it.
TIMES_LONGER = (LONG // SHORT) * 2

# Some read text and some octets; each is given its own.
Pattern: TypeAlias = "re.Pattern[Any]"
Use: TypeAlias = Callable[[Any], object]

# Runs of what patterns repeat, and of what ends a repetition.
SEEDS = (
    *"aA0_-.~/:;=,+%#@?! \t\n\\\"'[](){}<>*|\x00가",
    *("a.", "a/", "0-", "a=a;", "a,", "\\.", "%41", "%4", "http://", "/a", "a:b", '"x5c":'),
    *("P1Y", "1970-01-01", "use_dpop_nonce dpop ", "q=0.", "index 1", "old 1", "-----"),
)
ENDS = ("", "\x00", "!", "가", "\\")


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


def seconds(use: Use, pattern: Pattern, seed: str, end: str, length: int) -> float:
    """How long a use takes at best."""
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


def grows_too_fast(pattern: Pattern, name: str, source: str) -> list[tuple[str, str]]:
    """The texts of 64 KiB that take out of all proportion longer than those of 16."""
    return [
        (seed, end)
        for use in uses(pattern, name, source)
        for seed in SEEDS
        for end in ENDS
        if (short := seconds(use, pattern, seed, end, SHORT)) > UNNOTICED
        or seconds(use, pattern, seed, end, LONG) > max(UNNOTICED, short * TIMES_LONGER)
    ]


@pytest.mark.parametrize("where", sorted(patterns()))
def test_no_text_of_64_kib_makes_a_pattern_slow_h53(where: str) -> None:
    """
    H53: a pattern reads each text a bounded number of times, however it ends.
    """
    pattern, source = patterns()[where]

    assert [] == grows_too_fast(pattern, where.rpartition(".")[2], source)


@pytest.mark.parametrize(("bad", "length"), [("a*a*b", 8192), ("a*a*a*b", 512), (".*.*=", 8192)])
def test_a_pattern_that_tries_everything_again_is_found(bad: str, length: int) -> None:
    """
    The measure itself: what backtracks is noticed long before 16 KiB.
    """
    slow = re.compile(bad)

    assert UNNOTICED < seconds(slow.fullmatch, slow, "a", "", length)
