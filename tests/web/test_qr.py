"""QR pictures are small, sharp and named."""

import io
import re

import pytest
from PIL import Image

from web import qr
from web.qr import (
    MAX_ALPHANUMERIC,
    MAX_TEXT,
    QUIET_ZONE,
    SHORT_TEXT,
    qr_png,
    qr_svg,
)
from web.qr_reading import read_picture_now

MODULES_OF_VERSION_1 = 21


def size(svg: str) -> int:
    found = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert found is not None
    return int(found[1])


def version(text: str) -> int:
    """How large a code is: 1 (21 modules a side) to 40 (177)."""
    return (size(qr_svg(text, "")) - 2 * QUIET_ZONE - 17) // 4


def test_a_picture_shows_exactly_the_code() -> None:
    """
    The runs of dark modules redraw the code's own matrix, with its quiet zone.
    """
    svg = qr_svg("HELLO", "code")
    side = size(svg)
    dark = {
        (int(x) + step, int(y))
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg)
        for step in range(int(run))
    }

    assert MODULES_OF_VERSION_1 + 2 * QUIET_ZONE == side
    for corner in ((QUIET_ZONE, QUIET_ZONE), (side - QUIET_ZONE - 1, QUIET_ZONE)):
        assert corner in dark, "a finder pattern starts in this corner"
    assert (QUIET_ZONE + 1, QUIET_ZONE + 1) not in dark
    assert (side - QUIET_ZONE - 1, side - QUIET_ZONE - 1) not in dark or len(dark) > 100
    assert all(QUIET_ZONE <= x < side - QUIET_ZONE for x, _ in dark)


def test_a_picture_needs_no_style_and_carries_its_name() -> None:
    """
    The content security policy forbids style attributes; the title is escaped.
    """
    svg = qr_svg("x", 'a "title" <b>')

    assert "style=" not in svg
    assert 'aria-label="a &quot;title&quot; &lt;b&gt;"' in svg


def test_a_long_text_still_fits() -> None:
    """
    Up to what version 40 holds; beyond that it is said, not cut.
    """
    assert size(qr_svg("x" * SHORT_TEXT, "")) < size(qr_svg("x" * MAX_TEXT, ""))
    with pytest.raises(ValueError, match="does not fit"):
        qr_svg("x" * (MAX_TEXT + 1), "")


def test_capitals_and_digits_take_less_room() -> None:
    """
    A shown code's letters are packed as such (ISO/IEC 18004 section 7.4.4).
    """
    assert 40 == version("A" * MAX_ALPHANUMERIC)
    assert version("A" * 1500) < version("a" * 1500)
    with pytest.raises(ValueError, match="does not fit"):
        qr_png("A" * (MAX_ALPHANUMERIC + 1))


@pytest.mark.parametrize("text", ["https://a.example/wallet/desk/x", "서울 é", "A B%" * 300])
def test_a_png_shows_the_same_code(text: str) -> None:
    """
    Black on white with its quiet zone, and a reader reads it.
    """
    octets = qr_png(text)
    drawn = Image.open(io.BytesIO(octets))

    assert ("PNG", "1") == (drawn.format, drawn.mode)
    assert (17 + 4 * version(text) + 2 * QUIET_ZONE) * 8 == drawn.width == drawn.height
    assert text == read_picture_now(octets)


def test_a_matrix_is_computed_once() -> None:
    """
    SVG, PNG and size of one text share the work; a second picture is the first.
    """
    text = "once " * 40
    before = qr._matrix.cache_info().misses

    assert qr_png(text) is qr_png(text)
    assert qr_svg(text, "a") is not qr_svg(text, "b")
    assert version(text) > 1
    assert before + 1 == qr._matrix.cache_info().misses
