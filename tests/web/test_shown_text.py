"""Strangers' text on a page: shown as text, with what cannot be seen made visible."""

import html
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.site import Site
from web.shown_text import Oddity, Piece, pieces_of

PLAIN = (
    "김예원",
    "한걸음 택배 (주)",
    "Gaon Bank 가온은행 NH농협",
    "東京都 とうきょう トーキョー Tokyo",
    "サントリーHD株式会社",
    "\uff41\uff42\uff43 \uff8a\uff9d\uff76\uff78",
    "محمد بن سلمان",
    "Москва",
    "Ελλάδα",
    "𠮷野家",
    "나 1234-5678 Straße café",
    "👩\u200d🚀 우주인 ❤\ufe0f",
    "",
)
UNSEEN = {
    "a\u200bb": "U+200B",
    "\u202eevil": "U+202E",
    "\u2066x": "U+2066",
    "a\u200fb": "U+200F",
    "soft\u00adhyphen": "U+00AD",
    "bom\ufeff": "U+FEFF",
    "line\nbreak": "U+000A",
    "esc\x1b[31m": "U+001B",
    "nul\x00": "U+0000",
    "\u3164": "U+3164",
    "가\u3164나": "U+3164",
    "\u115f\u1160": "U+115F",
    "joined\u200dletters": "U+200D",
    "line\u2028end": "U+2028",
    "braille\u2800": "U+2800",
    "private\ue000": "U+E000",
    "\ud800": "U+D800",
}
MIXED = (
    "\u0430pple",
    "g\u0430on",
    "P\u0430yP\u0430l",
    "\u0441\u043e\u0441\u043e\u0430",
    "\u0391\u0392\u0392",
    "가\u043e나",
    "ab\u0561",
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "<style>*{display:none}</style>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "${7*7}",
    "javascript:alert(1)",
    "</p></main>",
    "&lt;b&gt;",
    "[link](javascript:alert(1))",
    "=cmd|'/c calc'!A1",
    "' onfocus=alert(1) autofocus x='",
)


def odd(text: str) -> list[Piece]:
    return [piece for piece in pieces_of(text) if piece.oddity is not Oddity.NONE]


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_names_are_left_alone(text: str) -> None:
    """
    H70: Korean, Japanese, Latin, Arabic, whole words of Cyrillic, 4-byte characters, emoji.
    """
    assert text == "".join(piece.text for piece in pieces_of(text))
    assert [] == odd(text)


@pytest.mark.parametrize(("text", "code_point"), UNSEEN.items(), ids=ascii)
def test_what_cannot_be_seen_is_made_visible(text: str, code_point: str) -> None:
    """
    H64: zero width, direction marks, controls, fillers, lone surrogates: as their code point.
    """
    assert Piece(code_point, Oddity.UNSEEN) in odd(text)


@pytest.mark.parametrize("text", MIXED, ids=ascii)
def test_a_word_of_two_scripts_is_marked(text: str) -> None:
    """
    H64: a Cyrillic letter in a Latin word, or a word of look-alikes alone.
    """
    assert [Piece(text, Oddity.MIXED)] == odd(text)


def test_twins_stay_distinct() -> None:
    """
    H64: composed and decomposed forms of one name are two names; nothing is normalised.
    """
    composed, decomposed = (unicodedata.normalize(form, "김철수 café") for form in ("NFC", "NFD"))

    assert composed != decomposed
    assert composed == "".join(piece.text for piece in pieces_of(composed))
    assert decomposed == "".join(piece.text for piece in pieces_of(decomposed))


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])))
def test_nothing_that_is_seen_gets_lost(text: str) -> None:
    """
    Every character comes out, in order, whatever it is marked as.
    """
    assert text.translate(FILLERS) == "".join(
        piece.text for piece in pieces_of(text.translate(FILLERS))
    )


FILLERS = dict.fromkeys(
    map(ord, "\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d\u180f\ufe0f")
)


async def shown(site: Site, text: str) -> str:
    """What a real page makes of a stranger's text."""
    browser = await site.browser().enter("demo")
    answer = await browser.get(f"/room?shown={quote(text)}")
    assert 200 == answer.status_code
    return answer.text.split('<p id="shown">')[1].split("</p>")[0]


@pytest.mark.parametrize("text", HOSTILE)
async def test_markup_is_shown_as_text(site: Site, text: str) -> None:
    """
    H65, T24: script, style, SVG, template braces, attributes: characters on the page.
    """
    inner = await shown(site, text)

    assert (
        f"<bdi>{html.escape(text)}</bdi>".replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        == inner
    )


async def test_marks_are_told_in_words(site: Site) -> None:
    """
    H64: isolated in its own direction, oddities marked by words as well as by colour.
    """
    inner = await shown(site, "\u202ege\u0430on")

    assert inner.startswith("<bdi>")
    assert ">[U+202E]</span>" in inner
    assert "보이지 않는 글자" in inner
    assert "다른 나라 글자가 섞였습니다" in inner


@pytest.mark.parametrize(
    "name",
    ["가" * 500, "محمد " * 100, "👩🏽‍🚀" * 100, "𠮷" * 500, "x" * 500],
    ids=["korean", "arabic", "emoji", "four-byte", "no-spaces"],
)
async def test_a_name_of_five_hundred_characters_comes_back_whole(site: Site, name: str) -> None:
    """
    H70: shown complete, no cut in the middle of a character.
    """
    assert f"<bdi>{name}</bdi>" == html.unescape(await shown(site, name))
