"""A verified certificate is read as its form is printed, whatever order it came in."""

from keys.strict_json import JsonObject
from tests.issuers.pages.browser import Desks
from tests.verifiers.world import REGISTER_VCT, World
from verifiers.pages.shown import shown_certificate

CLAIMS: JsonObject = {
    "members": [
        {"name": "둘째", "number": 1},
        {"name": "셋째", "relation": "자녀"},
    ],
    "past_addresses": [],
    "household": {},
    "current_address": {"moved_in_on": "2020-05-06", "address": "서울"},
    "strange": [["a"], "b"],
    "applicant": "첫째",
}


async def test_tables_and_blocks_stand_in_the_forms_order(desks: Desks, world: World) -> None:
    """
    Single lines first, then block by block; members keep their order, the unknown comes last.
    """
    form: JsonObject = {
        "vct": REGISTER_VCT,
        "issuer": "https://issuer.example",
        "claims": CLAIMS,
        "status": "not_listed",
    }
    shown = await shown_certificate(world.verifiers, form)
    told = [
        (
            "" if block.title is None else block.title.get("ko", block.title["en"]),
            block.number,
            [(claim.labels.get("ko", claim.labels["en"]), claim.value) for claim in block.claims],
        )
        for block in shown.blocks
    ]

    assert ("", None, [("신청인", "첫째")]) == (told[0][0], told[0][1], told[0][2][:1])
    assert ("현주소", None, [("현주소", "서울"), ("전입일", "2020-05-06")]) in told
    members = [each for each in told if each[0] == "세대원"]
    assert [1, 2] == [number for _, number, _ in members]
    assert [("성명", "셋째"), ("세대주와의 관계", "자녀")] == sorted(members[1][2])
    assert told.index(members[0]) < len(told) - 1
    assert "b" in [value for _, _, claims in told for _, value in claims]
    assert not shown.is_listed
    assert {"en": "https://issuer.example"} == shown.issuer_name


async def test_a_certificate_without_any_claim_has_no_block(desks: Desks, world: World) -> None:
    """
    Proving that one holds it may be all that was asked.
    """
    form: JsonObject = {"vct": "v", "issuer": "i", "claims": {}, "status": "valid"}

    assert () == (await shown_certificate(world.verifiers, form)).blocks
