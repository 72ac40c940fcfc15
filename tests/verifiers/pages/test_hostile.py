"""What a certificate says is shown as text, whatever it is."""

import re

import pytest

from tests.issuers.pages.browser import Desks
from tests.verifiers.pages.test_checks import begun, link
from tests.verifiers.world import World


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg/onload=alert(1)>',
        "{{ 7*7 }}{% raw %}",
        "[x](javascript:alert(1))",
        "=cmd|' /C calc'!A0",
        "</style><style>*{display:none}",
        "\u202egnp.exe",
        "관리\u200b자",
        "p\u0430ypal",
        "김예원 " * 125,
        "👨\u200d👩\u200d👧 محمد 𠮷",
    ],
    ids=lambda text: ascii(text)[:20],
)
async def test_what_a_certificate_says_is_text_and_nothing_else(
    desks: Desks, world: World, hostile: str
) -> None:
    """
    H64, H65, H70: no markup, no turned reading direction; long and far names whole.
    """
    desk = await desks.enter("parcel-service")
    number = await begun(desk, "address-check")
    claims = {"applicant": hostile, "current_address": {"address": hostile}}
    held = world.issuer.issue(claims=claims)
    asked = await link(world, number)
    request = (await world.wallet.open(asked)).request
    presented = held.show("applicant", "current_address.address")
    shown = world.wallet.bound(presented, request, held.key)
    await world.post(asked, world.wallet.body(request, {"base": [shown]}))
    page = await desk.get(f"/verifiers/checks/{number}")

    assert not re.search(r"<(?:script|img|svg|style)[^>]*(?:alert|display)", page)
    assert "\u202e" not in page
    assert "\u200b" not in page
    assert "49" not in desk.words.partition("확인 근거")[0]
    assert desk.words.startswith("✓ 확인됨")
