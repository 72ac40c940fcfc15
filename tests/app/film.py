"""A camera for Chromium: a film of one picture, as a camera at a counter would see it.

Chromium plays the file in place of a camera and reads it anew each time a page opens one, so each
scene writes the film it needs. Only y4m works; films in JPEG are never read from.
"""

import io
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.conftest import absent

SMALL: Final = (640, 480)
# The side of the code in the small frame: the least that UX asks for.
SIDE: Final = 420
# A counter's grey, so that the white around a code is the code's own.
GROUND: Final = 150
_NO_COLOUR: Final = 128


def frame_of(picture: bytes, size: tuple[int, int] = SMALL, side: int = SIDE) -> Image.Image:
    """Return a frame with the code in its middle, ``side`` pixels wide."""
    frame = Image.new("L", size, GROUND)
    with Image.open(io.BytesIO(picture)) as code:
        shown = code.convert("L").resize((side, side), Image.Resampling.LANCZOS)
    frame.paste(shown, ((size[0] - side) // 2, (size[1] - side) // 2))
    return frame


def write_film(path: Path, frame: Image.Image, frames: int = 2) -> None:
    """Write a grey frame as a film in YUV 4:2:0, ten frames a second, played over and over."""
    width, height = frame.size
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    colours = bytes([_NO_COLOUR]) * (width * height // 2)
    path.write_bytes(head + (b"FRAME\n" + frame.tobytes() + colours) * frames)


@asynccontextmanager
async def browser_filming(film: Path) -> AsyncIterator[Browser]:
    """The browser of the machine, with a camera that sees the film."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        absent("no Chromium on this machine: the counter's scene was not played")
    flags = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
        # As root, as in a container, Chromium's own sandbox cannot start.
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    async with async_playwright() as driver:
        yield await driver.chromium.launch(executable_path=found, args=flags)
