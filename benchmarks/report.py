"""Show figures as a table, and keep them with the machine and the commit they belong to."""

import json
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.measure import Figure

BAR = 24


def line(figure: Figure) -> str:
    """Return one line: rates per second, the ratio to the limit, and the ratio as a bar."""
    goal = "" if figure.goal is None else f"  goal {figure.goal:.2f} {_verdict(figure)}"
    return (
        f"{figure.name:<26}{figure.median:>11,.0f}{figure.minimum:>11,.0f}"
        f"{figure.maximum:>11,.0f}{figure.limit:>12,.0f}{figure.ratio:>8.3f}  "
        f"{_bar(figure.ratio)}{goal}"
    )


def heading() -> str:
    """Return the table's first line."""
    return (
        f"{'item':<26}{'median/s':>11}{'min':>11}{'max':>11}{'limit/s':>12}{'ratio':>8}  "
        "share of the limit"
    )


def peers(figures: Iterable[Figure]) -> list[str]:
    """Return how many times as fast as each peer an item was, in the same rounds."""
    by_name = {figure.name: figure for figure in figures}
    pairs = [(name.partition("_by_"), figure) for name, figure in by_name.items()]
    return [
        f"{item} is {by_name[item].ratio / figure.ratio:.1f} times {peer}"
        for (item, by, peer), figure in pairs
        if by
    ]


def document(figures: Iterable[Figure], repository: Path) -> Mapping[str, object]:
    """Return the run as it is kept in bench.json; rates in operations per second."""
    return {
        "machine": machine(),
        "commit": commit(repository),
        "items": {
            figure.name: {
                "median": round(figure.median, 1),
                "min": round(figure.minimum, 1),
                "max": round(figure.maximum, 1),
                "unit": "1/s",
                "limit": round(figure.limit, 1),
                "ratio": round(figure.ratio, 4),
            }
            for figure in figures
        },
    }


def write(path: Path, run: Mapping[str, object]) -> None:
    """Keep a run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def machine() -> str:
    """Return what the figures were made on."""
    return (
        f"{_processor()}, {os.cpu_count()} processors, {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def commit(repository: Path) -> str:
    """Return the commit checked out, read from git's own files; "unknown" without them."""
    git = repository / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        reference = head.removeprefix("ref: ")
        loose = git / reference
        if loose.is_file():
            return loose.read_text(encoding="ascii").strip()
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next(one.split()[0] for one in packed if one.endswith(f" {reference}"))
    except (OSError, StopIteration):
        return "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [one.partition(":")[2].strip() for one in lines if one.startswith("model name")]
    return names[0] if names else platform.machine()


def _bar(ratio: float) -> str:
    filled = min(BAR, round(ratio * BAR))
    return "█" * filled + "·" * (BAR - filled)


def _verdict(figure: Figure) -> str:
    assert figure.goal is not None
    return "reached" if figure.ratio >= figure.goal else "missed"
