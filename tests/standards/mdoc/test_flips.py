"""Every octet counts: flipped, cut or made up, nothing else is read than what was issued (T5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from standards.mdoc.errors import MdocError
from standards.mdoc.parse import UnverifiedMdoc, parse_issued_mdoc, parse_mdoc
from tests.read_or_refused import check_read_or_refused
from tests.standards.mdoc.making import (
    NAMESPACE,
    SHOWN,
    credential,
    held,
    issued,
)


def _flips(octets: bytes) -> list[bytes]:
    return [octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :] for at in range(len(octets))]


# Small, because every octet of it is tried.
SMALL = issued(claims={NAMESPACE: {"age_over_19": True, "portrait": b"\xff\xd8"}}, status=None)


def _refused_at_every_place(part: bytes) -> None:
    octets = base64url.decode(SMALL)
    place = octets.index(part)
    for flipped in _flips(part):
        text = base64url.encode(octets[:place] + flipped + octets[place + len(part) :])
        with pytest.raises(MdocError):
            held(text)


def test_t5_each_flipped_octet_of_an_item_is_refused() -> None:
    """
    T5: an item's every octet, its tag's too, is covered: 100 % of the places.
    """
    for item in held(SMALL).items:
        _refused_at_every_place(item.octets)


def test_t5_each_flipped_octet_of_the_signed_object_is_refused() -> None:
    """
    T5: the MSO, the header it was signed with, and the signature: 100 % of the places.
    """
    auth = parse_issued_mdoc(SMALL).issuer_auth
    for part in (auth.headers.octets, auth.payload or b"", auth.signature):
        _refused_at_every_place(part)


@given(st.integers(0, len(base64url.decode(credential())) * 8 - 1))
def test_any_flipped_bit_is_refused_or_means_the_same(place: int) -> None:
    """
    Wherever it is flipped, nothing else is read than what was issued. (What a chain's own issuer
    vouches for is not looked at here: there a bit can be read past.)
    """
    octets = bytearray(base64url.decode(credential()))
    octets[place // 8] ^= 1 << place % 8

    try:
        claims = held(base64url.encode(bytes(octets))).claims
    except MdocError:
        return
    assert SHOWN == claims


@given(st.binary(max_size=80))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    """
    Totality: nothing but our own error ever comes out of the readers.
    """
    text = base64url.encode(octets)

    check_read_or_refused(lambda: parse_issued_mdoc(text), UnverifiedMdoc, MdocError)
    check_read_or_refused(lambda: parse_mdoc(text), UnverifiedMdoc, MdocError)


def test_every_shortened_text_is_refused() -> None:
    """
    Cut anywhere before its end.
    """
    for end in range(0, len(credential()), 7):
        with pytest.raises(MdocError):
            held(credential()[:end])
