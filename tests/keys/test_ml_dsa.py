"""ML-DSA-44 keys: as JSON, in no token, and where the library has none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mldsa

from keys import base64url, jwk, jws, ml_dsa
from keys.errors import KeysFailure
from keys.json_value import JsonValue
from keys.jwk import Algorithm, PublicJwk
from keys.key_store import KeyStore
from keys.signer import SoftwareSigner
from tests.keys.refusal import refused


@pytest.fixture(scope="module")
def signer() -> SoftwareSigner:
    return SoftwareSigner.generate(Algorithm.ML_DSA_44)


def test_a_key_is_written_as_rfc_9964_says(signer: SoftwareSigner) -> None:
    """
    RFC 9964 section 3: key type AKP, the algorithm in it, one member of 1,312 octets.
    """
    written = signer.public.as_dict()

    assert {"kty", "alg", "pub", "kid"} == set(written)
    assert ("AKP", "ML-DSA-44") == (written["kty"], written["alg"])
    assert 1312 == len(base64url.decode(str(written["pub"])))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"alg": "ML-DSA-65"}, id="another parameter set"),
        pytest.param({"alg": None}, id="no algorithm"),
        pytest.param({"pub": None}, id="no key"),
        pytest.param({"pub": "AAAA"}, id="a short key"),
        pytest.param({"pub": 7}, id="a number"),
        pytest.param({"use": "enc"}, id="for encryption"),
    ],
)
def test_what_is_no_such_key_is_refused(
    signer: SoftwareSigner, changed: dict[str, JsonValue]
) -> None:
    """
    H3: the algorithm is part of the key, and its length is the algorithm's.
    """
    with refused(KeysFailure.KEY_REFUSED):
        PublicJwk.parse(signer.public.as_dict() | changed)
    with refused(KeysFailure.KEY_REFUSED):
        ml_dsa.public_key(bytes(1311))


def test_no_token_is_signed_with_it(signer: SoftwareSigner) -> None:
    """
    H1: a header that names the algorithm of a key of the log is refused like any other name.
    """
    octets = jws.signing_input({"typ": "x"}, b"{}", signer.algorithm)

    with refused(KeysFailure.MALFORMED):
        jws.attach(octets, signer.sign(octets))
    with refused(KeysFailure.ALGORITHM_REFUSED):
        jws.parse(jws.attach(octets, bytes(64)))


class Absent:
    """Stands in for the library's classes on an OpenSSL below 3.5."""

    @staticmethod
    def generate() -> None:
        raise UnsupportedAlgorithm("no ML-DSA")

    @staticmethod
    def from_public_bytes(_octets: bytes) -> None:
        raise UnsupportedAlgorithm("no ML-DSA")


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what takes ML-DSA out of the library."""

    def remove() -> None:
        monkeypatch.setattr(mldsa, "MLDSA44PrivateKey", Absent)
        monkeypatch.setattr(mldsa, "MLDSA44PublicKey", Absent)
        jwk._load.cache_clear()

    return remove


def test_a_store_that_was_made_elsewhere_is_not_called_corrupt(
    tmp_path: Path, absent: Callable[[], None]
) -> None:
    """
    A witness's store opened where the library has no ML-DSA: nothing is damaged, and that is said.
    """
    store = KeyStore(tmp_path / "keys")
    store.create("witness", Algorithm.ML_DSA_44)
    assert Algorithm.ML_DSA_44 is store.signer("witness").algorithm

    absent()

    with refused(KeysFailure.ALGORITHM_REFUSED):
        store.signer("witness")


def test_an_installation_without_it_says_so(
    signer: SoftwareSigner, absent: Callable[[], None]
) -> None:
    """
    With an OpenSSL below 3.5 every way to a key ends in one refusal with the reason.
    """
    octets = signer.public.x

    absent()

    with refused(KeysFailure.ALGORITHM_REFUSED):
        SoftwareSigner.generate(Algorithm.ML_DSA_44)
    with refused(KeysFailure.ALGORITHM_REFUSED):
        ml_dsa.public_key(octets)
