"""A preview as the form has it: single lines at the top, then block after block."""

from dataclasses import dataclass

from issuers.catalogue import AnyKind
from issuers.label import Label
from issuers.offers.previewing import Preview, ShownClaim


@dataclass(frozen=True, slots=True)
class PreviewBlock:
    """Lines that stand together; ``title`` is None at the top of the form.

    ``number`` counts the elements of a table from one, None for what is no table.
    """

    title: Label | None
    number: int | None
    lines: tuple[ShownClaim, ...]

    @property
    def claims(self) -> list[dict[str, object]]:
        """The lines as `kit.claims` shows them."""
        return [{"labels": line.label, "value": line.value} for line in self.lines]


def blocks_of(preview: Preview, kind: AnyKind) -> tuple[PreviewBlock, ...]:
    """Return the blocks in the form's order."""
    labels = {claim.path: claim.label for claim in kind.described}
    grouped: dict[tuple[str, ...], list[ShownClaim]] = {}
    for line in preview.claims:
        grouped.setdefault(tuple(line.path.split("."))[:-1], []).append(line)
    return tuple(_block(labels, frame, lines) for frame, lines in grouped.items())


def _block(
    labels: dict[tuple[str | None, ...], Label], frame: tuple[str, ...], lines: list[ShownClaim]
) -> PreviewBlock:
    steps = tuple(None if step.isdecimal() else step for step in frame)
    if not steps:
        return PreviewBlock(None, None, tuple(lines))
    if steps[-1] is None:
        return PreviewBlock(labels[steps[:-1]], int(frame[-1]) + 1, tuple(lines))
    return PreviewBlock(labels[steps], None, tuple(lines))
