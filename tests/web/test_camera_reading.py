"""What the vendored reader reads in frames as cameras make them; UX measured it, this keeps it.

The frames are made here, the same each time: turned in space, blurred, grainy, pale, lit from one
side. What reads them are the files and the options of the page's own worker.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter

from tests.app.film import SIDE, SMALL, frame_of
from tests.conftest import absent
from web.qr import MAX_ALPHANUMERIC, qr_png

RUNNER = Path(__file__).with_name("camera_reading.mjs")
LARGE = (1280, 720)
LARGE_SIDE = 560
# Characters of shown codes: one claim of the register copy (version 20), several with an address
# (25), many (30); and the largest that is read at the worst of these conditions (32).
ONE_CLAIM, SEVERAL, MANY, LARGEST_READ = 1246, 1844, 2488, 2760
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def text_of(length: int) -> str:
    """Return a text as a shown code of that length is: no two letters tell of a third."""
    octets = hashlib.shake_256(str(length).encode()).digest(length)
    return "MD2:" + "".join(LETTERS[octet % 45] for octet in octets[: length - 5]) + "."


def degraded(picture: bytes, blur: float) -> Image.Image:
    """Return a frame of 1280 x 720 as UX's conditions are; ``blur`` is a radius in pixels."""
    frame = frame_of(picture, LARGE, LARGE_SIDE)
    frame = frame.transform(
        LARGE,
        Image.Transform.PERSPECTIVE,
        (1.02, 0.05, -30, 0.02, 1.05, -25, 0.00003, 0.00009),
        Image.Resampling.BICUBIC,
        fillcolor=150,
    )
    frame = frame.filter(ImageFilter.GaussianBlur(blur))
    # A quarter less contrast, around the middle.
    frame = frame.point([round(128 + 0.75 * (grey - 128)) for grey in range(256)])
    light = Image.linear_gradient("L").resize(LARGE).point([255 - g // 4 for g in range(256)])
    frame = ImageChops.multiply(frame, light)
    grain = hashlib.shake_256(b"grain").digest(LARGE[0] * LARGE[1])
    noise = Image.frombytes("L", LARGE, grain).point([grey // 10 for grey in range(256)])
    return ImageChops.add(frame, noise, 1, -12)


def read(folder: Path, frames: list[Image.Image]) -> list[dict[str, Any]]:
    """Return what the reader finds in each frame, and how long it looked."""
    node = shutil.which("node")
    if node is None:
        absent("no node: the vendored reader was not tried")
    asked = []
    for number, frame in enumerate(frames):
        file = folder / f"{number}.grey"
        file.write_bytes(frame.tobytes())
        asked.append({"file": str(file), "width": frame.width, "height": frame.height})
    done = subprocess.run(  # our own modules
        [str(node), str(RUNNER)],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_code_of_one_claim_is_read_in_a_small_frame(tmp_path: Path) -> None:
    """
    640 x 480, the code 420 pixels wide with its white: a link, version 20, version 25.
    """
    link = "https://desk.example/wallet/desk/AAAAAAAAAAAAAAAA"
    texts = [link, text_of(ONE_CLAIM), text_of(SEVERAL)]
    frames = [frame_of(qr_png(text), SMALL, SIDE) for text in texts]
    assert [[text] for text in texts] == [one["texts"] for one in read(tmp_path, frames)]


@pytest.mark.parametrize("blur", [0.8, 1.55])
def test_larger_codes_are_read_as_counters_see_them(tmp_path: Path, blur: float) -> None:
    """
    1280 x 720, turned, blurred, grainy, pale and unevenly lit: up to version 32.
    """
    texts = [text_of(length) for length in (ONE_CLAIM, SEVERAL, MANY, LARGEST_READ)]
    frames = [degraded(qr_png(text), blur) for text in texts]
    assert [[text] for text in texts] == [one["texts"] for one in read(tmp_path, frames)]


def test_what_is_no_code_is_nothing(tmp_path: Path) -> None:
    """
    A dark room, a bright wall, half a code: the reader says nothing rather than a guess.
    """
    half = frame_of(qr_png(text_of(ONE_CLAIM)), SMALL, SIDE)
    half.paste(150, (0, 0, SMALL[0] // 2, SMALL[1]))
    frames = [Image.new("L", SMALL, 8), Image.new("L", SMALL, 250), half]
    assert [[], [], []] == [one["texts"] for one in read(tmp_path, frames)]
    assert max(ONE_CLAIM, SEVERAL, MANY, LARGEST_READ) < MAX_ALPHANUMERIC
