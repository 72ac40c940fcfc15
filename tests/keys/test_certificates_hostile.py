"""Certificates made to break readers (H16, H54), and x5c headers that are none."""

import base64
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from keys.certificate_reader import (
    CERTIFICATE_LIMIT,
    PEM_LIMIT,
    common_name,
    pem_certificates,
    read_certificate,
    to_pem,
)
from keys.errors import KeysError, KeysFailure
from keys.strict_json import JsonValue
from keys.x509 import Anchor, Role, parse_x5c, to_x5c, validate_chain
from tests.keys.pki import NOW, leaf, root
from tests.keys.refusal import refused

ROOT = root()
DER = ROOT.make(leaf()).der
TEXT = base64.b64encode(DER).decode()


def tlv(tag: int, content: bytes) -> bytes:
    """Write one DER value."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def inside(der: bytes) -> bytes:
    """Return the content of one DER value of a long form."""
    return der[2 + (der[1] & 0x7F) :]


def with_serial(serial: bytes) -> bytes:
    """Put another serial number into a certificate; its signature no longer matters."""
    certificate = x509.load_der_x509_certificate(DER)
    fields = inside(certificate.tbs_certificate_bytes)
    version, rest = fields[:5], fields[5:]
    after_serial = rest[2 + rest[1] :]
    tbs = tlv(0x30, version + tlv(0x02, serial) + after_serial)
    return tlv(0x30, tbs + inside(DER)[len(certificate.tbs_certificate_bytes) :])


def test_a_chain_survives_its_header() -> None:
    """
    RFC 7515 section 4.1.6: standard base64, leaf first.
    """
    assert (DER, ROOT.der) == parse_x5c(to_x5c((DER, ROOT.der)))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="none"),
        pytest.param([], id="empty"),
        pytest.param(TEXT, id="no array"),
        pytest.param([1], id="no text"),
        pytest.param([None], id="null"),
        pytest.param([f"-----BEGIN CERTIFICATE-----\n{TEXT}"], id="H16 armour"),
        pytest.param([TEXT[:64] + "\n" + TEXT[64:]], id="H16 line break"),
        pytest.param([" " + TEXT], id="space"),
        pytest.param([TEXT.replace("+", "-").replace("/", "_") + "-_"], id="base64url"),
        pytest.param([TEXT.rstrip("=") + "="  * 3], id="padding"),
        pytest.param(["Zh=="], id="left-over bits"),
        pytest.param(["é" * 8], id="beyond ASCII"),
    ],
)  # fmt: skip
def test_what_is_no_x5c_is_malformed(value: JsonValue) -> None:
    """
    H16: an array of base64 texts and nothing looser.
    """
    with refused(KeysFailure.MALFORMED):
        parse_x5c(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([TEXT] * 6, id="six"),
        pytest.param([TEXT] * 10_000, id="ten thousand"),
        pytest.param(["A" * 5_000_000], id="five megabytes"),
    ],
)
def test_too_much_is_refused_before_it_is_decoded(value: JsonValue) -> None:
    """
    H50: number and size are looked at first.
    """
    began = time.thread_time()
    with refused(KeysFailure.TOO_LARGE):
        parse_x5c(value)
    assert time.thread_time() - began < 0.02


@pytest.mark.parametrize(
    "der",
    [
        pytest.param(b"", id="empty"),
        pytest.param(DER[:-1], id="cut"),
        pytest.param(DER + b"\0", id="H16 trailing octet"),
        pytest.param(DER + DER, id="H16 two certificates"),
        pytest.param(b"\x30\x80" + inside(DER) + b"\0\0", id="H16 indefinite length"),
        pytest.param(tlv(0x30, tlv(0x30, tlv(0x30, DER))), id="H16 nested"),
        pytest.param(b"\x30\x82" * 10 + DER, id="H16 ten levels"),
        pytest.param(with_serial(b"\x01" * 4096), id="H16 serial of 4 KiB"),
        pytest.param(with_serial(b"\x01" * 21), id="serial of 21 octets"),
        pytest.param(with_serial(b"\0"), id="serial zero"),
        pytest.param(with_serial(b"\x81"), id="negative serial"),
        pytest.param(b"\x30\x84\xff\xff\xff\xff" + DER[4:], id="H54 length 2^32"),
        pytest.param(b"\x30\x88" + b"\xff" * 8 + DER[4:], id="H54 negative length"),
        pytest.param(tlv(0x30, tlv(0x06, b"\x81" * 7000 + b"\x01")), id="H54 endless OID"),
        pytest.param(ROOT.certificate.public_bytes(Encoding.PEM), id="PEM"),
    ],
)
def test_what_is_no_certificate_is_malformed(der: bytes) -> None:
    """
    H16, H54: refused within milliseconds, and never a crash.
    """
    began = time.thread_time()
    with refused(KeysFailure.MALFORMED):
        read_certificate(der)
    assert time.thread_time() - began < 0.1


def test_a_certificate_has_a_size() -> None:
    """
    H54: a modulus of 65 537 bits does not fit into a certificate that is read.
    """
    with refused(KeysFailure.TOO_LARGE):
        read_certificate(bytes(CERTIFICATE_LIMIT + 1))
    with refused(KeysFailure.MALFORMED):
        read_certificate(bytes(CERTIFICATE_LIMIT))


def test_an_extension_twice_is_malformed() -> None:
    """
    RFC 5280 section 4.2: one extension of a kind, or two readers pick different ones.
    """
    twice = DER.replace(bytes.fromhex("0603551d23"), bytes.fromhex("0603551d0e"))
    assert twice != DER
    with refused(KeysFailure.MALFORMED):
        read_certificate(twice)


def test_no_flipped_bit_passes() -> None:
    """
    R12, R13: of one leaf every bit is flipped, each alone; none is accepted, none crashes.
    """
    anchors = (Anchor(ROOT.der, "r"),)
    validate_chain((DER,), anchors=anchors, role=Role.ISSUER, now=NOW)
    for position in range(len(DER)):
        for bit in range(8):
            changed = bytearray(DER)
            changed[position] ^= 1 << bit
            with pytest.raises(KeysError):
                validate_chain((bytes(changed),), anchors=anchors, role=Role.ISSUER, now=NOW)


def test_unused_bits_of_a_signature_are_refused() -> None:
    """
    R13: a count the signature does not cover would give one certificate several hashes.
    """
    made = ROOT.make(leaf())
    while made.certificate.signature[-1] & 1:
        made = ROOT.make(leaf())
    signature = made.certificate.signature
    changed = made.der.replace(b"\0" + signature, b"\x01" + signature)
    assert signature == x509.load_der_x509_certificate(changed).signature
    with refused(KeysFailure.MALFORMED):
        read_certificate(changed)


@given(st.binary(max_size=200))
def test_any_octets_are_refused(octets: bytes) -> None:
    """
    R12: noise is no certificate.
    """
    with pytest.raises(KeysError):
        read_certificate(octets)


def test_pem_files_are_read_and_written() -> None:
    """
    Roots come and go as PEM: all of a file, in order.
    """
    other = root("Other")
    assert (ROOT.der, other.der) == pem_certificates(to_pem((ROOT.der, other.der)))


@pytest.mark.parametrize(
    "pem", [b"", b"noise", to_pem((DER,))[:80]], ids=["empty", "noise", "cut"]
)
def test_what_is_no_pem_file_is_malformed(pem: bytes) -> None:
    """
    A file without a certificate, or with a broken one, adds no trust.
    """
    with refused(KeysFailure.MALFORMED):
        pem_certificates(pem)


def test_a_pem_file_has_a_size() -> None:
    """
    R14: one octet beyond the limit is not looked at.
    """
    with refused(KeysFailure.TOO_LARGE):
        pem_certificates(bytes(PEM_LIMIT + 1))


def test_a_certificate_is_shown_by_a_name() -> None:
    """
    The common name, or the organisation, or nothing.
    """
    organisation = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Office")])
    assert "Root" == common_name(ROOT.der)
    assert "Office" == common_name(ROOT.make(leaf(subject=organisation)).der)
    assert "" == common_name(ROOT.make(leaf(subject=x509.Name([]))).der)


def test_a_name_is_as_long_as_its_letters() -> None:
    """
    RFC 5280 upper bounds count letters: the name of a Korean institution is no odd certificate.
    """
    name = "가" * 64
    with pytest.warns(UserWarning, match="length"):  # the library counts octets
        attribute = x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)

    assert name == common_name(ROOT.make(leaf(subject=x509.Name([attribute]))).der)
