"""The one code in a picture: what people photograph is read, what hostile people send is not."""

import io
import random
import struct
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from tests.conftest import absent
from tests.read_or_refused import check_read_or_refused
from web.qr import qr_png
from web.qr_reading import (
    OCTETS_LIMIT,
    PIXELS_LIMIT,
    PictureError,
    PictureFailure,
    read_picture,
    read_picture_now,
)

LINK = "https://wallet.example/wallet/desk/3q2-7wAAAAAAAAAAAAAAAAAA"
LONG = "MD2:" + "".join(random.Random(7).choices("0123456789ABCDEFGHIJ $%*+-./:", k=1800)) + "."


def picture(text: str = LINK) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(text))).convert("L")


def octets(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def on_a_desk(image: Image.Image, size: int = 1600) -> Image.Image:
    """Put a picture on a grey ground, as a camera sees a screen."""
    image = image.resize((900, 900))
    ground = Image.new("L", (size, size), 110)
    ground.paste(image, ((size - 900) // 2, (size - 900) // 2))
    return ground


def askew(image: Image.Image) -> Image.Image:
    """Look at it from the side and from below."""
    size = image.width
    inset = size // 9
    corners = (-inset, 0, 0, size, size, size + inset, size + inset // 2, -inset // 2)
    return image.transform(
        (size, size), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=110
    )


def noisy(image: Image.Image) -> Image.Image:
    noise = Image.effect_noise(image.size, 60)
    return Image.blend(image, noise, 0.25)


def dim(image: Image.Image) -> Image.Image:
    return image.point(lambda light: 60 + light // 4)


def inverted(image: Image.Image) -> Image.Image:
    return image.point(lambda light: 255 - light)


def unchanged(image: Image.Image) -> Image.Image:
    return image


PHOTOGRAPHS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": unchanged,
    "small": lambda image: image.resize((image.width // 3, image.height // 3)),
    "turned by 90": lambda image: image.rotate(90),
    "turned by 27": lambda image: on_a_desk(image).rotate(27, fillcolor=110),
    "upside down": lambda image: on_a_desk(image).rotate(180),
    "askew": lambda image: askew(on_a_desk(image)),
    "blurred": lambda image: on_a_desk(image).filter(ImageFilter.GaussianBlur(2)),
    "noisy": lambda image: noisy(on_a_desk(image)),
    "dim": lambda image: dim(on_a_desk(image)),
    "light on dark": inverted,
    "mirrored by a front camera": lambda image: on_a_desk(ImageOps.mirror(image)),
    "all of it": lambda image: noisy(
        askew(dim(on_a_desk(image)).rotate(12, fillcolor=90)).filter(ImageFilter.GaussianBlur(1))
    ),
    "a whole phone's photograph": lambda image: on_a_desk(image).resize((5712, 4284)),
    "the largest photograph": lambda image: on_a_desk(image).resize((8160, 6120)),
}


@pytest.mark.parametrize("change", PHOTOGRAPHS.values(), ids=PHOTOGRAPHS)
def test_what_a_phone_photographs_is_read(change: Callable[[Image.Image], Image.Image]) -> None:
    """
    Turned, tilted, blurred, dark, noisy, large: a link is read from a JPEG of it.
    """
    assert LINK == read_picture_now(octets(change(picture()), "JPEG", quality=70))


@pytest.mark.parametrize("name", ["as it is", "turned by 90", "turned by 27", "noisy", "dim"])
def test_a_code_with_claims_is_read_too(name: str) -> None:
    """
    Version 25 has five times the modules of a link, and is read from a screenshot or a photograph.
    """
    assert LONG == read_picture_now(octets(PHOTOGRAPHS[name](picture(LONG)), "JPEG", quality=85))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_format_is_read(kind: str) -> None:
    """
    The four formats browsers and phones make.
    """
    assert LINK == read_picture_now(octets(picture(), kind))


def test_only_the_first_frame_counts() -> None:
    """
    A moving picture is what it begins with.
    """
    others = [picture("two"), picture("three")]
    moving = octets(picture(), "GIF", save_all=True, append_images=others, duration=100)

    assert LINK == read_picture_now(moving)


def test_a_see_through_picture_lies_on_white() -> None:
    """
    A screenshot tool that leaves the ground transparent makes a readable picture.
    """
    code = picture()
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=inverted(code))

    assert LINK == read_picture_now(octets(clear))


def test_a_phone_held_sideways_says_so_in_the_file() -> None:
    """
    EXIF orientation changes nothing: which way is up does not matter.
    """
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = on_a_desk(picture()).crop((0, 200, 1600, 1400)).rotate(90, expand=True)

    assert LINK == read_picture_now(octets(turned, "JPEG", exif=exif))


async def test_reading_leaves_the_loop_free() -> None:
    """
    The work is done in a thread; the answer is the same.
    """
    assert LINK == await read_picture(octets(picture()))
    with pytest.raises(PictureError):
        await read_picture(b"")


def failure_of(data: bytes) -> PictureFailure:
    with pytest.raises(PictureError) as caught:
        read_picture_now(data)
    assert caught.value.detail.endswith(".")
    return caught.value.failure


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """Return a PNG whose header says what it likes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def zeros(count: int) -> bytes:
    return chunk(b"IDAT", zlib.compress(b"\0" * count, 9))


WHOLE = octets(picture())
GIF_HEAD = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0\0\0\0\xff\xff\xff"
NOT_PICTURES = {
    "nothing": b"",
    "text": b"MD2:ABC.",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><img src=x onerror=alert(1)>",
    "pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "zip": b"PK\x03\x04" + b"\0" * 200,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    "bitmap": octets(picture(), "BMP"),
    "tiff": octets(picture(), "TIFF"),
    "only a signature": WHOLE[:8],
    "cut in the header": WHOLE[:20],
    "cut in the middle": WHOLE[: len(WHOLE) // 2],
    "wrong checksum": WHOLE[:29] + b"\0\0\0\0" + WHOLE[33:],
    "no data": png(100, 100),
    "no side": png(0, 100, zeros(1)),
    "cut jpeg": octets(picture(), "JPEG")[:300],
    "cut webp": octets(picture(), "WEBP")[:100],
    "gif without a frame": GIF_HEAD[:6] + struct.pack("<HH", 9, 9) + b"\0\0\0;",
    "text bomb": png(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 80_000_000, 9))),
}
TOO_LARGE = {
    "one octet too many": b"\x89PNG" + b"\0" * (OCTETS_LIMIT - 3),
    "20,000 x 20,000": png(20_000, 20_000, zeros(1000)),
    "just too many pixels": png(PIXELS_LIMIT + 1, 1, zeros(1000)),
    "too many by far": png(PIXELS_LIMIT, 2, zeros(1000)),
    "a colour too many": octets(Image.new("RGB", (4700, 4700))),
    "gif of 65,535 x 65,535": GIF_HEAD + b"," + struct.pack("<HHHH", 0, 0, 9, 9) + b"\0\x02\0;",
}


@pytest.mark.parametrize("data", NOT_PICTURES.values(), ids=NOT_PICTURES)
def test_what_is_no_picture_is_told_so(data: bytes) -> None:
    """
    Whatever the file is named: other formats, broken files, bombs in a corner of one.
    """
    tracemalloc.start()
    try:
        assert PictureFailure.NOT_A_PICTURE == failure_of(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize("data", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_is_too_large_is_never_unpacked(data: bytes) -> None:
    """
    Octets and pixels are counted first: no more than a few MiB are taken for a bomb.
    """
    tracemalloc.start()
    try:
        assert PictureFailure.TOO_LARGE == failure_of(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1024 * 1024


LARGEST: dict[str, Callable[[], bytes]] = {
    "see-through png": lambda: octets(Image.new("RGBA", (4000, 4000), (9, 9, 9, 99))),
    "palette png": lambda: octets(Image.new("P", (4000, 4000), 3)),
    "gif": lambda: octets(Image.new("P", (4000, 4000), 3), "GIF"),
    "webp": lambda: octets(Image.new("RGBA", (4000, 4000), (9, 9, 9, 99)), "WEBP"),
    "photograph": lambda: octets(Image.new("RGB", (8160, 6120)), "JPEG", progressive=True),
}
MEASURE = """
import re, sys, time
from pathlib import Path
from web.qr_reading import PictureError, read_picture_now
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
data = sys.stdin.buffer.read()
before, started = most(), time.process_time()
try:
    read_picture_now(data)
except PictureError as error:
    print(error.failure.value)
print(most() - before, time.process_time() - started)
"""


@pytest.mark.parametrize("make", LARGEST.values(), ids=LARGEST)
def test_the_largest_pictures_stay_within_their_memory(make: Callable[[], bytes]) -> None:
    """
    A few KiB that are 16 or 50 million pixels: no code, at most 350 MiB and a few seconds' work.
    """
    if not Path("/proc/self/status").exists():
        absent("/proc, which says what was taken of the memory")
    data = make()
    assert len(data) < OCTETS_LIMIT

    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=data, capture_output=True, check=True
    )

    told, measured = done.stdout.decode().splitlines()
    kibibytes, seconds = map(float, measured.split())
    assert "no_code" == told
    assert kibibytes < 350 * 1024
    assert seconds < 5


@pytest.mark.parametrize(
    "data",
    [
        octets(Image.new("L", (1, 1))),
        octets(Image.new("L", (600, 600), "white")),
        octets(Image.effect_noise((600, 600), 80)),
    ],
    ids=["one pixel", "white", "noise"],
)
def test_a_picture_without_a_code(data: bytes) -> None:
    """
    A picture, but nobody's code.
    """
    assert PictureFailure.NO_CODE == failure_of(data)


def beside(*texts: str) -> Image.Image:
    codes = [picture(text) for text in texts]
    both = Image.new("L", (sum(one.width for one in codes), codes[0].height), "white")
    left = 0
    for code in codes:
        both.paste(code, (left, 0))
        left += code.width
    return both


def test_two_codes_are_one_too_many() -> None:
    """
    Which one was meant is not guessed; the same one twice is one.
    """
    assert PictureFailure.SEVERAL_CODES == failure_of(octets(beside(LINK, LINK[:-1] + "B")))
    assert LINK == read_picture_now(octets(beside(LINK, LINK)))


def test_a_code_that_is_there_and_cannot_be_read() -> None:
    """
    Half of it is covered: taking the picture again helps, another picture does not.
    """
    code = picture(LONG)
    size = code.width
    ImageDraw.Draw(code).rectangle((size // 3, size // 3, size * 3 // 4, size * 3 // 4), fill=0)

    assert PictureFailure.UNREADABLE == failure_of(octets(code))


def test_a_barcode_of_another_kind_is_no_code() -> None:
    """
    Only QR codes are looked for: a bar code on a shelf is not what a person holds up.
    """
    drawn = zxingcpp.create_barcode("4006381333931", zxingcpp.BarcodeFormat.EAN13)
    matrix: Any = drawn.to_image(scale=4)
    view = memoryview(matrix)
    height, width = view.shape or ()
    shelf = Image.frombytes("L", (width, height), view.tobytes())

    assert drawn.text in {one.text for one in zxingcpp.read_barcodes(shelf)}
    assert PictureFailure.NO_CODE == failure_of(octets(shelf))


@pytest.mark.parametrize("failure", list(PictureFailure))
def test_every_failure_says_what_to_do(failure: PictureFailure) -> None:
    """
    A code for programs and a next step for people, each its own.
    """
    error = PictureError(failure)

    assert failure is error.failure
    assert len({one.next_step for one in PictureFailure}) == len(PictureFailure)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_thousand_broken_pictures_raise_nothing_else(kind: str) -> None:
    """
    Octets changed at random: read, or refused by name.
    """
    chance = random.Random(f"{kind} 20261122")
    whole = octets(picture().resize((120, 120)), kind)
    for _ in range(250):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        check_read_or_refused(partial(read_picture_now, bytes(broken)), str, PictureError)
