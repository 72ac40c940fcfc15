"""QR pictures: one matrix per text, drawn as SVG for pages and as PNG for files and prints."""

import io
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Final

from PIL import Image
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

# The quiet zone the standard asks for (ISO/IEC 18004 section 9.1), in modules.
QUIET_ZONE: Final = 4
# Longer texts trade error correction for larger, easier to scan modules.
SHORT_TEXT: Final = 300
# What version 40 holds at level L in byte mode; in alphanumeric mode it is MAX_ALPHANUMERIC.
MAX_TEXT: Final = 2953
MAX_ALPHANUMERIC: Final = 4296
# A printed module of 8 pixels is sharp on paper and on every screen.
_PIXELS: Final = 8
# Trying all eight masks takes two thirds of the time of a long code, and readers take any.
_MASK: Final = 3
# A desk shows a few texts at a time; a matrix of version 40 takes about 250 KiB.
_KEPT: Final = 64

Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=256)
def qr_svg(text: str, title: str) -> str:
    """Return an ``<svg>`` element showing ``text``; ``title`` is what a screen reader says.

    Raises ``ValueError`` when the text does not fit into any code.
    """
    matrix = _matrix(text)
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" class="qr" '
        f'role="img" aria-label="{escape(title)}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{_path(matrix)}"/></svg>'
    )


@lru_cache(maxsize=_KEPT)
def qr_png(text: str) -> bytes:
    """Return a black and white PNG of ``text``, 8 pixels a module, quiet zone included.

    Raises ``ValueError`` when the text does not fit into any code.
    """
    matrix = _matrix(text)
    size = len(matrix)
    # A dark module is black, and black is 0.
    octets = bytes(0 if dark else 255 for row in matrix for dark in row)
    small = Image.frombytes("L", (size, size), octets)
    picture = io.BytesIO()
    enlarged = small.resize((size * _PIXELS, size * _PIXELS), Image.Resampling.NEAREST)
    enlarged.convert("1").save(picture, "PNG")
    return picture.getvalue()


@lru_cache(maxsize=_KEPT)
def _matrix(text: str) -> Matrix:
    octets = text.encode()
    if len(octets) > MAX_ALPHANUMERIC:
        raise _too_long()
    is_short = len(octets) <= SHORT_TEXT
    code = QRCode(
        error_correction=ERROR_CORRECT_M if is_short else ERROR_CORRECT_L,
        border=QUIET_ZONE,
        mask_pattern=None if is_short else _MASK,
    )
    # In one piece: upper case and digits alone take 5.5 bits a character, all else 8.
    code.add_data(octets, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        # The package says either, by how far the text is over the end.
        raise _too_long() from None
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def _too_long() -> ValueError:
    return ValueError("the text does not fit into a QR code")


def _path(matrix: Matrix) -> str:
    """Draw each run of dark modules in a row as one rectangle."""
    steps: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                steps.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(steps)
