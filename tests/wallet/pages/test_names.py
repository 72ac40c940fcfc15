"""What types and claims are called: as held, as our own authorities publish, or as they are."""

from collections.abc import Callable

import pytest

from keys.strict_json import JsonObject
from tests.wallet.issuer_of_test import VCT, IssuerOfTest
from tests.wallet.pages.conftest import publish_type
from tests.wallet.world import HOLDER, World, json_reply
from wallet.client import WalletClient
from wallet.pages.sheet import Block, Table, sheet_of
from wallet.pages.type_names import KnownNames, TypeNames
from web.language import Language

BASE = "https://issuer.example"


def names_at(world: World, base: str = BASE) -> TypeNames:
    return TypeNames(WalletClient(world.network), base)


async def test_a_type_of_our_own_is_named_though_none_is_held(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    A citizen who deleted a certificate, or never had one, still reads its name; asked once.
    """
    publish_type(world, issuer)
    names = names_at(world)
    for _look in range(2):
        known = await names.of([VCT], [])
        assert "등본" == known.type_name(VCT, Language.KOREAN)
        assert ("세대원 · 세대원 성명", "생년월일") == known.dotted_claims(
            ["members.*.name", "birth_date", "members.1.name"], Language.KOREAN
        )

    assert 1 == len(world.network.to(VCT))


async def test_a_strangers_type_is_never_asked_for(world: World, issuer: IssuerOfTest) -> None:
    """
    OpenID4VP section 15: an address in a question must not learn that it was read.
    """
    publish_type(world, issuer)
    known = await names_at(world, "https://wallet.example").of([VCT, "urn:type"], [])

    assert VCT == known.type_name(VCT, Language.KOREAN)
    assert "urn:other" == known.type_name("urn:other", Language.KOREAN)
    assert [] == world.network.asked


def extends_elsewhere() -> JsonObject:
    return {"vct": VCT, "extends": "https://evil.example/type"}


@pytest.mark.parametrize("document", [lambda: {"vct": "other"}, dict, extends_elsewhere])
async def test_a_broken_description_leaves_the_types_own_words(
    world: World, issuer: IssuerOfTest, document: Callable[[], JsonObject]
) -> None:
    """
    Names are a courtesy: without them the page still says what it is about.
    """
    world.network.serve(VCT, lambda _: json_reply(document()))
    known = await names_at(world).of([VCT], [])

    assert VCT == known.type_name(VCT, Language.KOREAN)
    assert "head_name" == known.dotted_claim("household.head_name", Language.KOREAN)
    assert [] == world.network.to("https://evil.example/type")


async def test_a_description_out_of_reach_is_asked_for_again(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    A failure is not kept.
    """
    names = names_at(world)
    assert VCT == (await names.of([VCT], [])).type_name(VCT, Language.KOREAN)
    publish_type(world, issuer)

    assert "등본" == (await names.of([VCT], [])).type_name(VCT, Language.KOREAN)


NESTED: JsonObject = {
    "title": "t",
    "block": {"inner": {"deep": 1}, "rows": [{"a": "x", "b": [1, 2]}, {"a": "y"}], "last": True},
    "empty": [],
    "nothing": {},
    "words": ["p", "q"],
}


async def test_a_form_without_names_is_shown_whole(world: World, issuer: IssuerOfTest) -> None:
    """
    Any shape of claims becomes lines, blocks and tables; every value is somewhere.
    """
    issuer.claims = NESTED
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())
    held = await world.wallets.credential(HOLDER, accepted.credential_ids[0])
    parts = sheet_of(held, Language.KOREAN)

    tables = {part.heading: part for part in parts if isinstance(part, Table)}
    lines = [line for part in parts if isinstance(part, Block) for line in part.lines]
    assert (("x", [1, 2]), ("y", None)) == tables["rows"].rows
    assert () == tables["empty"].rows
    assert {"deep", "last", "nothing", "title", "words"} == {
        str(line.labels["ko"]) for line in lines
    }
    assert not tables["rows"].is_wide


@pytest.mark.parametrize(
    ("columns", "word", "is_wide"),
    [(4, "a", False), (5, "a", True), (5, "x" * 20, True), (5, "x" * 21, False)],
)
def test_a_wide_table_gets_room_unless_a_word_would_push_it_out(
    columns: int, word: str, *, is_wide: bool
) -> None:
    """
    H65: a value without a space cannot make the page scroll sideways.
    """
    table = Table("", tuple(f"c{number}" for number in range(columns)), ((word,) * columns,))

    assert is_wide is table.is_wide


def test_what_nobody_named_has_its_own_name() -> None:
    """
    What nothing names stays empty, and breaks no page.
    """
    assert "" == KnownNames({}).claim((0,), Language.KOREAN)
