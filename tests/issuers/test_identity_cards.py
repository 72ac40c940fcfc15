"""Identity cards: what is issued is the mdoc a stranger reads, and nobody else's."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from issuers.catalogue import every_kind
from issuers.certificate.identity_card import on_record
from issuers.certificate.kind import Application
from issuers.clerks import ONLINE
from issuers.driving_licence.form import DOMESTIC
from issuers.driving_licence.kind import KIND as LICENCE
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.issuance.issuing import BATCH_SIZE
from issuers.offers.offer import Order
from issuers.population.census import population
from issuers.population.known import ADOPTED_CHILD
from issuers.population.romanization import name_in_latin
from issuers.resident_card.form import DOC_TYPE as CARD
from issuers.source.identity_records import DrivingClass
from keys.json_value import JsonObject
from keys.role import Role
from keys.x509 import validate_chain
from standards.formats.credential import ProvenCredential
from standards.formats.known import format_of
from standards.mdoc.mdl import DOC_TYPE, MANDATORY, NAMESPACE
from standards.profiles import Profile
from tests.issuers.fixed_source import FixedSource
from tests.issuers.world import AS_OF, World

DEMO = next(population(households=1, as_of=AS_OF))


def verified(world: World, copy: str) -> ProvenCredential:
    """Verify a card as a stranger who trusts our root for issuers."""
    unverified = format_of("mso_mdoc").read_issued(copy)
    chain = validate_chain(
        unverified.chain,
        anchors=(world.keys.roots[Role.ISSUER].anchor,),
        role=Role.ISSUER,
        now=world.clock.now,
    )
    return unverified.verify(chain.leaf_key, profile=Profile.HAIP, now=world.clock.now)


async def card(world: World, kind: str, **order: Any) -> ProvenCredential:
    (copy,) = await world.issue(kind=kind, **order)
    return verified(world, copy)


def elements(proven: ProvenCredential, namespace: str) -> JsonObject:
    found = proven.content.claims[namespace]
    assert isinstance(found, dict)
    return found


async def test_a_driving_licence_has_all_that_the_standard_wants(world: World) -> None:
    """
    ISO/IEC 18013-5 table 5, signed by an authority of the country it names (section 9.3.1).
    """
    licence = await card(world, "driving-licence")
    standard, domestic = elements(licence, NAMESPACE), elements(licence, DOMESTIC)

    assert DOC_TYPE == licence.type
    assert standard.keys() >= MANDATORY
    assert ("Kim", "Yewon") == (standard["family_name"], standard["given_name"])
    assert ("KR", "ROK") == (standard["issuing_country"], standard["un_distinguishing_sign"])
    assert "김예원" == domestic["name"]
    assert (True, False) == (standard["age_over_21"], standard["age_over_65"])


async def test_a_resident_card_says_who_somebody_is(world: World) -> None:
    """
    주민등록법 제24조제2항, in one namespace: name, number, address, picture, day and office.
    """
    told = elements(await card(world, "resident-card"), CARD)

    assert ("김예원", "1987-01-01", 2) == (told["name"], told["birth_date"], told["sex"])
    assert "종로구" in str(told["resident_address"])
    assert "서울특별시 종로구청장" == told["issuing_authority"]
    assert (True, True) == (told["age_over_18"], told["age_over_19"])


async def test_a_batch_of_cards_shares_nothing_but_what_it_says(world: World) -> None:
    """
    P1 to P3 for an mdoc: a key, a place on the status list and digests of its own for each copy.
    """
    copies = await world.issue(kind="resident-card", copies=BATCH_SIZE)
    cards = [verified(world, one) for one in copies]

    assert BATCH_SIZE == len({one.holder for one in cards})
    assert BATCH_SIZE == len({one.status for one in cards})
    digests = [digest for one in cards for digest in one.content.digests]
    assert len(digests) == len(set(digests))
    assert 1 == len({str(one.content.claims) for one in cards})
    assert all(one.issued_at is not None and one.issued_at.minute == 0 for one in cards)


@pytest.mark.parametrize("kind", ["driving-licence", "resident-card"])
async def test_an_identity_card_is_its_bearers_alone(world: World, kind: str) -> None:
    """
    Husband and wife are of one household, and a paper of it is either's; a card is not.
    """
    await world.order(kind="resident-abstract", about="c0000000-1")
    with pytest.raises(IssuerError) as caught:
        await world.issuers.desk.preview(Order(kind, "demo", about="c0000000-1"), ONLINE)
    found = every_kind().kind(kind)

    assert IssuerFailure.NOT_ENTITLED is caught.value.failure
    assert () == await world.issuers.desk.relatives("demo", found)


@pytest.mark.parametrize("kind", ["driving-licence", "resident-card"])
async def test_who_has_no_card_is_told_to_get_one(world: World, kind: str) -> None:
    """
    A child has neither: the refusal says that no card is on record, not that nobody is.
    """
    with pytest.raises(IssuerError) as caught:
        await world.issuers.desk.preview(Order(kind, ADOPTED_CHILD), ONLINE)

    assert IssuerFailure.NOT_ENTITLED is caught.value.failure
    assert Ground.NO_SUCH_RECORD is caught.value.ground


async def test_an_edition_ends_with_the_licence_itself() -> None:
    """
    Ninety days, but not a day beyond the last day of the licence.
    """
    ((_citizen, licence), *_others) = DEMO.driving_licences
    for until, last in ((AS_OF + timedelta(days=91), 90), (AS_OF + timedelta(days=9), 9)):
        source = FixedSource(licence=replace(licence, until=until))
        record = await LICENCE.read(source, Application("demo", LICENCE.purpose, AS_OF, "", ""))
        assert AS_OF + timedelta(days=last) == LICENCE.validity(record).until


async def test_of_two_classes_the_first_counts() -> None:
    """
    A category is held since the first class that covers it; a class that covers none adds none.
    """
    ((_citizen, licence), *_others) = DEMO.driving_licences
    classes = tuple(
        DrivingClass(name, date(year, 1, 2))
        for name, year in (("제1종 대형", 2020), ("제2종 보통", 2015), ("원동기장치자전거", 2010))
    )
    source = FixedSource(licence=replace(licence, classes=classes))
    record = await LICENCE.read(source, Application("demo", LICENCE.purpose, AS_OF, "", ""))

    held = [(one.category, one.since.year) for one in record.privileges]
    assert [("B", 2015), ("C", 2020), ("D", 2020)] == held


def test_only_who_is_on_no_record_is_told_so() -> None:
    """
    Any other failure of the source of record stays what it is.
    """
    with pytest.raises(IssuerError) as caught, on_record():
        raise IssuerError(IssuerFailure.MALFORMED, "another")

    assert IssuerFailure.MALFORMED is caught.value.failure


def test_names_are_written_as_their_bearers_do() -> None:
    """
    Frequent surnames by custom, the rest syllable by syllable; a foreign name stays, as does what
    is no syllable.
    """
    assert ("Kim", "Yewon") == name_in_latin("김예원")
    assert ("Seo", "Haneul") == name_in_latin("서하늘")
    assert ("SMITH", "JOHN") == name_in_latin("SMITH JOHN")
    assert ("Lee", "Jukim·") == name_in_latin("이주킴·")
