"""A desk shows its code first, and reads the answer on the same page."""

from urllib.parse import parse_qs, urlsplit

import pytest

from standards.shown_code.challenge import Challenge
from tests.issuers.pages.browser import Browser, Desks
from tests.verifiers.shown import code, publish
from tests.verifiers.world import World

MAKE, READ = "/verifiers/challenges", "/verifiers/scan"


@pytest.fixture
async def shop(desks: Desks) -> Browser:
    return await desks.enter("corner-store")


async def test_a_desk_shows_its_code_and_reads_the_answer(shop: Browser, world: World) -> None:
    """
    W8 in two steps, on pages alone: the picture, then the person's code, then the verdict.
    """
    publish(world)
    await shop.get(READ)
    answer = await shop.resend(MAKE, {**shop.fields(MAKE), "profile": "adult-check"})
    shown = Challenge.parse(parse_qs(urlsplit(answer.headers["location"]).query)["challenge"][0])
    assert shown.text in shop.words
    assert "<svg" in shop.page

    text = code(world, audience=shown.audience, nonce=shown.nonce)
    await shop.resend(READ, {**shop.fields(READ), "code": text})

    assert "19세 이상" in shop.words
    assert 1 == len(world.ledger.entries)


async def test_an_address_without_a_challenge_leads_back(shop: Browser) -> None:
    """
    A link that was cut off is no page of its own.
    """
    await shop.get(f"{MAKE}?profile=adult-check&challenge=MC1:x", 303)
    assert "" == shop.page
