"""The abstract of the resident register: one person, and as much of the past as applied for."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consent.forms.statutory import StatutoryView
from issuers.ages import age_on
from issuers.certificate.kind import Application, Purpose
from issuers.errors import IssuerError, IssuerFailure
from issuers.population.census import population
from issuers.population.known import (
    DEMO_CITIZEN,
    DEREGISTERED_CITIZEN,
    FOREIGN_SPOUSE_CITIZEN,
    LARGE_HOUSEHOLD_HEAD,
    RESIDENCE_UNKNOWN_CITIZEN,
)
from issuers.resident_abstract.abstract import Abstract, read, since, years_before
from issuers.resident_abstract.kind import KIND
from issuers.source.records import Person, RegisterFile
from tests.issuers.fixed_source import FixedSource
from tests.issuers.shown_whole import issued_and_verified
from tests.issuers.world import AS_OF

PEOPLE = list(population(households=20, as_of=AS_OF))
SHEETS = {sheet.person.citizen: sheet for dossier in PEOPLE for sheet in dossier.sheets}
MINOR = next(one for one in SHEETS.values() if age_on(AS_OF, one.person.born_on) < 14)


def application_of(citizen: str, **options: str) -> Application:
    chosen = KIND.check_options((name, choice) for name, choice in options.items())
    return Application(
        citizen, Purpose("취업용"), AS_OF, "0000-0000-0000-0001", "0000-0000-0000-0002",
        options=chosen,
    )  # fmt: skip


def abstract_of(sheet: RegisterFile, **options: str) -> Abstract:
    application = application_of(sheet.person.citizen, **options)
    return Abstract(application, sheet.person, sheet)


def claims_of(citizen: str, **options: str) -> Any:
    return KIND.claims(abstract_of(SHEETS[citizen], **options))


def test_the_abstract_says_what_the_sheet_says() -> None:
    """
    Header, person, status and current address are those of application, office and sheet.
    """
    claims, sheet = claims_of(DEMO_CITIZEN), SHEETS[DEMO_CITIZEN]
    number = sheet.person.resident_number

    assert {
        "document_number": "0000-0000-0000-0002",
        "issue_number": "0000-0000-0000-0001",
        "officer": sheet.office.officer,
        "phone": sheet.office.phone,
        "applicant": "김예원",
        "purpose": "취업용",
        "issued_on": "2026-11-22",
        "issuing_agency": sheet.office.name,
        "seal": sheet.office.seal,
        "age_over_14": True,
        "age_over_19": True,
        "age_over_65": False,
        "person": {
            "name": "김예원",
            "name_hanja": "金藝媛",
            "resident_number": f"{number.front}-*******",
            "resident_number_back": number.back,
        },
        "register_status": "거주자",
        "current_address": {
            "address": sheet.current.address,
            "moved_in_on": "2023-07-01",
            "changed_on": "2023-07-01",
            "change_reason": "전입",
        },
    } == {name: claims[name] for name in list(claims)[:15]}


def test_personal_changes_tell_before_and_after() -> None:
    """
    인적사항 변경: number, item, before, after, day and reason, such as a new name (개명).
    """
    (change,) = SHEETS[DEMO_CITIZEN].personal_changes

    assert [
        {
            "number": 1,
            "item": "성명",
            "before": change.before,
            "after": "김예원",
            "changed_on": change.changed_on.isoformat(),
            "change_reason": "개명(법원 허가)",
        }
    ] == claims_of(DEMO_CITIZEN)["personal_changes"]


def test_an_address_tells_head_relation_and_status() -> None:
    """
    주소[]: number, address, days, reason, the head there, what one was to them, 등록상태.
    """
    claims, stays = claims_of(DEMO_CITIZEN), SHEETS[DEMO_CITIZEN].stays

    assert [
        {
            "number": stay.number,
            "address": stay.address,
            "moved_in_on": stay.change.moved_in_on.isoformat(),
            "changed_on": stay.change.changed_on.isoformat(),
            "change_reason": stay.change.reason,
            "head_name": stay.head.name,
            "head_relation": stay.head.relation,
            "register_status": "거주자",
        }
        for stay in stays
    ] == claims["addresses"]


@pytest.mark.parametrize(
    ("chosen", "stated", "count"),
    [("all", "전체", 32), ("five-years", "최근 5년", 3), ("none", "미포함", None)],
    ids=["all", "five years", "none"],
)
def test_the_certificate_states_how_far_back_it_goes(
    chosen: str, stated: str, count: int | None
) -> None:
    """
    주소 범위: all, the last five years, none; a range left out is no empty list, which says none.
    """
    claims = claims_of(LARGE_HOUSEHOLD_HEAD, address_range=chosen)

    paper = abstract_of(SHEETS[LARGE_HOUSEHOLD_HEAD], address_range=chosen)

    assert stated == claims["address_range"]
    assert (count or 0) == len(paper.stays)
    assert count == (len(claims["addresses"]) if "addresses" in claims else None)


def test_five_years_begin_with_where_one_lived_then() -> None:
    """
    A stay that ended on or before the day is out; one that went on past it is in.
    """
    stays = SHEETS[LARGE_HOUSEHOLD_HEAD].stays
    left_on = stays[3].change.moved_in_on

    assert stays[:4] == since(stays, left_on)
    assert stays[:5] == since(stays, left_on.replace(year=left_on.year - 1, month=12, day=31))
    assert stays[:1] == since(stays[:1], AS_OF)


@pytest.mark.parametrize(
    ("day", "earlier"),
    [
        (date(2026, 11, 22), date(2021, 11, 22)),
        (date(2024, 2, 29), date(2019, 2, 28)),
        (date(2029, 2, 28), date(2024, 2, 28)),
    ],
    ids=["usual", "leap day", "before a leap day"],
)
def test_five_years_before_a_leap_day_end_in_february(day: date, earlier: date) -> None:
    """
    29 February has no date five years earlier; the day before it stands in.
    """
    assert earlier == years_before(day)


def test_service_is_told_when_applied_for() -> None:
    """
    병역사항: left out unless asked for, then every column of it.
    """
    service = SHEETS[DEMO_CITIZEN].service

    assert service is not None
    assert service.discharged_on is not None
    assert "service_record" not in claims_of(DEMO_CITIZEN)
    assert {
        "branch": service.branch,
        "service_number": service.service_number,
        "rank": service.rank,
        "enlisted_on": service.enlisted_on.isoformat(),
        "discharged_on": service.discharged_on.isoformat(),
        "discharge_reason": service.discharge_reason,
    } == claims_of(DEMO_CITIZEN, service_record="yes")["service_record"]


def test_who_never_served_has_an_empty_record() -> None:
    """
    Asked for and nothing there is another statement than not asked for.
    """
    never = replace(SHEETS[DEMO_CITIZEN], service=None)

    stated, verified = issued_and_verified(KIND, abstract_of(never, service_record="yes"))

    assert {} == stated["service_record"] == verified.claims["service_record"]


def test_who_still_serves_has_no_discharge() -> None:
    """
    전역일 and 전역사유 stay blank until there is one.
    """
    service = SHEETS[DEMO_CITIZEN].service
    assert service is not None
    serving = replace(service, discharged_on=None, discharge_reason=None)
    sheet = replace(SHEETS[DEMO_CITIZEN], service=serving)

    claims: Any = KIND.claims(abstract_of(sheet, service_record="yes"))

    assert {"branch", "service_number", "rank", "enlisted_on"} == set(claims["service_record"])


def test_the_deregistered_and_the_lost_are_told_so() -> None:
    """
    말소자 and 거주불명자: status of the person and of the address, and why.
    """
    gone, lost = claims_of(DEREGISTERED_CITIZEN), claims_of(RESIDENCE_UNKNOWN_CITIZEN)

    assert "말소자" == gone["register_status"] == gone["addresses"][0]["register_status"]
    assert "국외이주" == gone["current_address"]["change_reason"]
    assert "거주불명자" == lost["register_status"] == lost["addresses"][0]["register_status"]
    assert "거주불명등록" == lost["current_address"]["change_reason"]
    assert "거주자" == lost["addresses"][1]["register_status"]


def test_a_minor_is_under_fourteen_and_lives_with_a_head() -> None:
    """
    Ages are those of the person, and the head of the current address is a parent.
    """
    claims = claims_of(MINOR.person.citizen)

    assert claims["age_over_14"] is False
    assert claims["age_over_19"] is False
    assert "자녀" == claims["addresses"][0]["head_relation"]
    assert [] == claims["personal_changes"]


async def test_the_abstract_is_about_the_subject() -> None:
    """
    The applicant is named in the header; person and ages are the subject's.
    """

    class Register(FixedSource):
        async def person_of(self, citizen: str) -> Person:
            return SHEETS[citizen].person

        async def register_file_of(self, citizen: str) -> RegisterFile:
            return SHEETS[citizen]

    application = replace(application_of(DEMO_CITIZEN), about=MINOR.person.citizen)
    claims: Any = KIND.claims(await read(Register(), application))

    assert MINOR.person.citizen == application.subject
    assert "김예원" == claims["applicant"]
    assert MINOR.person.name == claims["person"]["name"]
    assert claims["age_over_14"] is False


async def test_a_foreign_spouse_has_no_abstract() -> None:
    """
    Foreigners are on the household's copy; the register keeps no sheet on them.
    """
    home = PEOPLE[7].household
    spouse = next(one.person for one in home.members if one.person.resident_number.foreign)
    assert FOREIGN_SPOUSE_CITIZEN == spouse.citizen

    with pytest.raises(IssuerError, match="household's copy") as caught:
        await read(FixedSource(person=spouse), application_of(spouse.citizen))

    assert IssuerFailure.NOT_ENTITLED == caught.value.failure


@pytest.mark.parametrize("view", StatutoryView)
def test_under_a_rule_the_past_is_left_out_and_the_abstract_says_so(view: StatutoryView) -> None:
    """
    §13⑪: no past addresses and no service for others; "전체" over no addresses would be untrue.
    """
    paper = abstract_of(SHEETS[DEMO_CITIZEN], address_range="all", service_record="yes")
    for_another = replace(paper, application=replace(paper.application, view=view))
    claims = KIND.claims(for_another)

    assert "미포함" == claims["address_range"]
    assert not {"addresses", "service_record"} & claims.keys()


def test_an_application_without_options_gets_the_usual_ones() -> None:
    """
    An order from before there were options: all addresses, no service record.
    """
    sheet = SHEETS[DEMO_CITIZEN]
    plain = replace(application_of(DEMO_CITIZEN), options=())

    claims = KIND.claims(Abstract(plain, sheet.person, sheet))

    assert claims_of(DEMO_CITIZEN) == claims
    assert "전체" == claims["address_range"]
