"""Which entry of a damaged tile is the wrong one, when the tree can only say which tile it is.

A tile's hash stands for 256 entries. Where bundle and tile were changed together (or, in a
database, there is no second copy of a leaf's hash) the tree names all 256; but each label's next
entry names the octets of the one before it, so the chain often knows which it was.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from consent.auditing.report import Problem


def judge_order(tree: Sequence[Problem], order: Sequence[Problem]) -> list[Problem]:
    """Return the problems of the tree, each tile's with the entry that the order names in it.

    A sound tree leaves the order's own problems. Elsewhere than in a damaged tile, what stands in
    broken octets says nothing about the log's order, and is left out.
    """
    if not tree:
        return list(order)
    return [_named(problem, order) for problem in tree]


def _named(problem: Problem, order: Iterable[Problem]) -> Problem:
    if problem.index is None or problem.last is None:
        return problem
    entries = range(problem.index, problem.last + 1)
    # A chain breaks between two entries. A changed one breaks with the next and, when what it
    # names was changed too, with the one before: whoever is in most breaks is the changed one.
    broken = Counter(
        at
        for suspect in order
        for at in (suspect.also, suspect.index)
        if at is not None and at in entries
    )
    if not broken:
        return problem
    index = broken.most_common(1)[0][0]
    return Problem(index, f"{problem.what}: its label's chain points at entry {index}")
