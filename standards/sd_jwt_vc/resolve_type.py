"""A type with all it extends, as one (draft-13 §6.3, §6.4, §9.5).

Fetching is the caller's: a `Resolution` names an address and is given octets. Every document is
checked before the next is asked for, so a chain made to lead somewhere ends at its first lie.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.sd_jwt_vc.integrity import check_integrity
from standards.sd_jwt_vc.read_type import parse_type_metadata
from standards.sd_jwt_vc.type_metadata import (
    ClaimMetadata,
    SelectiveDisclosure,
    TypeDisplay,
    TypeMetadata,
    TypePath,
)

# A national type of a regional type of a world's type, and two to spare.
MAX_CHAIN = 5


@dataclass(frozen=True, slots=True)
class ResolvedType:
    """A type as it finally stands: ``chain`` is its own document, then what it extends.

    Extending a type gives no authority to issue it (§10.6).
    """

    chain: tuple[TypeMetadata, ...]
    display: tuple[TypeDisplay, ...]
    claims: tuple[ClaimMetadata, ...]

    @property
    def vct(self) -> str:
        """The type's own identifier."""
        return self.chain[0].vct


class Resolution:
    """A chain being followed: give it the document of ``wanted`` until nothing is wanted."""

    def __init__(self, vct: str, integrity: str | None = None) -> None:
        self.wanted: str | None = vct
        self._integrity = integrity
        self._chain: list[TypeMetadata] = []

    def give(self, document: bytes) -> None:
        """Take the octets fetched from ``wanted``, or raise `VcError`."""
        if self._integrity is not None:
            check_integrity(document, self._integrity)
        metadata = parse_type_metadata(document)
        if metadata.vct != self.wanted:  # §6.3
            raise VcError(VcFailure.TYPE_OF_ANOTHER, "the document describes another type")
        self._chain.append(metadata)
        self.wanted, self._integrity = metadata.extends, metadata.extends_integrity
        self._check_next()

    def result(self) -> ResolvedType:
        """Return the whole type, each extension allowed only to be stricter (§9.5)."""
        chain = tuple(self._chain)
        merged: dict[TypePath, ClaimMetadata] = {}
        for metadata in reversed(chain):
            for claim in metadata.claims:
                merged[claim.path] = _extended(merged.get(claim.path), claim)
        display = next((one.display for one in chain if one.display), ())
        return ResolvedType(chain, display, tuple(merged.values()))

    def _check_next(self) -> None:
        if any(self.wanted == metadata.vct for metadata in self._chain):  # §10.3
            raise VcError(VcFailure.TYPE_CIRCLE, "a type extends itself")
        if self.wanted is not None and len(self._chain) == MAX_CHAIN:
            raise VcError(
                VcFailure.TYPE_CHAIN_TOO_LONG, f"more than {MAX_CHAIN} types extend each other"
            )


def resolve_type(
    vct: str, *, integrity: str | None = None, fetch: Callable[[str], bytes]
) -> ResolvedType:
    """Return the type ``vct``; ``integrity`` is the credential's own `vct#integrity`.

    ``fetch`` returns a document's octets or raises; it bounds sizes, times and addresses.
    """
    resolution = Resolution(vct, integrity)
    while resolution.wanted is not None:
        resolution.give(fetch(resolution.wanted))
    return resolution.result()


async def resolve_type_async(
    vct: str, *, integrity: str | None = None, fetch: Callable[[str], Awaitable[bytes]]
) -> ResolvedType:
    """Return the type ``vct``, as `resolve_type` does, where fetching takes its time."""
    resolution = Resolution(vct, integrity)
    while resolution.wanted is not None:
        resolution.give(await fetch(resolution.wanted))
    return resolution.result()


def _extended(base: ClaimMetadata | None, claim: ClaimMetadata) -> ClaimMetadata:
    """Return an entry over the one it overrides; what it does not say, it inherits."""
    if base is None:
        return claim
    if base.mandatory and claim.mandatory is False:
        raise _loosened("a mandatory claim made optional")
    fixed = base.sd not in (None, SelectiveDisclosure.ALLOWED)
    if fixed and claim.sd not in (None, base.sd):
        raise _loosened("sd of an extended type changed")
    return replace(
        claim,
        sd=claim.sd or base.sd,
        mandatory=base.mandatory if claim.mandatory is None else claim.mandatory,
        display=claim.display or base.display,
        svg_id=claim.svg_id or base.svg_id,
    )


def _loosened(detail: str) -> VcError:
    return VcError(VcFailure.TYPE_LOOSENED, detail)
