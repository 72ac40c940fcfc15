"""Drawn portraits: nobody's face, yet a picture of the size and kind a card carries.

A few dozen in all, by sex, age and a choice; each is drawn once, whoever it is for.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from issuers.population.names import Sex

# How many pictures there are of each sex and age.
CHOICES: Final = 4

# Width to height as on the card (3 by 4), a few kilobytes as JPEG.
_WIDTH, _HEIGHT = 120, 160
_QUALITY: Final = 72
# Drawn so much larger, and made smaller: so its lines are smooth.
_SCALE: Final = 4
_GREY_FROM: Final = 60

_BACKGROUND: Final = "#dfe6ee"
_INK: Final = "#3b2f2a"
_SKINS: Final = ("#f1c9a5", "#e8b98f", "#f5d6ba", "#dca97f")
_CLOTHES: Final = ("#33415c", "#5c3347", "#335c4a", "#4a4a52")
_HAIR, _GREY_HAIR = "#2b211d", "#9a9a9a"


@dataclass(frozen=True, slots=True)
class Look:
    """What decides about a portrait; ``choice`` counts from 0 to `CHOICES` - 1."""

    sex: Sex
    is_grey: bool
    choice: int


def look_of(sex: Sex, age: int, choice: int) -> Look:
    """Return the look of somebody."""
    return Look(sex, age >= _GREY_FROM, choice % CHOICES)


@cache
def portrait(look: Look) -> bytes:
    """Return the picture, JPEG."""
    size = _WIDTH * _SCALE, _HEIGHT * _SCALE
    picture = Image.new("RGB", size, _BACKGROUND)
    _draw(ImageDraw.Draw(picture), look)
    small, octets = picture.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS), BytesIO()
    small.save(octets, "JPEG", quality=_QUALITY)
    return octets.getvalue()


def _draw(pen: ImageDraw.ImageDraw, look: Look) -> None:
    """Draw shoulders, hair, face and what is in it, one over the other."""
    skin, cloth = _SKINS[look.choice], _CLOTHES[look.choice]
    hair = _GREY_HAIR if look.is_grey else _HAIR
    if look.sex is Sex.FEMALE:
        # Hair that falls behind the shoulders, longer for some.
        pen.rounded_rectangle(_box(28, 30, 92, 104 + 6 * look.choice), 30 * _SCALE, fill=hair)
    pen.ellipse(_box(8, 118, 112, 230), fill=cloth)
    pen.rounded_rectangle(_box(50, 92, 70, 128), 9 * _SCALE, fill=skin)
    pen.ellipse(_box(34, 30, 86, 106), fill=skin)
    pen.chord(_box(31, 22, 89, 92), 180 - 4 * look.choice, 360 + 4 * look.choice, fill=hair)
    for left in (46, 66):
        pen.ellipse(_box(left, 66, left + 8, 72), fill=_INK)
        pen.arc(_box(left - 2, 56, left + 10, 68), 200, 340, fill=hair, width=2 * _SCALE)
    pen.arc(_box(52, 78, 68, 92), 20, 160, fill="#a4513f", width=2 * _SCALE)


def _box(left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    return left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE
