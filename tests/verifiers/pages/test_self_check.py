"""The page of the self-check: what is wrong in words, and nothing pasted is markup."""

import pytest

from tests.issuers.pages.browser import Desks

START = '{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["x:y"]},"claims":['
PAGE = "/verifiers/self-check"


def query(path: str) -> str:
    return START + '{"path":[' + path + "]}]}]}"


async def test_a_right_query_has_nothing_to_mend(desks: Desks) -> None:
    """
    A query alone: what a holder would see, and which rules nobody could check.
    """
    shop = await desks.enter("corner-store")
    await shop.get(PAGE)
    await shop.send(PAGE, pasted=query('"name"'))

    assert "고칠 것 없음" in shop.words
    assert "name" in shop.words
    assert "볼 수 없던 규칙" in shop.words


async def test_a_wrong_one_is_told_with_its_section_and_how_to_mend_it(desks: Desks) -> None:
    """
    A resident number: the rule, the article, the next step.
    """
    shop = await desks.enter("corner-store")
    await shop.get(PAGE)
    await shop.send(PAGE, pasted=query('"members",null,"resident_number_back"'))

    assert "고칠 것 1개" in shop.words
    assert "주민등록번호를 빼세요" in shop.words
    assert "PIPA 24-2" in shop.words


@pytest.mark.parametrize("pasted", ["<script>alert(1)</script>", "", '{"client_id":"<b>x</b>"}'])
async def test_what_is_pasted_is_text(desks: Desks, pasted: str) -> None:
    """
    Hostile input is a broken rule on the page, and no element of it.
    """
    shop = await desks.enter("corner-store")
    await shop.get(PAGE)
    await shop.send(PAGE, pasted=pasted)

    assert "고칠 것" in shop.words
    assert "<script>alert" not in shop.page
    assert "<b>x" not in shop.page
