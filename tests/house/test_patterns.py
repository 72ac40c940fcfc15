"""Every pattern of the house against the texts that patterns are slow on (SECURITY H53)."""

import gc
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
# What H53 sends, and in how many seconds of the processor it is to be read.
LENGTH, AT_MOST = 64 * 1024, 0.05
# What begins again at every place takes sixteen times as long for four times the text, what reads
# on takes four times; between the two is room for the noise of a machine in use.
SHORT, GROWTH = 2048, 8
# Whoever takes less on the short text is within the bound on the long one, even by the square.
UNNOTICED = AT_MOST / (LENGTH // SHORT) ** 2

# Some read text and some octets; each is given its own.
Pattern: TypeAlias = "re.Pattern[Any]"
Use: TypeAlias = Callable[[Any], object]

# Runs of what patterns repeat, and of what ends a repetition.
SEEDS = (
    *"aA0_-.~/:;=,+%#@?! \t\n\\\"'[](){}<>*|\x00가",
    *("a.", "a/", "0-", "a=a;", "a,", "\\.", "%41", "%4", "http://", "/a", "a:b", '"x5c":'),
    *("P1Y", "1970-01-01", "use_dpop_nonce dpop ", "q=0.", "index 1", "old 1", "-----"),
)
ENDS = ("", "\x00")


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
    yield pattern.fullmatch
    yield from (use for verb, use in searching.items() if f"{name}.{verb}(" in source)


def seconds(use: Use, text: str | bytes, *, tries: int = 3) -> float:
    """How much of the processor a use takes: the least of some tries."""
    taken = []
    # What other tests left behind is not swept on this one's account.
    gc.disable()
    for _ in range(tries):
        begun = time.thread_time()
        use(text)
        taken.append(time.thread_time() - begun)
    gc.enable()
    return min(taken)


def outgrows(use: Use, text: str | bytes, length: int) -> bool:
    """Tell whether four times the text takes more than four times as long, by far."""
    return seconds(use, text[: 4 * length]) > GROWTH * seconds(use, text[:length])


def is_slow(use: Use, text: str | bytes) -> bool:
    """Tell whether a use takes too long, and that because its time outgrows the text."""
    if seconds(use, text[:SHORT], tries=1) < UNNOTICED:
        return False
    if not all(outgrows(use, text, length) for length in (SHORT, 2 * SHORT)):
        return False
    return seconds(use, text[: 8 * SHORT], tries=1) > AT_MOST / (LENGTH // (8 * SHORT))


def texts(pattern: Pattern) -> Iterator[tuple[str, str, str | bytes]]:
    """Hostile texts of a pattern's own type, each by the seed and the end it is made of."""
    for seed in SEEDS:
        whole = seed * (LENGTH // len(seed))
        for end in ENDS:
            text = whole + end
            yield seed, end, text if isinstance(pattern.pattern, str) else text.encode()


def slow_on(pattern: Pattern, name: str, source: str) -> list[tuple[str, str]]:
    """The texts on which a pattern takes more than its share of time."""
    return [
        (seed, end)
        for seed, end, text in texts(pattern)
        for use in uses(pattern, name, source)
        if is_slow(use, text)
    ]


@pytest.mark.parametrize("where", sorted(patterns()))
def test_no_text_of_64_kib_makes_a_pattern_slow_h53(where: str) -> None:
    """
    H53: a pattern reads each text a bounded number of times, however it ends.
    """
    pattern, source = patterns()[where]

    assert [] == slow_on(pattern, where.rpartition(".")[2], source)


@pytest.mark.parametrize(("bad", "seed"), [("a*b", "a"), (r"\ba[^\n]*=x", "a "), ("a+=", "a")])
def test_a_pattern_that_begins_again_and_again_is_found(bad: str, seed: str) -> None:
    """
    The measure itself: what begins again at every place grows with the square.
    """
    assert is_slow(re.compile(bad).search, seed * LENGTH)


def test_a_pattern_that_reads_on_is_not_slow() -> None:
    """
    The measure itself: a long text alone is no fault.
    """
    assert not is_slow(re.compile("(?:a|b)+").fullmatch, "ab" * LENGTH)
