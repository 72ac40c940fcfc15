"""H70: names as long and as foreign as people's names are, from the register to the verifier."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from issuers.certificate.kind import Application, Purpose
from issuers.population.census import offices, population
from issuers.resident_abstract.abstract import Abstract
from issuers.resident_abstract.kind import KIND as ABSTRACT
from issuers.resident_register.copy import RegisterCopy
from issuers.resident_register.kind import KIND as COPY
from issuers.source.records import Household, PastHead, Person, PersonalChange, RegisterFile
from issuers.store import SqlSourceOfRecord, metadata
from issuers.store.population import load
from tests.conftest import EngineOf
from tests.issuers.shown_whole import issued_and_verified
from tests.issuers.world import AS_OF

NAMES = {
    "500 syllables": "김" + "가나다라마" * 100,
    "500 four-byte characters": "𠮷" * 500,
    "emoji with joiners": "👩‍👩‍👧‍👦김🏳️‍🌈",
    "decomposed": unicodedata.normalize("NFD", "김예원"),
    "arabic": "محمد عبد الله",
    "combining": "Z̷̛̤a̸l̶g̵o̸",
    "quotes and braces": """O'Brien "{name}" \\ %s </b>""",
}
DEMO = next(population(households=1, as_of=AS_OF))
APPLICATION = Application("demo", Purpose("취업용"), AS_OF, "1", "2")


def renamed(person: Person, name: str) -> Person:
    return replace(person, name=name, hanja=name)


def home_of(name: str) -> Household:
    """The demo household, everybody in it and before it of this name."""
    home = DEMO.household
    members = tuple(
        replace(member, person=renamed(member.person, name)) for member in home.members
    )
    past = tuple(replace(stay, head=PastHead(name, stay.head.relation)) for stay in home.past)
    return replace(home, members=members, past=past)


def sheet_of(name: str) -> RegisterFile:
    """The demo citizen's sheet, with this name everywhere."""
    sheet = DEMO.sheets[0]
    stays = tuple(replace(stay, head=PastHead(name, stay.head.relation)) for stay in sheet.stays)
    change = PersonalChange(1, "성명", name, name, AS_OF, "개명")
    return replace(
        sheet, person=renamed(sheet.person, name), stays=stays, personal_changes=(change,)
    )


def texts(value: Any) -> Iterator[str]:
    """Every text of a claim."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inside in value.values() if isinstance(value, dict) else value:
            yield from texts(inside)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_survives_issue_presentation_and_verification(name: str) -> None:
    """
    H70: a copy for everybody of this name; not a character is cut, joined or normalised.
    """
    home = home_of(name)
    stated, verified = issued_and_verified(
        COPY, RegisterCopy(APPLICATION, home.members[0].person, home)
    )

    assert {path: verified.claims[path] for path in stated} == stated
    assert list(texts(verified.claims["members"])).count(name) == 2 * len(home.members)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_survives_in_every_place_of_an_abstract(name: str) -> None:
    """
    H70: applicant, person, hanja, before, after, and the head of every address.
    """
    sheet = sheet_of(name)
    stated, verified = issued_and_verified(ABSTRACT, Abstract(APPLICATION, sheet.person, sheet))

    assert {path: verified.claims[path] for path in stated} == stated
    assert list(texts(verified.claims)).count(name) == 5 + len(sheet.stays)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
async def test_a_name_survives_the_register(name: str, engine_of: EngineOf) -> None:
    """
    H70: both databases give back what was written, however long.
    """
    engine = await engine_of(metadata)
    home = replace(home_of(name), cohabitants=())
    dossier = replace(DEMO, household=home, accounts=DEMO.accounts[:3])
    await load(engine, offices(), [dossier])

    assert home == await SqlSourceOfRecord(engine).household_of("demo")
    assert name == (await SqlSourceOfRecord(engine).register_file_of("demo")).person.name
    assert name == (await SqlSourceOfRecord(engine).local_tax_account_of("demo")).taxpayer.name
