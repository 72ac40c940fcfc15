"""Kinds that are one catalogue file: what a file can say, and how wrong ones are refused."""

import sys
import zipfile
from datetime import date
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from issuers.catalogue import AnyKind, declared, every_kind
from issuers.certificate.approval import Approval
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.kind import Application, Purpose
from issuers.declared.problem import CatalogueError
from issuers.errors import IssuerError, IssuerFailure
from issuers.population.census import population
from issuers.resident_register.kind import KIND as COPY
from standards.openid4vci.configuration import KeyAttestationsRequired
from tests.issuers.fixed_source import FixedSource
from tests.issuers.world import AS_OF

ROOT = Path(__file__).resolve().parents[2]
DEMO = next(population(households=1, as_of=AS_OF))
CARD = """
label = ["명함", "Card", "名刺"]
description = ["이름과 주소", "Name and address", "氏名と住所"]
authority = "resident-registry"
article = "없음"
record = "register_file"
rule = { name = "kept-90-days", article = "없음" }
purposes = ["인사", "제출"]
[claims]
"name" = ["성명", "Name", "氏名", "record.person.name"]
"status" = ["상태", "Status", "状態", "record.status"]
"lives" = ["주소", "Address", "住所", "", "§1"]
"lives.at" = ["현주소", "Current", "現住所", "record.current.address"]
"lives.since" = ["전입일", "Since", "転入日", "record.current.change.moved_in_on"]
"rank" = ["계급", "Rank", "階級", "record.service.rank"]
"left" = ["전역일", "Left", "転役日", "record.service.discharged_on"]
"stays" = ["주소들", "Addresses", "住所", "record.stays"]
"stays.*.number" = ["번호", "Number", "番号", "number"]
"stays.*.head" = ["세대주", "Head", "世帯主"]
"stays.*.head.name" = ["성명", "Name", "氏名", "head.name"]
"until" = ["유효", "Until", "有効", "validity.until"]
"""


def card(text: str = CARD) -> AnyKind:
    (kind,) = declared({"card.toml": text}, [COPY])
    return kind


def application(citizen: str = "demo", purpose: str = "인사") -> Application:
    return Application(citizen, Purpose(purpose), AS_OF, "1", "2")


async def test_a_file_is_a_kind() -> None:
    """
    Texts, days, blocks, lists and blanks come from one line each.
    """
    kind = card()
    source = FixedSource(sheet=DEMO.sheets[0])
    claims: Any = kind.claims(await kind.read(source, application()))
    sheet = DEMO.sheets[0]

    assert "card" == kind.name
    assert RESIDENT_REGISTRY == kind.authority
    assert "인사" == kind.purpose.name
    assert {
        "name": "김예원",
        "status": "거주자",
        "lives": {"at": sheet.current.address, "since": "2023-07-01"},
        "rank": "하사",
        "left": sheet.service and sheet.service.discharged_on.isoformat(),  # type: ignore[union-attr]  # the demo citizen left
        "stays": [
            {"number": stay.number, "head": {"name": stay.head.name}} for stay in sheet.stays
        ],
        "until": "2027-02-20",
    } == claims


async def test_a_step_that_is_none_leaves_the_claim_blank() -> None:
    """
    Whoever never served has no rank; the form says beforehand which claims may be blank.
    """
    kind = card()
    child = DEMO.sheets[2]
    claims = kind.claims(await kind.read(FixedSource(sheet=child), application()))
    blank = {claim.path[0] for claim in kind.described if not claim.mandatory}

    assert child.service is None
    assert not {"rank", "left"} & claims.keys()
    assert {"rank", "left", "stays"} == blank


def test_described_claims_carry_the_articles() -> None:
    """
    A block's article holds for what is inside it.
    """
    found = {claim.path: claim.article for claim in card().described}

    assert "§1" == found[("lives",)] == found[("lives", "at")]
    assert "없음" == found[("name",)]


def test_a_file_may_want_an_officer_and_attested_keys() -> None:
    """
    Left out, nobody decides first and any key will do; levels that are not named are not wanted.
    """
    plain = card()
    strict = card(
        'approval = "always"\nkey_attestation = { key_storage = ["iso_18045_high"] }\n' + CARD
    )
    any_level = card("key_attestation = {}\n" + CARD)

    assert (Approval.NEVER, None) == (plain.approval, plain.key_attestation)
    assert Approval.ALWAYS is strict.approval
    assert KeyAttestationsRequired(key_storage=("iso_18045_high",)) == strict.key_attestation
    assert KeyAttestationsRequired() == any_level.key_attestation


def test_purposes_are_the_files() -> None:
    """
    The first is the usual one, any other than those listed is refused.
    """
    card().check_purpose(Purpose("제출"))

    with pytest.raises(IssuerError) as caught:
        card().check_purpose(Purpose("다른"))
    assert IssuerFailure.UNKNOWN_PURPOSE == caught.value.failure


async def test_the_record_read_is_the_subjects() -> None:
    """
    An application about somebody else draws on their record.
    """
    asked: list[str] = []

    class Source(FixedSource):
        async def register_file_of(self, citizen: str) -> Any:
            asked.append(citizen)
            return DEMO.sheets[0]

    about = Application("demo", Purpose("인사"), AS_OF, "1", "2", about="c1")
    paper = await card().read(Source(), about)

    assert ["c1"] == asked
    assert date(2027, 2, 20) == card().validity(paper).until


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ("label = [", "label = ", "TOML", "line 2"),
        ('"status" =', '"name" =', "TOML", "at line"),
        ('article = "없음"\nrecord', "record", "article", "exactly"),
        ("record = ", 'colour = "x"\nrecord = ', "colour", "exactly"),
        ('article = "없음"\nrecord', "article = 7\nrecord", "article", "a text"),
        ('["명함", "Card", "名刺"]', '["명함", "Card"]', "line 2, label", "three"),
        ('["명함", "Card", "名刺"]', '["명함", "Card", ""]', "label", "three"),
        ('["명함", "Card", "名刺"]', '"명함"', "label", "list of texts"),
        ('["인사", "제출"]', "[]", "purposes", "list of texts"),
        ('["인사", "제출"]', '["인사", 7]', "purposes", "texts alone"),
        ('"resident-registry"', '"nobody"', "authority", "there are resident-registry"),
        ('"resident-registry"', '{ name = "a" }', "authority", "exactly: name, label, colors"),
        (
            '"resident-registry"',
            '{ name = "a", label = ["a", "a", "a"], colors = ["red", "#ffffff"] }',
            "authority",
            "two colours",
        ),
        (
            '"resident-registry"',
            '{name="resident-registry", label=["a","a","a"], colors=["#000000","#ffffff"]}',
            "authority",
            "otherwise",
        ),
        ('"register_file"', '"__class__"', "line 6, record", "has driving_licence, household"),
        ('"kept-90-days"', '"for-ever"', "line 7, rule", "tax-payment, kept-90-days"),
        ('"kept-90-days"', '"tax-payment"', "rule", "needs a record with open"),
        ('{ name = "kept-90-days", article = "없음" }', '"kept-90-days"', "rule", "exactly"),
        ('"record.person.name"', '"record.person.nickname"', "line 10, name", "no nickname"),
        ('"record.person.name"', '"record.person.__class__"', "name", "no __class__"),
        ('"record.person.name"', '"record.person"', "name", "Person is no text"),
        ('"record.person.name"', '"record.stays"', "name", "no text"),
        ('"record.person.name"', '"citizen"', "name", "KeptPaper has no citizen"),
        ('"record.person.name"', '""', "name", "neither a source nor anything inside"),
        ('"氏名", "record.person.name"]', '"氏名", "a", "b", "c"]', "name", "Korean, English"),
        ('"name" = ["성명", ', '"name" = ["", ', "name", "Korean, English"),
        ('"name" =', '"Name" =', "line 10, Name", "snake_case"),
        ('"name" =', '"name.of" =', "line 10, name.of", "comes first"),
        ('"stays.*.number"', '"stays.number"', "stays", "begins with stays.*"),
        ('"record.stays"', '"record.person.name"', "stays", "str is no list"),
        ('"until" =', '"lives.on" =', "lives.on", "comes first"),
        ("record = ", 'approval = "often"\nrecord = ', "approval", "never, under-a-view, always"),
        ("record = ", 'approval = ["never"]\nrecord = ', "approval", "a text"),
        ("record = ", "key_attestation = true\nrecord = ", "key_attestation", "key_storage"),
        ("record = ", "key_attestation = {a=[]}\nrecord = ", "key_attestation", "key_storage"),
        (
            "record = ",
            "key_attestation = { key_storage = [] }\nrecord = ",
            "key_attestation",
            "a list of texts",
        ),
        ('"until" =', '"name.x" = ["a", "b", "c", "d"]\n"until" =', "name.x", "comes first"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_place_and_reason(
    old: str, new: str, where: str, reason: str
) -> None:
    """
    Whoever wrote the file is told at the start where it is wrong and what was expected.
    """
    assert old in CARD

    with pytest.raises(CatalogueError) as caught:
        card(CARD.replace(old, new, 1))

    assert "card.toml" == caught.value.file
    assert where in caught.value.where
    assert reason in caught.value.reason
    assert str(caught.value).startswith("card.toml: ")


def test_a_file_without_claims_is_no_kind() -> None:
    """
    A certificate that says nothing is a mistake.
    """
    head = CARD[: CARD.index("[claims]")]

    with pytest.raises(CatalogueError, match="at least one claim"):
        card(f"{head}\n[claims]\n")


def test_what_belongs_together_stands_together() -> None:
    """
    A member far from its block is refused, for a form is read from top to bottom.
    """
    with pytest.raises(CatalogueError, match="comes first"):
        card(CARD + '"lives.on" = ["a", "b", "c", "record.current.address"]\n')


def test_two_files_may_share_an_authority_of_their_own() -> None:
    """
    An authority comes with the first kind it issues; a second file names it or repeats it.
    """
    own = '{ name = "town", label = ["시", "Town", "市"], colors = ["#102030", "#ffffff"] }'
    first = CARD.replace('"resident-registry"', own)
    second = CARD.replace('"resident-registry"', '"town"')
    kinds = declared({"a.toml": first, "b.toml": second, "c.toml": first}, [COPY])

    assert ["town"] * 3 == [kind.authority.name for kind in kinds]
    assert "#102030" == kinds[1].authority.background_color


def test_a_name_that_is_taken_is_refused() -> None:
    """
    Two kinds of one name would be one configuration of the issuer.
    """
    with pytest.raises(CatalogueError, match="there is a kind of this name"):
        declared({"resident-register.toml": CARD}, [COPY])


def test_the_added_kind_is_one_file_of_less_than_forty_lines() -> None:
    """
    지방세 납세증명서 and its authority are one file; no rule and no store names it.
    """
    file = ROOT / "issuers" / "declared" / "local-tax-payment.toml"
    named = [
        path
        for path in (ROOT / "issuers").rglob("*.py")
        if "pages" not in path.parts and "local-tax-payment" in path.read_text(encoding="utf-8")
    ]

    assert len(file.read_text(encoding="utf-8").splitlines()) < 40
    assert [] == named
    assert "local-tax-office" == every_kind().kind("local-tax-payment").authority.name


def test_the_package_ships_its_catalogue_files(tmp_path: Path) -> None:
    """
    What is installed from a wheel issues the same kinds as what is run from the sources.
    """
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    assert "issuers/declared/local-tax-payment.toml" in names
