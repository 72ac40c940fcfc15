"""Read the one QR code in a picture somebody uploads: a screenshot, a scan, a phone's photograph.

The picture is a stranger's. Its octets are counted before it is opened, its pixels before they
are unpacked, only four formats are looked for, and only QR codes in them.
"""

import asyncio
import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Final

import zxingcpp
from PIL import Image

# A phone's photograph has 3 to 6 MiB.
OCTETS_LIMIT: Final = 8 * 1024 * 1024
# The largest photographs of today's phones have 50 megapixels.
PIXELS_LIMIT: Final = 51_000_000
# Unpacked octets: 16 megapixels in colour and see-through, which no screenshot has. Photographs
# are JPEG, and unpacked in grey, large ones at half their size. Reading may take five times it.
UNPACKED_LIMIT: Final = 64_000_000
# So many are read at a time, whoever sends how many: their memory is bounded together.
_READERS: Final = ThreadPoolExecutor(2, thread_name_prefix="qr-reading")
# More than a screen shows; larger pictures are made smaller first, which also takes out noise.
_SIDE: Final = 2400
# Modes whose pixels can be mixed when a picture is made smaller; palettes cannot.
_MIXABLE: Final = frozenset({"L", "LA", "RGB", "RGBA"})
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")


# Pillow's own warning of large pictures would go to standard error; ours are counted here.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


class PictureFailure(StrEnum):
    """Every reason for which no text is read from a picture; the value is the code on the wire."""

    NOT_A_PICTURE = "not_a_picture"
    TOO_LARGE = "too_large"
    NO_CODE = "no_code"
    SEVERAL_CODES = "several_codes"
    UNREADABLE = "unreadable"

    @property
    def next_step(self) -> str:
        """What to do next, one sentence."""
        return _NEXT_STEPS[self]


_NEXT_STEPS: Final = {
    PictureFailure.NOT_A_PICTURE: "Send a PNG, JPEG, WebP or GIF picture.",
    PictureFailure.TOO_LARGE: (
        f"Send a picture of at most {OCTETS_LIMIT // 1024 // 1024} MiB and "
        f"{UNPACKED_LIMIT // 4_000_000} million pixels, a photograph of 50."
    ),
    PictureFailure.NO_CODE: "Send a picture that shows the whole code, with some white around it.",
    PictureFailure.SEVERAL_CODES: "Send a picture with one code only: cut the other one off.",
    PictureFailure.UNREADABLE: "Take the picture again, closer, sharper and from straight ahead.",
}


class PictureError(Exception):
    """A picture gave no text: ``failure`` says why."""

    def __init__(self, failure: PictureFailure) -> None:
        super().__init__(failure)
        self.failure = failure

    @property
    def detail(self) -> str:
        """What to do next, one sentence."""
        return self.failure.next_step


async def read_picture(octets: bytes) -> str:
    """Return the text of the one QR code in a picture, or raise ``PictureError``.

    Works in a thread of its own few: a large picture takes some hundred milliseconds.
    """
    return await asyncio.get_running_loop().run_in_executor(_READERS, read_picture_now, octets)


def read_picture_now(octets: bytes) -> str:
    """Return what `read_picture` does, for callers that may wait."""
    return _one_text(_grey(octets))


def _grey(octets: bytes) -> Image.Image:
    """Return the picture's first frame in grey, no larger than is useful."""
    if len(octets) > OCTETS_LIMIT:
        raise PictureError(PictureFailure.TOO_LARGE)
    try:
        with Image.open(io.BytesIO(octets), formats=_FORMATS) as found:
            if found.width * found.height > PIXELS_LIMIT:
                raise PictureError(PictureFailure.TOO_LARGE)
            found.draft("L", (_SIDE // 2, _SIDE // 2))
            if _unpacked_octets(found) > UNPACKED_LIMIT:
                raise PictureError(PictureFailure.TOO_LARGE)
            return _prepared(found)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        # Pillow's own limit: an error far above it, a warning below, which may be an error too.
        raise PictureError(PictureFailure.TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, MemoryError):
        # All of these are what Pillow's readers raise for broken files.
        raise PictureError(PictureFailure.NOT_A_PICTURE) from None


def _unpacked_octets(found: Image.Image) -> int:
    bands = len(found.getbands()) if found.mode in _MIXABLE else len("RGBA")
    return found.width * found.height * bands


def _prepared(found: Image.Image) -> Image.Image:
    """Return a small grey copy; which way is up does not matter, codes are found turned."""
    picture = found if found.mode in _MIXABLE else found.convert("RGBA")
    picture.thumbnail((_SIDE, _SIDE))
    if picture.has_transparency_data:
        with_alpha = picture.convert("RGBA")
        # A code on a see-through ground is meant to be seen on paper.
        picture = Image.new("RGBA", with_alpha.size, "white")
        picture.alpha_composite(with_alpha)
    return picture.convert("L")


def _one_text(picture: Image.Image) -> str:
    """Return the text of the one code; two that say the same are one."""
    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,
    )
    texts = {code.text for code in found if code.valid}
    match [*texts]:
        case [text]:
            return str(text)
        case []:
            raise PictureError(PictureFailure.UNREADABLE if found else PictureFailure.NO_CODE)
        case _:
            raise PictureError(PictureFailure.SEVERAL_CODES)
