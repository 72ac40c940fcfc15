"""The tax payment certificate: when it may be given, and how long it holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from issuers.certificate.kind import Purpose
from issuers.certificate.tax_rules import valid_until
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.issuing import application_for
from issuers.numbers.numbering import Numbers
from issuers.offers.offer import Entitlement
from issuers.population.census import population
from issuers.source.tax_records import Tax, TaxAccount
from issuers.tax_payment.certificate import arrears, read
from issuers.tax_payment.kind import KIND
from tests.issuers.fixed_source import FixedSource
from tests.issuers.world import AS_OF, NOW

ARTICLE = "국세징수법 시행령 §96①"
TERM_REASON = f"발급일부터 30일 ({ARTICLE})"
ACCOUNT = next(population(households=1, as_of=AS_OF)).accounts[0][1]
APPLICATION = application_for(
    Entitlement("national-tax-service", KIND.name, "demo", Purpose("대금 수령", "납품", "조달청")),
    Numbers("1", "2"),
    now=NOW,
)


def due(days: int, amount: int = 100_000) -> Tax:
    return Tax("2025년 귀속", "종합소득세", AS_OF + timedelta(days=days), amount)


@pytest.mark.parametrize(
    ("days", "until", "reason"),
    [
        ([], 30, TERM_REASON),
        ([31], 30, TERM_REASON),
        ([30], 30, TERM_REASON),
        ([29], 29, "종합소득세 납부기한 2026-12-21"),
        ([0], 0, "종합소득세 납부기한 2026-11-22"),
        ([40, 12, 25], 12, "종합소득세 납부기한 2026-12-04"),
    ],
    ids=[
        "no tax",
        "after the term",
        "on its last day",
        "a day before",
        "today",
        "the first counts",
    ],
)
def test_validity_ends_with_the_first_due_date(days: list[int], until: int, reason: str) -> None:
    """
    시행령 §96: 30 days, or until a tax asked for falls due, with the reason written.
    """
    found = valid_until(AS_OF, [due(day) for day in days], article=ARTICLE)

    assert AS_OF + timedelta(days=until) == found.until
    assert reason in found.reason


@pytest.mark.parametrize(
    ("account", "won"),
    [
        (replace(ACCOUNT, open=(due(-1, 70_000), due(-9, 5_000))), 75_000),
        (replace(ACCOUNT, trustee_arrears=900), 900),
    ],
    ids=["overdue", "trustee liable in kind"],
)
async def test_with_arrears_there_is_no_certificate(account: TaxAccount, won: int) -> None:
    """
    국세징수법 §107: a certificate proves that nothing is in arrears, so none says otherwise.
    """
    assert won == arrears(account, AS_OF)

    with pytest.raises(IssuerError) as caught:
        await read(FixedSource(account=account), APPLICATION)

    assert IssuerFailure.NOT_ENTITLED == caught.value.failure


async def test_what_is_due_today_or_deferred_is_not_in_arrears() -> None:
    """
    A tax is in arrears the day after its due date; §94 keeps deferred ones out.
    """
    paper = await read(FixedSource(account=replace(ACCOUNT, open=(due(0),))), APPLICATION)
    claims = KIND.claims(paper)

    assert claims["no_arrears"] is True
    assert claims["no_deferrals"] is False
    assert {"amount": 0, "trustee_in_kind": 0} == claims["arrears"]


async def test_the_certificate_says_what_the_account_says() -> None:
    """
    Taxpayer, use and deferrals are those of account and application, the list in its order.
    """
    claims = KIND.claims(await read(FixedSource(account=ACCOUNT), APPLICATION))
    deferral = ACCOUNT.deferrals[0]

    assert {"purpose": "대금 수령", "detail": "납품", "payer": "조달청"} == claims["use"]
    assert {
        "company_name": ACCOUNT.taxpayer.company,
        "business_number": ACCOUNT.taxpayer.business_number,
        "name": ACCOUNT.taxpayer.name,
        "resident_number": f"{ACCOUNT.taxpayer.resident_number.front}-*******",
        "resident_number_back": ACCOUNT.taxpayer.resident_number.back,
        "address": ACCOUNT.taxpayer.address,
    } == claims["taxpayer"]
    assert [
        {
            "number": 1,
            "kind": deferral.kind,
            "since": deferral.since.isoformat(),
            "until": deferral.until.isoformat(),
            "tax_period": deferral.tax.period,
            "tax_item": deferral.tax.item,
            "due_on": deferral.tax.due_on.isoformat(),
            "amount": deferral.tax.amount,
        }
    ] == claims["deferrals"]
    assert {"until": "2026-12-22", "reason": TERM_REASON} == claims["validity"]


async def test_people_without_a_business_leave_its_fields_blank() -> None:
    """
    상호 and 사업자등록번호 are blank on their form, so they are no claims.
    """
    private = replace(ACCOUNT.taxpayer, company=None, business_number=None)
    claims = KIND.claims(
        await read(FixedSource(account=replace(ACCOUNT, taxpayer=private)), APPLICATION)
    )

    assert {"name", "resident_number", "resident_number_back", "address"} == set(
        claims["taxpayer"]  # type: ignore[arg-type]  # an object
    )


def test_the_term_is_counted_from_the_day_after_issue() -> None:
    """
    The day of issue is not counted: 30 days from 31 January end on 2 March.
    """
    assert date(2026, 3, 2) == valid_until(date(2026, 1, 31), (), article=ARTICLE).until
