"""QR pictures are small, sharp and named."""

import re

import pytest

from web.qr import MAX_TEXT, QUIET_ZONE, SHORT_TEXT, qr_svg

MODULES_OF_VERSION_1 = 21


def size(svg: str) -> int:
    found = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert found is not None
    return int(found[1])


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
