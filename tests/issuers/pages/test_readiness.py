"""The readiness page: an officer learns that nothing can be signed before a citizen does."""

import pytest

from tests.issuers.pages.browser import Desks
from tests.issuers.world import World

READINESS = "/issuers/desk/readiness"


@pytest.mark.parametrize(
    ("language", "good", "bad"),
    [
        ("ko", "지금 발급할 수 있습니다", "곧 끝나 발급을 멈췄습니다"),
        ("en", "can be issued now", "certificate ends soon"),
        ("ja", "いま発行できます", "まもなく切れるため"),
    ],
)
async def test_the_own_authority_is_shown_with_what_hinders_it(
    desks: Desks, world: World, language: str, good: str, bad: str
) -> None:
    """
    H90: certificate, trust and list of the officer's own authority, and what to do once the
    certificate has come near its end.
    """
    officer = await desks.enter("officer", language)
    await officer.get(READINESS)
    assert good in officer.words
    assert "2029" in officer.words
    tax_service = {"ko": "국세청", "en": "National Tax Service", "ja": "国税庁"}[language]
    assert tax_service not in officer.words

    world.clock.move(days=3 * 365 - 5)
    officer = await desks.enter("officer", language)
    await officer.get(READINESS)

    assert bad in officer.words
    assert good not in officer.words
