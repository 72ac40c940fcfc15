"""One signature in COSE: made by any signer, checked over the octets that came (RFC 9052)."""

from collections.abc import Callable

import pytest

from keys.signer import SoftwareSigner
from keys.verification_key import Algorithm
from standards.cbor.read import loads
from standards.cbor.value import CborValue, Encodable, Tagged
from standards.cbor.write import dumps
from standards.cose.algorithm import algorithm_of, fulfils, number_of
from standards.cose.errors import CoseError, CoseFailure
from standards.cose.headers import TYP, X5CHAIN, x5chain_header
from standards.cose.key import parse_cose_key
from standards.cose.mac0 import parse_mac0, tag_of, verify_mac0
from standards.cose.sign1 import (
    UnverifiedSign1,
    attach,
    parse_sign1,
    parse_tagged_sign1,
    sign1,
    signing_input,
    verify_sign1,
)

SIGNER = SoftwareSigner.generate()
KEY = SIGNER.public.verification_key()
PAYLOAD = b"what is said"
_F = CoseFailure

# RFC 9052 appendix C.2.1 has a random signature of a key it publishes.
C21_SIGN1 = bytes.fromhex(
    "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac"
    "34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5"
    "a4c345cacb36"
)


def read(value: Encodable) -> UnverifiedSign1:
    """Read an untagged structure as it arrives."""
    return parse_sign1(loads(dumps(value)))


def refusal(act: Callable[[], object]) -> CoseFailure:
    with pytest.raises(CoseError) as caught:
        act()
    return caught.value.failure


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ED25519])
def test_what_is_signed_is_verified(algorithm: Algorithm) -> None:
    """
    Any signer, with a header that is signed and one that is not.
    """
    signer = SoftwareSigner.generate(algorithm)
    seen = read(sign1(PAYLOAD, signer=signer, protected={TYP: "a type"}, unprotected={4: b"11"}))

    assert PAYLOAD == verify_sign1(seen, signer.public.verification_key())
    assert "a type" == seen.headers.protected[TYP]
    assert {4: b"11"} == seen.headers.unprotected
    assert seen == read(seen.as_cbor())


def test_the_example_of_the_text_is_read() -> None:
    """
    RFC 9052 appendix C.2.1: tag, headers, payload; and signed by the key of appendix C.7.1.
    """
    seen = parse_tagged_sign1(loads(C21_SIGN1))
    key = parse_cose_key(
        {
            1: 2,
            -1: 1,
            -2: bytes.fromhex("bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"),
            -3: bytes.fromhex("20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e"),
        }
    )

    assert b"This is the content." == verify_sign1(seen, key.verification_key())
    assert dumps(Tagged(18, loads(dumps(seen.as_cbor())))) == C21_SIGN1


def test_a_signature_may_be_made_elsewhere() -> None:
    """
    The octets to sign go out, the signature comes back: the key may be on another device.
    """
    header = dumps({1: number_of(SIGNER.algorithm)})
    signature = SIGNER.sign(signing_input(header, PAYLOAD))

    seen = read(attach(header, None, signature))

    assert PAYLOAD == verify_sign1(seen, KEY, detached=PAYLOAD)


def test_a_payload_is_where_it_belongs() -> None:
    """
    Neither a detached payload that came along, nor one that is missing.
    """
    whole = read(sign1(PAYLOAD, signer=SIGNER))

    assert _F.PAYLOAD_REFUSED is refusal(lambda: verify_sign1(whole, KEY, detached=PAYLOAD))
    assert _F.PAYLOAD_REFUSED is refusal(lambda: verify_sign1(whole._replace(payload=None), KEY))


def test_another_key_is_refused() -> None:
    """
    Another key's signature, and a key for another algorithm.
    """
    seen = read(sign1(PAYLOAD, signer=SIGNER))
    other = SoftwareSigner.generate().public.verification_key()
    of_another_kind = SoftwareSigner.generate(Algorithm.ED25519).public.verification_key()

    assert _F.SIGNATURE_INVALID is refusal(lambda: verify_sign1(seen, other))
    assert _F.ALGORITHM_REFUSED is refusal(lambda: verify_sign1(seen, of_another_kind))


def test_a_signature_is_over_the_octets_that_came() -> None:
    """
    H38: a protected header spelled at length is signed as it is, and read.
    """
    header = bytes.fromhex("bf011826ff").replace(b"\x18\x26", b"\x38\x06")
    signature = SIGNER.sign(signing_input(header, PAYLOAD))

    assert PAYLOAD == verify_sign1(read(attach(header, PAYLOAD, signature)), KEY)


_ALG = dumps({1: -7})
MALFORMED: dict[str, CborValue] = {
    "a tag": Tagged(18, [_ALG, {}, b"", bytes(64)]),
    "a map": {},
    "three parts": [_ALG, {}, b""],
    "a signature in text": [_ALG, {}, b"", "x"],
    "a payload in text": [_ALG, {}, "x", bytes(64)],
    "a protected header that is a map": [{1: -7}, {}, b"", bytes(64)],
    "an unprotected header that is none": [_ALG, [], b"", bytes(64)],
    "a protected header that is no CBOR": [b"\xff", {}, b"", bytes(64)],
    "a protected header that is an array": [b"\x80", {}, b"", bytes(64)],
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_structure_is_refused(name: str) -> None:
    """
    H38: untagged where no tag belongs, four parts, each of its type.
    """
    assert _F.MALFORMED is refusal(lambda: parse_sign1(MALFORMED[name]))


@pytest.mark.parametrize("value", [[_ALG, {}, b"", bytes(64)], Tagged(17, []), Tagged(61, [])])
def test_a_tag_that_belongs_must_be_there(value: CborValue) -> None:
    """
    RFC 9052 section 2: this tag and no other around it.
    """
    assert _F.MALFORMED is refusal(lambda: parse_tagged_sign1(value))


@pytest.mark.parametrize(
    ("protected", "unprotected", "failure"),
    [
        ({1: -7, 4: b"1"}, {4: b"1"}, _F.HEADER_REFUSED),
        ({1: -7, 2: [4]}, {}, _F.HEADER_REFUSED),
        ({1: -7}, {2: [4]}, _F.HEADER_REFUSED),
        ({}, {1: -7}, _F.HEADER_REFUSED),
        ({}, {}, _F.ALGORITHM_REFUSED),
        ({1: -35}, {}, _F.ALGORITHM_REFUSED),
        ({1: "ES256"}, {}, _F.ALGORITHM_REFUSED),
        ({1: True}, {}, _F.ALGORITHM_REFUSED),
        ({1: -48}, {}, _F.ALGORITHM_REFUSED),
    ],
)
def test_a_header_that_says_too_much_or_too_little_is_refused(
    protected: Encodable, unprotected: Encodable, failure: CoseFailure
) -> None:
    """
    The algorithm is signed for and one we have; nothing is demanded; no label has two values.
    """
    assert failure is refusal(lambda: read([dumps(protected), unprotected, b"", bytes(64)]))


def test_an_empty_protected_header_may_have_no_octets() -> None:
    """
    Section 3: a string of no octets is an empty map, and has no algorithm.
    """
    assert _F.ALGORITHM_REFUSED is refusal(lambda: read([b"", {}, b"", bytes(64)]))


def test_a_chain_stands_in_either_header() -> None:
    """
    RFC 9360: one certificate is a string, several are an array, leaf first.
    """
    one = read(sign1(PAYLOAD, signer=SIGNER, unprotected=x5chain_header((b"leaf",))))
    two = read(sign1(PAYLOAD, signer=SIGNER, protected=x5chain_header((b"leaf", b"above"))))

    assert (b"leaf",) == one.headers.x5chain
    assert b"leaf" == one.headers.unprotected[X5CHAIN]
    assert (b"leaf", b"above") == two.headers.x5chain
    assert {} == x5chain_header(())


@pytest.mark.parametrize(
    "chain", [None, [], [b""], b"", ["text"], [b"1"] * 6, [b"1", 2], b"1" * (8 * 1024 + 1)]
)
def test_a_chain_that_is_none_is_refused(chain: CborValue) -> None:
    """
    At most five, each measured before it is read.
    """
    unprotected: Encodable = {} if chain is None else {X5CHAIN: chain}
    seen = read([_ALG, unprotected, b"", bytes(64)])

    assert _F.CHAIN_REFUSED is refusal(lambda: seen.headers.x5chain)


def test_numbers_mean_algorithms() -> None:
    """
    RFC 9864: the older numbers say the same with our curves; what signs nothing has none.
    """
    assert [Algorithm.ES256] * 2 + [Algorithm.ED25519] * 2 == [
        algorithm_of(number) for number in (-7, -9, -8, -19)
    ]
    assert _F.ALGORITHM_REFUSED is refusal(lambda: number_of(Algorithm.ML_DSA_44))


@pytest.mark.parametrize(
    ("number", "accepted"), [(-7, [-7]), (-7, [-9]), (-9, [-7]), (-8, [-19, -35]), (5, [5, -7])]
)
def test_an_algorithm_is_among_those_accepted(number: int, accepted: list[int]) -> None:
    """
    OpenID4VP B.2.2: by its number, or by one that means the same with the curve.
    """
    assert fulfils(number, accepted)
    assert fulfils(5, [-65537])


@pytest.mark.parametrize(("number", "accepted"), [(-7, [-8, -35]), (5, [-7]), (-35, [-36])])
def test_another_algorithm_is_not(number: int, accepted: list[int]) -> None:
    """
    OpenID4VP B.2.2: what is not in the list is not asked for.
    """
    assert not fulfils(number, accepted)


HEADER, SECRET = dumps({1: 5}), bytes(32)


def test_a_tag_is_verified() -> None:
    """
    Over the header and the detached payload, with the agreed key and no other.
    """
    mac0 = parse_mac0([HEADER, {}, None, tag_of(HEADER, PAYLOAD, SECRET)])

    verify_mac0(mac0, SECRET, detached=PAYLOAD)
    assert _F.TAG_INVALID is refusal(lambda: verify_mac0(mac0, b"x" * 32, detached=PAYLOAD))
    assert _F.TAG_INVALID is refusal(lambda: verify_mac0(mac0, SECRET, detached=b"other"))
    short = mac0._replace(tag=mac0.tag[:8])
    assert _F.TAG_INVALID is refusal(lambda: verify_mac0(short, SECRET, detached=PAYLOAD))


@pytest.mark.parametrize(
    ("value", "failure"),
    [
        (Tagged(17, [HEADER, {}, None, bytes(32)]), _F.MALFORMED),
        ([HEADER, {}, None], _F.MALFORMED),
        ([HEADER, {}, None, "tag"], _F.MALFORMED),
        ([HEADER, {}, b"payload", bytes(32)], _F.PAYLOAD_REFUSED),
        ([_ALG, {}, None, bytes(32)], _F.ALGORITHM_REFUSED),
    ],
)
def test_what_is_no_tag_is_refused(value: CborValue, failure: CoseFailure) -> None:
    """
    Untagged, four parts, detached, HMAC 256/256 and never shortened.
    """
    assert failure is refusal(lambda: parse_mac0(value))
