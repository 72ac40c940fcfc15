"""A verified certificate as the desk reads it: in the form's own order, block by block."""

from dataclasses import dataclass

from keys.json_value import JsonObject, JsonValue
from standards.positions import ClaimPath, leaves
from verifiers.presented.verified import CredentialStatus
from verifiers.type_names import LocalNames, Names
from verifiers.verifier import Verifiers


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """One line of the form; ``value`` is text, a number, a yes/no or an empty list."""

    labels: LocalNames
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together; ``title`` is None for those at the top of the form.

    ``number`` counts the elements of a table from one, None for what is no table.
    """

    title: LocalNames | None
    number: int | None
    claims: tuple[ShownClaim, ...]


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """One certificate of a verified result.

    ``issuer`` is what the chain vouches for, ``issuer_name`` what that issuer calls itself.
    """

    title: LocalNames
    issuer: str
    issuer_name: LocalNames
    is_listed: bool
    is_at_last: bool
    blocks: tuple[Block, ...]


async def shown_certificate(verifiers: Verifiers, form: JsonObject) -> ShownCertificate:
    """Return a certificate as a result tells it (`verifiers.delivering.result`)."""
    names = await verifiers.names_of(str(form["vct"]), str(form["issuer"]))
    claims = form["claims"]
    return ShownCertificate(
        title=names.title(),
        issuer=str(form["issuer"]),
        issuer_name=await verifiers.issuer_name(str(form["issuer"])),
        is_listed=form["status"] != CredentialStatus.NOT_LISTED.value,
        is_at_last=form["status"] == CredentialStatus.VALID_AT_LAST.value,
        blocks=_blocks(names, claims if isinstance(claims, dict) else {}),
    )


def _blocks(names: Names, claims: JsonObject) -> tuple[Block, ...]:
    """Sort by the form, then cut where the block around a claim changes.

    The sort is stable, so the elements of a table stay in their order.
    """
    # What shows no claim at all is one empty leaf without a path: no line of the form.
    lines = (leaf for leaf in leaves(claims) if leaf[0])
    grouped: dict[ClaimPath, list[ShownClaim]] = {}
    for path, value in sorted(lines, key=lambda leaf: _place(names, leaf[0])):
        grouped.setdefault(path[:-1], []).append(ShownClaim(names.label(path), value))
    return tuple(_block(names, frame, lines) for frame, lines in grouped.items())


def _block(names: Names, frame: ClaimPath, lines: list[ShownClaim]) -> Block:
    if not frame:
        return Block(None, None, tuple(lines))
    element = frame[-1]
    if isinstance(element, int):
        return Block(names.label(frame[:-1]), element + 1, tuple(lines))
    return Block(names.label(frame), None, tuple(lines))


def _place(names: Names, path: ClaimPath) -> tuple[int, ClaimPath, int]:
    """Return where a leaf stands: by its outermost block, its element, then its own line."""
    elements = tuple(step for step in path[:-1] if isinstance(step, int))
    return names.place(path[:1]), elements, names.place(path)
