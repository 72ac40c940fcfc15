"""The local tax certificate: its own schema, its own words, the rules it shares."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from issuers.catalogue import every_kind
from issuers.certificate.kind import Application, Purpose
from issuers.errors import IssuerError, IssuerFailure
from issuers.population.census import population
from issuers.source.tax_records import LocalTaxAccount, Tax
from tests.issuers.fixed_source import FixedSource
from tests.issuers.world import AS_OF

KINDS = every_kind()
KIND = KINDS.kind("local-tax-payment")
ACCOUNT = dict(next(population(households=1, as_of=AS_OF)).local_accounts)["demo"]
ARTICLE = "지방세징수법 시행령 §7①"


def due(days: int, amount: int = 50_000) -> Tax:
    return Tax("2026", "재산세", AS_OF + timedelta(days=days), amount)


async def claims_of(account: LocalTaxAccount, purpose: Purpose | None = None) -> Any:
    application = Application("demo", purpose or KIND.purpose, AS_OF, "0001", "0002")
    return KIND.claims(await KIND.read(FixedSource(local=account), application))


async def test_the_certificate_says_what_the_account_says() -> None:
    """
    Taxpayer, use, validity, deferrals and office are those of account and application.
    """
    deferral = ACCOUNT.deferrals[0]
    payer = ACCOUNT.taxpayer

    assert {
        "issue_number": "0001",
        "no_arrears": True,
        "taxpayer": {
            "name": "김예원",
            "resident_number": f"{payer.resident_number.front}-*******",
            "resident_number_back": payer.resident_number.back,
            "address": payer.address,
            "company_name": payer.company,
            "business_number": payer.business_number,
        },
        "use": {"purpose": "대금 수령", "detail": "납품", "payer": "조달청"},
        "validity": {"until": "2026-12-22", "reason": f"발급일부터 30일 ({ARTICLE})"},
        "deferrals": [
            {
                "number": 1,
                "kind": deferral.kind,
                "tax_year": deferral.tax.period,
                "tax_item": deferral.tax.item,
                "due_on": deferral.tax.due_on.isoformat(),
                "amount": deferral.tax.amount,
                "since": deferral.since.isoformat(),
                "until": deferral.until.isoformat(),
            }
        ],
        "arrears": {"amount": 0},
        "issue": {
            "issued_on": "2026-11-22",
            "head": ACCOUNT.office.name,
            "seal": ACCOUNT.office.seal,
        },
    } == await claims_of(ACCOUNT, Purpose("대금 수령", "납품", "조달청"))


@pytest.mark.parametrize(
    ("days", "until", "reason"),
    [
        ([], "2026-12-22", "발급일부터 30일"),
        ([30], "2026-12-22", "발급일부터 30일"),
        ([12, 25], "2026-12-04", "재산세 납부기한 2026-12-04"),
    ],
    ids=["no tax", "on the last day", "the first counts"],
)
async def test_validity_is_computed_with_its_reason(
    days: list[int], until: str, reason: str
) -> None:
    """
    지방세징수법 시행령 §7: 30 days, or shortened to a due date, the reason written.
    """
    found = (await claims_of(replace(ACCOUNT, open=tuple(due(day) for day in days))))["validity"]

    assert until == found["until"]
    assert f"{reason} ({ARTICLE})" == found["reason"]


async def test_with_arrears_there_is_no_certificate() -> None:
    """
    지방세징수법 §5: it proves that nothing is in arrears, so none says otherwise.
    """
    with pytest.raises(IssuerError) as caught:
        await claims_of(replace(ACCOUNT, open=(due(-1),)))

    assert IssuerFailure.NOT_ENTITLED == caught.value.failure


async def test_people_without_a_business_leave_its_fields_blank() -> None:
    """
    상호 and 사업자번호 are blank on their form, so they are no claims; nor is a detail.
    """
    private = replace(ACCOUNT.taxpayer, company=None, business_number=None)
    claims = await claims_of(replace(ACCOUNT, taxpayer=private))

    assert {"name", "resident_number", "resident_number_back", "address"} == set(
        claims["taxpayer"]
    )
    assert {"purpose": "그 밖의 목적"} == claims["use"]


def test_the_two_tax_certificates_keep_their_own_words() -> None:
    """
    체납처분유예 is the local term; the national form says 압류·매각의 유예 and has other fields.
    """
    local = {claim.path for claim in KIND.described}
    national = {claim.path for claim in KINDS.kind("tax-payment").described}
    labels = {claim.path: claim.label.ko for claim in KIND.described}

    assert "체납처분유예" in labels[("deferrals",)]
    assert ("deferrals", None, "tax_year") in local - national
    assert ("deferrals", None, "tax_period") in national - local
    assert ("arrears", "trustee_in_kind") in national - local
    assert KIND.authority != KINDS.kind("tax-payment").authority
