"""Public keys in COSE: P-256 and Ed25519, nothing off the curve and nothing private (RFC 9053)."""

import pytest

from keys.signer import SoftwareSigner
from keys.verification_key import Algorithm
from standards.cbor.read import loads
from standards.cbor.value import CborMap, CborValue
from standards.cbor.write import dumps
from standards.cose.errors import CoseError, CoseFailure
from standards.cose.key import cose_key, parse_cose_key

P256 = SoftwareSigner.generate().public
ED25519 = SoftwareSigner.generate(Algorithm.ED25519).public
EC2: CborMap = {1: 2, -1: 1, -2: P256.x, -3: P256.y}
OKP: CborMap = {1: 1, -1: 6, -2: ED25519.x}


@pytest.mark.parametrize("signer", [P256, ED25519], ids=["P-256", "Ed25519"])
def test_a_key_is_written_and_read(signer: object) -> None:
    """
    Without its name: a key in COSE needs none.
    """
    key = P256 if signer is P256 else ED25519
    read = parse_cose_key(loads(dumps(cose_key(key))))

    assert (key.algorithm, key.x, key.y, None) == (read.algorithm, read.x, read.y, read.kid)


def test_a_compressed_point_is_read() -> None:
    """
    RFC 9053 section 7.1.1: of y the sign alone may be there.
    """
    read = parse_cose_key(EC2 | {-3: bool(P256.y[-1] & 1)})

    assert (P256.x, P256.y) == (read.x, read.y)


@pytest.mark.parametrize(
    "said", [{3: -7}, {3: -9}, {4: [2]}, {4: ["sign", 7]}, {2: b"kid"}, {99: "unknown"}]
)
def test_what_else_a_key_says_may_stand(said: CborMap) -> None:
    """
    An algorithm of its own, an operation we need, and what nobody defined.
    """
    assert P256.x == parse_cose_key(EC2 | said).x


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        EC2 | {1: 1},
        EC2 | {-1: 2},
        EC2 | {-1: 6},
        EC2 | {1: "EC2"},
        EC2 | {-2: P256.x[1:]},
        EC2 | {-2: "x"},
        EC2 | {-3: P256.y + b"\0"},
        EC2 | {-3: P256.x},
        EC2 | {-3: None},
        EC2 | {-3: True, -2: b"\xff" * 32},
        EC2 | {-4: bytes(32)},
        EC2 | {3: -8},
        EC2 | {4: [1]},
        EC2 | {4: []},
        EC2 | {4: 2},
        OKP | {-3: bytes(32)},
        OKP | {-3: None},
        OKP | {-2: bytes(32)},
        OKP | {-1: 1},
    ],
    ids=lambda value: None,
)
def test_a_key_that_is_none_of_ours_is_refused(value: CborValue) -> None:
    """
    H40, H14: other curves, points off them, private parts, other uses.
    """
    with pytest.raises(CoseError) as caught:
        parse_cose_key(value)

    assert CoseFailure.KEY_REFUSED is caught.value.failure


def test_a_key_for_an_algorithm_we_do_not_have_is_refused() -> None:
    """
    And a key of ours that COSE has no number for is not written.
    """
    with pytest.raises(CoseError) as caught:
        parse_cose_key(EC2 | {3: -35})
    assert CoseFailure.ALGORITHM_REFUSED is caught.value.failure

    with pytest.raises(CoseError) as caught:
        cose_key(SoftwareSigner.generate(Algorithm.ML_DSA_44).public)
    assert CoseFailure.KEY_REFUSED is caught.value.failure
