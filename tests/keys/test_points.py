"""Points of the curves in the shapes that keys come in."""

import pytest

from keys.errors import KeysFailure
from keys.points import p256_compressed
from tests.keys.refusal import refused


@pytest.mark.parametrize(
    "octets",
    [b"", b"\x02" + bytes(31), b"\x02" + bytes(33), b"\x02" + b"\xff" * 32, b"\x05" + bytes(32)],
)
def test_a_compressed_point_that_is_none_is_refused(octets: bytes) -> None:
    """
    H14: of another length, off the curve, or with another sign than the two there are.
    """
    with refused(KeysFailure.KEY_REFUSED):
        p256_compressed(octets)
