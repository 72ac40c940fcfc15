import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import example, given
from hypothesis import strategies as st

from keys import signer as signer_module
from keys.errors import KeysFailure
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.verification_key import VerificationKey
from tests.keys.refusal import refused

MESSAGE = b"header.payload"
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def numbers(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@given(r=st.integers(1, N - 1), s=st.integers(1, N - 1))
@example(r=1, s=0x80)
@example(r=1 << 248, s=(1 << 248) - 1)
@example(r=N - 1, s=1 << 255)
def test_every_signature_of_the_library_becomes_two_halves_of_32_octets(r: int, s: int) -> None:
    """
    RFC 7518 section 3.4: short numbers are filled up, the octet that keeps one positive goes.
    """
    assert numbers(r, s) == signer_module._raw(encode_dss_signature(r, s))


@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_is_signed_verifies_and_nothing_else_does(algorithm: Algorithm) -> None:
    """
    A signature has the length of its algorithm, and is of this message, by this key.
    """
    signer = SoftwareSigner.generate(algorithm)
    key = signer.public.verification_key()
    signature = signer.sign(MESSAGE)
    assert (2420 if algorithm is Algorithm.ML_DSA_44 else 64) == len(signature)
    assert algorithm is key.algorithm is signer.algorithm
    key.verify(signature, MESSAGE)
    with refused(KeysFailure.SIGNATURE_INVALID):
        key.verify(signature, MESSAGE + b"x")
    with refused(KeysFailure.SIGNATURE_INVALID):
        SoftwareSigner.generate(algorithm).public.verification_key().verify(signature, MESSAGE)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_private_key_survives_its_octets(algorithm: Algorithm) -> None:
    """
    DER and PEM give back the same key; its name is its thumbprint unless it is given one.
    """
    signer = SoftwareSigner.generate(algorithm)
    again = SoftwareSigner.from_der(signer.private_octets())
    assert signer.public == again.public
    assert signer.public.thumbprint() == again.public.kid
    named = SoftwareSigner.from_pem(signer.private_pem(), kid="desk")
    assert "desk" == named.public.kid
    signer.public.verification_key().verify(named.sign(MESSAGE), MESSAGE)
    assert (signer.public.x, signer.public.y) == (named.public.x, named.public.y)


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(b"", id="empty"),
        pytest.param(bytes(63), id="63 octets"),
        pytest.param(bytes(65), id="65 octets"),
        pytest.param(bytes(64), id="64 zeros"),
        pytest.param(numbers(0, 1), id="r zero"),
        pytest.param(numbers(1, 0), id="s zero"),
        pytest.param(numbers(N, 1), id="r is n"),
        pytest.param(numbers(1, N), id="s is n"),
        pytest.param(numbers(2**256 - 1, 2**256 - 1), id="both beyond n"),
    ],
)
def test_numbers_out_of_range_are_refused(signature: bytes) -> None:
    """
    H9: r and s are from 1 to n - 1 and stand in exactly 64 octets.
    """
    key = SoftwareSigner.generate().public.verification_key()
    with refused(KeysFailure.SIGNATURE_INVALID):
        key.verify(signature, MESSAGE)


def test_a_signature_has_one_length() -> None:
    """
    H9: a zero before s changes no number, and is refused all the same.
    """
    signer = SoftwareSigner.generate()
    signature = signer.sign(MESSAGE)
    with refused(KeysFailure.SIGNATURE_INVALID):
        padded = signature[:32] + b"\0" + signature[32:]
        signer.public.verification_key().verify(padded, MESSAGE)


def test_a_der_signature_is_refused() -> None:
    """
    H9: the form other systems use is not the form JOSE uses, even at 64 octets.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    key = VerificationKey(private.public_key())
    der = private.sign(MESSAGE, ec.ECDSA(SHA256()))
    for octets in (der, der[:64], der.ljust(64, b"\0")[:64]):
        with refused(KeysFailure.SIGNATURE_INVALID):
            key.verify(octets, MESSAGE)


def test_the_twin_of_a_signature_verifies() -> None:
    """
    H12: (r, n - s) is valid ES256, so signature octets must never be an identity.
    """
    signer = SoftwareSigner.generate()
    signature = signer.sign(MESSAGE)
    twin = signature[:32] + (N - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    assert twin != signature
    signer.public.verification_key().verify(twin, MESSAGE)


def test_other_private_keys_are_refused() -> None:
    """
    A key on another curve, an RSA key, a locked key and plain noise are not taken.
    """
    p384, small = ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)
    for key in (p384, small):
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        with refused(KeysFailure.KEY_REFUSED):
            SoftwareSigner.from_der(der)
    locked = p384.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passphrase")
    )
    for pem in (locked, b"-----BEGIN PRIVATE KEY-----", b""):
        with refused(KeysFailure.MALFORMED):
            SoftwareSigner.from_pem(pem)


def test_a_signer_does_not_print_its_key() -> None:
    """
    T1: no text form of a signer holds the private octets.
    """
    signer = SoftwareSigner.generate()
    assert signer.private_octets().hex() not in repr(signer) + str(signer)
    assert "0x" in repr(signer)
