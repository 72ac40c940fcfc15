"""Run the benchmarks: `python -m benchmarks [NAME…]` (all without a name).

Every module of this folder that exposes `items()` takes part; `measure` says how. Prints a table
and keeps the run in var/bench.json; a run of some items replaces only those.
"""

import importlib
import json
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.measure import Figure, Item, measure

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent / "var" / "bench.json"


def found() -> list[Item]:
    """Return the items of every module here, in the order of their file names."""
    names = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    modules = [importlib.import_module(f"benchmarks.{name}") for name in names]
    return [item for module in modules if hasattr(module, "items") for item in module.items()]


def main(wanted: list[str]) -> int:
    """Measure and report; a goal that was missed is shown, not an error: machines differ."""
    items = [item for item in found() if not wanted or item.name in wanted]
    if not items:
        print(f"no such item; there are: {', '.join(item.name for item in found())}")
        return 2
    print(report.machine())
    print(report.heading())
    figures: list[Figure] = []
    for item in items:
        for figure in measure(item):
            print(report.line(figure), flush=True)
            figures.append(figure)
    print("\n".join(sorted({f"limit of {item.name}: {item.limit_name}" for item in items})))
    print("\n".join(report.peers(figures)))
    run = dict(report.document(figures, HERE.parent))
    if wanted and KEPT.is_file():
        run["items"] = json.loads(KEPT.read_text(encoding="utf-8"))["items"] | run["items"]
    report.write(KEPT, run)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
