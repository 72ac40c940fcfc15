"""The signed object, its signature and its times, each wrong in one way (H38, H40)."""

from datetime import datetime, timedelta

import cbor2
import pytest

from keys import base64url
from keys.signer import SoftwareSigner
from keys.verification_key import Algorithm
from standards.mdoc.credential import verify_mdoc
from standards.mdoc.errors import MdocFailure
from standards.mdoc.limits import MAX_TEXT
from standards.mdoc.parse import parse_issued_mdoc
from tests.keys.pki import leaf
from tests.standards.mdoc.making import (
    DAY,
    ISSUER,
    NAMESPACE,
    NOW,
    OTHER,
    ROOT,
    SHOWN,
    Change,
    closed,
    credential,
    held,
    issued,
    key_of,
    opened,
    refusal,
    resigned,
    set_to,
    shown,
    signature_of,
)

_F = MdocFailure


def tdate(moment: datetime) -> cbor2.CBORTag:
    return cbor2.CBORTag(0, f"{moment:%Y-%m-%dT%H:%M:%SZ}")


FORMS: dict[str, tuple[str, MdocFailure]] = {
    "nothing": ("", _F.MALFORMED),
    "no base64url": ("=", _F.MALFORMED),
    "no CBOR": (base64url.encode(b"\xff"), _F.MALFORMED),
    "no map": (closed([]), _F.MALFORMED),
    "too long": ("A" * (MAX_TEXT + 1), _F.TOO_LARGE),
    "too deep": (base64url.encode(b"\x81" * 100), _F.TOO_LARGE),
    "a member too many": (closed(opened(credential()) | {"x": 1}), _F.MALFORMED),
    "no issuerAuth": (closed({"nameSpaces": {}}), _F.MALFORMED),
    "a presentation": (shown(), _F.MALFORMED),
    "tagged issuerAuth": (signature_of(lambda s: cbor2.CBORTag(18, s)), _F.ISSUER_AUTH_REFUSED),
    "short issuerAuth": (signature_of(lambda s: s[:3]), _F.ISSUER_AUTH_REFUSED),
    "issuerAuth without a payload": (
        signature_of(lambda s: [s[0], s[1], None, s[3]]),
        _F.ISSUER_AUTH_REFUSED,
    ),
    "signed by another": (
        signature_of(lambda s: [*s[:3], SoftwareSigner.generate().sign(b"x")]),
        _F.ISSUER_SIGNATURE_INVALID,
    ),
    "alg of another key": (resigned(algorithm=-8), _F.ISSUER_AUTH_REFUSED),
    "alg nobody has": (resigned(algorithm=-35), _F.ISSUER_AUTH_REFUSED),
    "no chain": (signature_of(lambda s: [s[0], {}, *s[2:]]), _F.CHAIN_REFUSED),
    "a chain that is none": (
        signature_of(lambda s: [s[0], {33: b"DER"}, *s[2:]]),
        _F.CHAIN_REFUSED,
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_h38_what_is_no_issued_mdoc_is_refused(name: str) -> None:
    """
    H38: untagged, whole, of its size, signed by the key of the chain that came.
    """
    text, failure = FORMS[name]

    assert failure is refusal(lambda: held(text))


def test_a_fully_specified_algorithm_says_the_same() -> None:
    """
    HAIP 7: ES256 as -7 or as -9.
    """
    assert SHOWN == held(resigned(algorithm=-9)).claims


KEY, VALIDITY = ("deviceKeyInfo", "deviceKey"), "validityInfo"
MSOS: dict[str, tuple[Change, MdocFailure]] = {
    "version": (set_to("version", "2.0"), _F.MSO_MALFORMED),
    "no version": (set_to("version", None), _F.MSO_MALFORMED),
    "digest algorithm": (set_to("digestAlgorithm", "SHA-1"), _F.DIGEST_ALGORITHM_REFUSED),
    "other digest sizes": (set_to("digestAlgorithm", "SHA-512"), _F.MSO_MALFORMED),
    "no digests": (set_to("valueDigests", None), _F.MSO_MALFORMED),
    "digests of a number": (set_to(1, {0: bytes(32)}, "valueDigests"), _F.MSO_MALFORMED),
    "a digest's name": (set_to("0", bytes(32), "valueDigests", NAMESPACE), _F.MSO_MALFORMED),
    "a number below 0": (set_to(-1, bytes(32), "valueDigests", NAMESPACE), _F.MSO_MALFORMED),
    "a number of 2^32": (set_to(2**32, bytes(32), "valueDigests", NAMESPACE), _F.MSO_MALFORMED),
    "no type": (set_to("docType", None), _F.MSO_MALFORMED),
    "no holder's key": (set_to("deviceKey", None, "deviceKeyInfo"), _F.MSO_MALFORMED),
    "H40: another curve": (set_to(-1, 2, *KEY), _F.HOLDER_KEY_REFUSED),
    "a point off the curve": (set_to(-2, b"\1" * 32, *KEY), _F.HOLDER_KEY_REFUSED),
    "a private key": (set_to(-4, bytes(32), *KEY), _F.HOLDER_KEY_REFUSED),
    "no validity": (set_to(VALIDITY, None), _F.MSO_MALFORMED),
    "no end": (set_to("validUntil", None, VALIDITY), _F.MSO_MALFORMED),
    "a date that is text": (set_to("signed", "2026-11-22T09:00:00Z", VALIDITY), _F.MSO_MALFORMED),
    "a fraction": (
        set_to("signed", cbor2.CBORTag(0, "2026-11-22T09:00:00.5Z"), VALIDITY),
        _F.MSO_MALFORMED,
    ),
    "an offset": (
        set_to("signed", cbor2.CBORTag(0, "2026-11-22T18:00:00+09:00"), VALIDITY),
        _F.MSO_MALFORMED,
    ),
    "no such day": (
        set_to("signed", cbor2.CBORTag(0, "2026-02-30T09:00:00Z"), VALIDITY),
        _F.MSO_MALFORMED,
    ),
    "signed after it begins": (set_to("signed", tdate(NOW + DAY), VALIDITY), _F.MSO_MALFORMED),
    "over before it begins": (set_to("validUntil", tdate(NOW - DAY), VALIDITY), _F.MSO_MALFORMED),
    "signed before the certificate": (
        set_to("signed", tdate(NOW - 31 * DAY), VALIDITY),
        _F.SIGNED_OUTSIDE_CERTIFICATE,
    ),
    "a status of another kind": (
        set_to("status", {"identifier_list": {"id": b"1", "uri": "x"}}),
        _F.STATUS_REFUSED,
    ),
    "a status without a form": (set_to("status", {1: 2}), _F.STATUS_REFUSED),
    "a status below 0": (set_to("idx", -1, "status", "status_list"), _F.STATUS_REFUSED),
    "authorizations that are none": (
        set_to("keyAuthorizations", [], "deviceKeyInfo"),
        _F.MSO_MALFORMED,
    ),
    "an authorized number": (
        set_to("keyAuthorizations", {"nameSpaces": [1]}, "deviceKeyInfo"),
        _F.MSO_MALFORMED,
    ),
    "H39: a digest that is missing": (
        set_to("valueDigests", {NAMESPACE: {}, OTHER: {}}),
        _F.DIGEST_MISSING,
    ),
    "H39: digests of another namespace": (
        lambda mso: mso["valueDigests"].update({"x": mso["valueDigests"].pop(OTHER)}),
        _F.DIGEST_MISSING,
    ),
    "H39: another digest": (
        lambda mso: mso["valueDigests"][OTHER].update({0: bytes(32), 1: bytes(32)}),
        _F.DIGEST_MISMATCH,
    ),
}


@pytest.mark.parametrize("name", MSOS)
def test_a_signed_object_that_is_wrong_is_refused(name: str) -> None:
    """
    H39, H40: whatever its issuer signs.
    """
    change, failure = MSOS[name]

    assert failure is refusal(lambda: held(resigned(change)))


def test_what_nobody_defined_is_passed_over() -> None:
    """
    9.1.2.4: later editions may say more; and a digest may stand for no item.
    """
    text = resigned(
        lambda mso: (
            mso.update({"later": 1}),
            mso["valueDigests"].update({"x": {0: bytes(32)}}),
        )[0]
    )

    assert SHOWN == held(text).claims


def test_a_status_may_be_absent() -> None:
    """
    HAIP 5.3.1: it is optional.
    """
    assert held(resigned(set_to("status", None))).status is None


@pytest.mark.parametrize(
    "payload", [b"", b"\xff", b"\xa0", b"\xd8\x18\x41\xff", b"\xd8\x18\x41\x80"]
)
def test_a_signed_payload_that_is_no_object_is_refused(payload: bytes) -> None:
    """
    An embedded map, and nothing else that an issuer might sign.
    """
    header = cbor2.dumps({1: -7})
    signature = ISSUER.sign(cbor2.dumps(["Signature1", header, b"", payload]))
    text = signature_of(lambda parts: [header, parts[1], payload, signature])

    assert _F.MSO_MALFORMED is refusal(lambda: held(text))


@pytest.mark.parametrize("seconds", [-60, 0, 86460])
def test_it_is_good_to_the_edge(seconds: int) -> None:
    """
    H19: from a skew before it begins to a skew after it ends.
    """
    assert SHOWN == held(credential(), now=NOW + timedelta(seconds=seconds)).claims


@pytest.mark.parametrize(("seconds", "failure"), [(-61, _F.NOT_YET_VALID), (86461, _F.EXPIRED)])
def test_h40_beyond_its_time_it_is_refused(seconds: int, failure: MdocFailure) -> None:
    """
    H40: before validFrom, after validUntil.
    """
    now = NOW + timedelta(seconds=seconds)

    assert failure is refusal(lambda: held(credential(), now=now))


@pytest.mark.parametrize("days", [(-30, -1), (1, 30)], ids=["before", "after"])
def test_h40_a_certificate_of_another_time_is_refused(days: tuple[int, int]) -> None:
    """
    H40, 9.3.1: it was signed while the signer's certificate was good.
    """
    begins, ends = (NOW + day * DAY for day in days)
    signer = ROOT.make(leaf(begins=begins, ends=ends))
    text = issued(by=signer)

    assert _F.SIGNED_OUTSIDE_CERTIFICATE is refusal(lambda: held(text, by=signer))


def test_the_certificate_of_another_key_is_refused() -> None:
    """
    The chain stands in the header nobody signs: times and country are not borrowed from another's.
    """
    other = ROOT.make(leaf())
    text = signature_of(lambda parts: [parts[0], {33: other.der}, *parts[2:]])

    assert _F.CHAIN_REFUSED is refusal(lambda: held(text))


def test_another_issuers_key_is_refused() -> None:
    """
    9.1.2.4: signed by the leaf and nobody else.
    """
    another = ROOT.make(leaf())
    of_another_kind = SoftwareSigner.generate(Algorithm.ED25519).public.verification_key()
    unverified = parse_issued_mdoc(credential())

    assert _F.ISSUER_SIGNATURE_INVALID is refusal(
        lambda: verify_mdoc(unverified, key_of(another), now=NOW)
    )
    assert _F.ISSUER_AUTH_REFUSED is refusal(
        lambda: verify_mdoc(unverified, of_another_kind, now=NOW)
    )
