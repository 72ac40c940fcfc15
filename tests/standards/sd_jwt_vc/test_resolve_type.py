"""A type with all it extends (draft-13 6.3, 6.4, 9.5; H36)."""

from dataclasses import replace

import pytest

from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.sd_jwt_vc.integrity import integrity_of
from standards.sd_jwt_vc.resolve_type import MAX_CHAIN, resolve_type, resolve_type_async
from standards.sd_jwt_vc.type_metadata import (
    ClaimDisplay,
    ClaimMetadata,
    SelectiveDisclosure,
    TypeDisplay,
    TypeMetadata,
)


class Types:
    """The world's documents by address; counts what was fetched."""

    def __init__(self, *types: TypeMetadata) -> None:
        self.documents = {one.vct: one.serialize() for one in types}
        self.fetched: list[str] = []

    def fetch(self, address: str) -> bytes:
        """Return the document at an address."""
        self.fetched.append(address)
        return self.documents[address]


def chain(length: int) -> Types:
    """Return types t0 … of which each extends the next."""
    last = length - 1
    return Types(
        *(TypeMetadata(f"t{i}", extends=None if i == last else f"t{i + 1}") for i in range(length))
    )


def claim(*path: str | int | None, **rules: object) -> ClaimMetadata:
    """Return an entry about one path."""
    return replace(ClaimMetadata(path), **rules)  # type: ignore[arg-type]  # the tests name fields


BASE = TypeMetadata(
    "base",
    display=(TypeDisplay("en", "Base"),),
    claims=(
        claim("name", display=(ClaimDisplay("en", "Full name"),), mandatory=True, svg_id="n"),
        claim("city", display=(ClaimDisplay("en", "City"),), sd=SelectiveDisclosure.ALWAYS),
    ),
)


async def test_a_type_inherits_what_it_does_not_say() -> None:
    """9.5: the example of the draft; a claim added, one overridden, one inherited."""
    town = (ClaimDisplay("en", "Town"),)
    child = TypeMetadata(
        "child",
        extends="base",
        extends_integrity=integrity_of(BASE.serialize()),
        claims=(claim("city", display=town), claim("nationalities")),
    )
    types = Types(child, BASE)

    resolved = resolve_type("child", integrity=integrity_of(child.serialize()), fetch=types.fetch)

    assert "child" == resolved.vct
    assert (child, BASE) == resolved.chain
    assert BASE.display == resolved.display
    assert (
        BASE.claims[0],
        claim("city", display=town, sd=SelectiveDisclosure.ALWAYS),
        claim("nationalities"),
    ) == resolved.claims

    async def fetch(address: str) -> bytes:
        return types.fetch(address)

    assert resolved == await resolve_type_async("child", fetch=fetch)
    assert ["child", "base"] * 2 == types.fetched


@pytest.mark.parametrize(
    "entry",
    [
        claim("name", mandatory=True),
        claim("name", sd=SelectiveDisclosure.NEVER),
        claim("city", sd=SelectiveDisclosure.ALWAYS),
        claim("city", mandatory=True),
    ],
)
def test_an_extension_may_be_stricter(entry: ClaimMetadata) -> None:
    """9.3, 9.4: what was allowed may be fixed, what was optional may be demanded."""
    child = TypeMetadata("child", extends="base", claims=(entry,))

    resolved = resolve_type("child", fetch=Types(child, BASE).fetch)

    found = next(one for one in resolved.claims if one.path == entry.path)
    assert entry.sd in (None, found.sd)
    assert entry.mandatory in (None, found.mandatory)


@pytest.mark.parametrize(
    "entry",
    [
        claim("name", mandatory=False),
        claim("city", sd=SelectiveDisclosure.ALLOWED),
        claim("city", sd=SelectiveDisclosure.NEVER),
    ],
)
def test_an_extension_may_not_be_looser(entry: ClaimMetadata) -> None:
    """9.3, 9.4: what an extended type fixed stays fixed."""
    child = TypeMetadata("child", extends="base", claims=(entry,))

    with pytest.raises(VcError) as caught:
        resolve_type("child", fetch=Types(child, BASE).fetch)
    assert VcFailure.TYPE_LOOSENED == caught.value.failure


@pytest.mark.parametrize("length", range(1, MAX_CHAIN + 1))
def test_a_chain_is_followed_to_its_end(length: int) -> None:
    """R14: up to the limit; every document is fetched once."""
    types = chain(length)

    assert length == len(resolve_type("t0", fetch=types.fetch).chain)
    assert length == len(types.fetched)


@pytest.mark.parametrize("length", [MAX_CHAIN + 1, 100])
def test_h36_a_chain_too_long_is_refused(length: int) -> None:
    """H36: at most the limit is ever fetched."""
    types = chain(length)

    with pytest.raises(VcError) as caught:
        resolve_type("t0", fetch=types.fetch)

    assert VcFailure.TYPE_CHAIN_TOO_LONG == caught.value.failure
    assert MAX_CHAIN == len(types.fetched)


@pytest.mark.parametrize("back_to", ["t0", "t1", "t2"])
def test_h36_a_circle_is_refused(back_to: str) -> None:
    """H36, 10.3: to itself, to the first, or somewhere between; nothing is fetched twice."""
    types = chain(3)
    types.documents["t2"] = TypeMetadata("t2", extends=back_to).serialize()

    with pytest.raises(VcError) as caught:
        resolve_type("t0", fetch=types.fetch)

    assert VcFailure.TYPE_CIRCLE == caught.value.failure
    assert ["t0", "t1", "t2"] == types.fetched


def test_h36_a_document_of_another_type_is_refused() -> None:
    """H36: letter for letter; a redirect or a proxy may have answered."""
    types = Types()
    types.documents["t0"] = TypeMetadata("T0").serialize()

    with pytest.raises(VcError) as caught:
        resolve_type("t0", fetch=types.fetch)
    assert VcFailure.TYPE_OF_ANOTHER == caught.value.failure


@pytest.mark.parametrize("place", ["t0", "t1"])
def test_h36_a_document_changed_since_is_refused(place: str) -> None:
    """H36: by the credential's own hash, or by the extending type's."""
    base = TypeMetadata("t1")
    first = TypeMetadata("t0", extends="t1", extends_integrity=integrity_of(base.serialize()))
    types = Types(first, base)
    integrity = integrity_of(first.serialize())
    types.documents[place] += b" "

    with pytest.raises(VcError) as caught:
        resolve_type("t0", integrity=integrity, fetch=types.fetch)
    assert VcFailure.TYPE_INTEGRITY == caught.value.failure
    assert place == types.fetched[-1]
