"""What was shown on the last page is what goes out, or nothing does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from consent.forms.terms import Retention
from standards.openid4vp.response import AuthorizationResponse
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import VerifierOfTest, query, same_text
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.agreeing import Agreed
from wallet.presenting.said import Said


async def shown(world: World, verifier: VerifierOfTest) -> list[Agreed]:
    """Return every answer of the review, as the holder may agree to it."""
    reviewed = await world.wallets.review(HOLDER, verifier.link)
    return [Agreed.of(reviewed.valid, reviewed.possible, choice) for choice in reviewed.choices]


@pytest.mark.parametrize("chosen", [0, 1, 2])
async def test_the_answer_that_was_agreed_to_goes_out(
    world: World, verifier: VerifierOfTest, chosen: int
) -> None:
    """
    Each possible answer has a digest of its own, though the request is signed anew each time.
    """
    verifier.dcql = query("birth_date", "age_over_19")
    verifier.method = "post"
    agreed = await shown(world, verifier)
    assert 3 == len({each.digest for each in agreed})

    outcome = await world.wallets.present(
        HOLDER, verifier.link, agreed[chosen], said=Said(takes_surplus=True)
    )

    expected = [{"name"}, {"name", "birth_date"}, {"name", "age_over_19"}][chosen]
    (vc,) = verifier.verified
    assert expected == set(vc.sd.claims) & {"name", "birth_date", "age_over_19", "address"}
    assert outcome.entry == (await world.wallets.history(HOLDER))[0]["id"]


def other_claim(verifier: VerifierOfTest) -> None:
    verifier.dcql["credentials"] = [
        {**each, "claims": [{"path": ["name"]}, {"path": ["birth_date"]}]}
        for each in verifier.dcql["credentials"]  # type: ignore[union-attr]  # our own query
        if isinstance(each, dict)
    ]


def other_purpose(verifier: VerifierOfTest) -> None:
    assert verifier.terms is not None
    kept = Retention("P10Y", same_text("Ten years"))
    verifier.terms = replace(verifier.terms, retention=kept)


def other_name(verifier: VerifierOfTest) -> None:
    assert verifier.terms is not None
    verifier.name = "다른 은행"
    verifier.terms = replace(
        verifier.terms, receiver=replace(verifier.terms.receiver, name="다른")
    )
    verifier.prefix = "x509_san_dns"
    verifier.certify()


@pytest.mark.parametrize("change", [other_claim, other_purpose, other_name])
async def test_a_request_that_changed_after_it_was_shown_gets_nothing(
    world: World, verifier: VerifierOfTest, change: Callable[[VerifierOfTest], None]
) -> None:
    """
    irmamobile#158: another claim, another promise or another name under the same link sends
    nothing, and the history says so.
    """
    verifier.prefix = "x509_san_dns"
    (agreed,) = await shown(world, verifier)
    change(verifier)

    with refused(WalletFailure.REQUEST_MISMATCH):
        await world.wallets.present(HOLDER, verifier.link, agreed)

    assert [] == verifier.responses
    assert "request_mismatch" == (await world.wallets.history(HOLDER))[0]["reason"]


async def test_a_newer_certificate_is_not_sent_for_the_one_that_was_shown(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    Two tabs: what came in between has other values than those on the page. The certificate on
    the page goes out, which still holds, and not the newer one.
    """
    (agreed,) = await shown(world, verifier)
    issuer.code, issuer.codes_used = "code-2", 0
    await world.wallets.accept(HOLDER, issuer.offer_uri())

    await world.wallets.present(HOLDER, verifier.link, agreed)

    (vc,) = verifier.verified
    assert vc.holder is not None
    assert issuer.keys[0].thumbprint() == vc.holder.thumbprint() != issuer.keys[1].thumbprint()


async def test_a_certificate_that_is_gone_is_not_replaced(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    Two tabs: what was shown was deleted in the other one, and one like it came. Nothing is sent.
    """
    reviewed = await world.wallets.review(HOLDER, verifier.link)
    (choice,) = reviewed.choices
    agreed = Agreed.of(reviewed.valid, reviewed.possible, choice)
    issuer.code, issuer.codes_used = "code-2", 0
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    await world.wallets.delete(HOLDER, choice[0].credential.id)

    with refused(WalletFailure.REQUEST_MISMATCH):
        await world.wallets.present(HOLDER, verifier.link, agreed)

    assert [] == [each for each in verifier.responses if isinstance(each, AuthorizationResponse)]


async def test_where_the_party_goes_on_is_kept_with_the_event(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The page that says "sent" is opened again later, and still knows the way back.
    """
    verifier.redirect_uri = "https://desk.example/return/1?response_code=x"
    await world.wallets.refuse(HOLDER, verifier.link)

    assert verifier.redirect_uri == (await world.wallets.history(HOLDER))[0]["redirect_uri"]
