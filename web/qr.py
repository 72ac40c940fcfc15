"""QR pictures as SVG: drawn once per text, sized by the page's style, readable by software."""

from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Final

from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode

# The quiet zone the standard asks for (ISO/IEC 18004 section 9.1), in modules.
QUIET_ZONE: Final = 4
# Longer texts trade error correction for larger, easier to scan modules.
SHORT_TEXT: Final = 300
# What version 40 holds at level L in byte mode.
MAX_TEXT: Final = 2953


@lru_cache(maxsize=256)
def qr_svg(text: str, title: str) -> str:
    """Return an ``<svg>`` element showing ``text``; ``title`` is what a screen reader says.

    Raises ``ValueError`` when the text does not fit into any code.
    """
    octets = text.encode()
    if len(octets) > MAX_TEXT:
        raise ValueError("the text does not fit into a QR code")
    level = ERROR_CORRECT_M if len(octets) <= SHORT_TEXT else ERROR_CORRECT_L
    code = QRCode(error_correction=level, border=QUIET_ZONE)
    code.add_data(octets)
    matrix = code.get_matrix()
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" class="qr" '
        f'role="img" aria-label="{escape(title)}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{_path(matrix)}"/></svg>'
    )


def _path(matrix: list[list[bool]]) -> str:
    """Draw each run of dark modules in a row as one rectangle."""
    steps: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row, bool):
            length = len(list(run))
            if dark:
                steps.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(steps)
