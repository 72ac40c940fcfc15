"""Who asks and what goes out, as a screen reader is given it by the browser itself."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.app.conftest import Commands, Service
from tests.app.walking import Walk, axe_source
from wallet.pages.codes import ask_page


@pytest.fixture
def asked(mydata: Commands) -> Any:
    """A question about a certificate that is held, as the wallet itself reviews it."""
    offer = mydata.json("issuers", "offer", "resident-register")["credential_offer_uri"]
    mydata.json("wallet", "accept", offer)
    link = mydata.json("verifiers", "request", "address-check")["request_uri"]
    return {**mydata.json("wallet", "review", link), "link": link}


def in_order(heard: list[str], *said: str) -> bool:
    """Whether all of this is heard, one after the other."""
    lines = iter(heard)
    return all(any(words == line for line in lines) for words in said)


def controls(heard: list[str], role: str) -> list[str]:
    return [line.partition(": ")[2] for line in heard if line.startswith(f"{role}: ")]


async def test_who_asks_and_every_claim_are_heard_before_anything_is_sent(
    service: Service, browser: Browser, asked: Any
) -> None:
    """
    P9: on both pages, in this order: who, why, each claim with its value, then the ways to answer,
    each with a name. What may be left out is a tick that says claim and value, and is not ticked.
    """
    walk = Walk(browser, service.base, "ko", "phone", axe_source())
    citizen = await walk.somebody("demo")
    who, why = asked["party"]["name"], asked["terms"]["purpose"]["text"]["ko"]
    smallest, *_ = asked["choices"]
    needed = [claim for each in smallest["credentials"] for claim in each["claims"]]
    words = [text for claim in needed for text in (claim["labels"]["ko"], claim["value"])]
    assert words

    await citizen.go(ask_page(asked["link"]), "ask")
    choosing = await citizen.heard()
    await citizen.press("main button[form=choose]", "check")
    checking = await citizen.heard()

    assert in_order(choosing, "묻는 곳", who, "묻는 까닭", why, *words, "button: 보내지 않기")
    assert in_order(checking, "묻는 곳", who, "묻는 까닭", why, *words, "button: 보내지 않기")
    ticks = controls(choosing, "checkbox")
    assert len(asked["optional"]) == len(ticks)
    assert all((*ticks, *controls(choosing, "button"), *controls(checking, "button")))
    # What was left out is not said to go out: a tick begins with the name of its claim.
    assert not any(tick.startswith(line) for tick in ticks for line in checking if line)
    assert [] == walk.faults
