"""Who may look at the citizen's pages, and which forms count."""

import pytest

from tests.issuers.pages.browser import Browser, Desks
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World

PAGES = (
    "/wallet",
    "/wallet/certificates/x",
    "/wallet/certificates/x/delete",
    "/wallet/receive",
    "/wallet/received",
    "/wallet/scan",
    "/wallet/open",
    "/wallet/ask",
    "/wallet/ask/check",
    "/wallet/sent/x",
    "/wallet/show",
    "/wallet/show/desk/x",
    "/wallet/show/desk/x/waiting",
    "/wallet/show/spoken/x",
    "/wallet/show/spoken/x/waiting",
    "/wallet/show/code/x",
    "/wallet/show/now/x",
    "/wallet/history",
    "/wallet/receipts/x",
    "/wallet/receipts/x/download",
)
FORMS = (
    "/wallet/certificates/x/delete",
    "/wallet/receive",
    "/wallet/scan",
    "/wallet/ask/send",
    "/wallet/ask/refuse",
    "/wallet/show/desk",
    "/wallet/show/spoken",
    "/wallet/show/code/x",
)


async def test_nobody_is_led_to_sign_in_and_another_role_away(desks: Desks) -> None:
    """
    Every page is a citizen's, but the one a camera opens.
    """
    stranger, institution = desks.stranger(), await desks.enter("corner-store")
    for path in PAGES:
        nobody = await stranger.client.get(path)
        other = await institution.client.get(path)

        assert 303 == nobody.status_code, path
        assert nobody.headers["location"].startswith("/sign-in?next=%2Fwallet")
        assert 403 == other.status_code, path
        assert "시민이 쓰는 화면" in other.text


def spoiled(how: str, fields: dict[str, str], headers: dict[str, str]) -> None:
    """Take away one of the things that make a form our own page's."""
    match how:
        case "token":
            fields["form_token"] = "x" * 43
        case "origin":
            headers["origin"] = "https://evil.example"
        case "site":
            headers["sec-fetch-site"] = "cross-site"
        case _:
            fields["once"] = ""


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_of_another_site_changes_nothing(
    citizen: Browser,
    verifier_of_citizen: VerifierOfTest,
    certificate: str,
    world: World,
    path: str,
) -> None:
    """
    H89: no token, another origin, another site: 403, no answer is sent and nothing is deleted.
    """
    await citizen.get("/wallet/scan")
    own = citizen.fields("/wallet/scan")
    for how in ("token", "origin", "site", "once"):
        fields = {"request_uri": verifier_of_citizen.link, "link": "x", "agreed": "x", **own}
        headers = dict(citizen.own)
        spoiled(how, fields, headers)
        answer = await citizen.client.post(
            path.replace("/x", f"/{certificate}"), data=fields, headers=headers
        )

        # Reading a code changes nothing, so it may be sent as often as one likes.
        expected = 422 if (path, how) == ("/wallet/scan", "once") else 403
        assert expected == answer.status_code, how
    assert [] == verifier_of_citizen.responses
    assert 1 == len(await world.wallets.credentials(HOLDER))
    assert [] == world.ledger.submissions


@pytest.mark.parametrize("language", ["ko", "en", "ja"])
async def test_every_page_speaks_the_citizens_language(
    desks: Desks, certificate: str, language: str
) -> None:
    """
    The page says its language, and no text of it is missing.
    """
    citizen = await desks.enter("min", language)
    for path in ("/wallet", f"/wallet/certificates/{certificate}", "/wallet/receive"):
        await citizen.get(path)
        assert f'<html lang="{language}">' in citizen.page
    for path in ("/wallet/show", f"/wallet/show/code/{certificate}", "/wallet/history"):
        await citizen.get(path)
        assert f'<html lang="{language}">' in citizen.page
