"""The Status List Token in CWT form (5.2, 8.3): the same list, signed in COSE."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest

from keys import jws, strict_json
from keys.signer import SoftwareSigner
from keys.verification_key import Algorithm
from standards.status_list.bits import MAX_UNPACKED, Status, StatusList
from standards.status_list.cwt import (
    MAX_CWT,
    TYP,
    issue_status_cwt,
    parse_status_cwt,
    status_cwt_chain,
    verify_status_cwt,
)
from standards.status_list.errors import StatusListError, StatusListFailure
from standards.status_list.token import VerifiedStatusList

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URI = "https://registry.example/issuers/resident-registry/status/1"
SIGNER = SoftwareSigner.generate()
STATUSES = StatusList.of(2, 1000, [(7, Status.INVALID), (9, Status.SUSPENDED)])
_F = StatusListFailure


def issued(statuses: StatusList = STATUSES, signer: SoftwareSigner = SIGNER) -> bytes:
    """A token good for a day, fresh for an hour."""
    return issue_status_cwt(
        statuses,
        uri=URI,
        signer=signer,
        x5c=["MIIB"],
        now=NOW,
        exp=NOW + timedelta(days=1),
        ttl=timedelta(hours=1),
    )


def read(token: bytes, *, seconds: float = 0) -> VerifiedStatusList:
    """Verify a token some seconds after it was issued."""
    return verify_status_cwt(
        parse_status_cwt(token),
        SIGNER.public.verification_key(),
        expected_uri=URI,
        now=NOW + timedelta(seconds=seconds),
    )


def signed(payload: bytes, typ: object = TYP) -> bytes:
    """A well-signed token of any payload, by a general writer."""
    header = cbor2.dumps({1: -7} if typ is None else {1: -7, 16: typ})
    signature = SIGNER.sign(cbor2.dumps(["Signature1", header, b"", payload]))
    return cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, signature]))


def changed(changes: dict[int, Any], typ: object = TYP) -> bytes:
    """A well-signed token with some claims changed; None leaves a claim out."""
    claims = cbor2.loads(cbor2.loads(issued()).value[2]) | changes
    kept = {label: value for label, value in claims.items() if value is not None}
    return signed(cbor2.dumps(kept), typ)


def refusal(act: Callable[[], object]) -> StatusListFailure:
    with pytest.raises(StatusListError) as caught:
        act()
    return caught.value.failure


def test_a_token_answers_for_its_credentials() -> None:
    """
    Valid, revoked, suspended; and how long the answer may be relied on and kept.
    """
    seen = read(issued())

    assert [Status.VALID, Status.INVALID, Status.SUSPENDED] == [
        seen.status_at(index) for index in (0, 7, 9)
    ]
    assert (URI, NOW) == (seen.uri, seen.issued_at)
    assert NOW + timedelta(days=1) == seen.expires_at
    assert NOW + timedelta(hours=1) == seen.fresh_until


def test_the_structure_is_that_of_the_text() -> None:
    """
    TSL-4, 5.2: tag 18 and no other, the type signed for, numbered claims, the list in octets.
    """
    tag = cbor2.loads(issued())
    header, unprotected, payload, _ = tag.value

    assert 18 == tag.tag
    assert {1: -7, 16: "application/statuslist+cwt"} == cbor2.loads(header)
    assert {33: b"0\x82\x01"} == unprotected
    assert (b"0\x82\x01",) == status_cwt_chain(parse_status_cwt(issued()))
    claims = cbor2.loads(payload)
    assert {2, 4, 6, 65533, 65534} == claims.keys()
    assert 2 == claims[65533]["bits"]
    assert isinstance(claims[65533]["lst"], bytes)


def test_exp_and_ttl_may_be_absent() -> None:
    """
    5.2: both are optional; then nothing is known of how long it holds.
    """
    seen = read(changed({4: None, 65534: None}))

    assert (None, None) == (seen.expires_at, seen.fresh_until)


@pytest.mark.parametrize("seconds", [-60, 0, 86460])
def test_a_token_is_good_to_the_edge(seconds: float) -> None:
    """
    H19: from a skew before `iat` to a skew after `exp`.
    """
    assert Status.VALID is read(issued(), seconds=seconds).status_at(0)


@pytest.mark.parametrize(("seconds", "failure"), [(-61, _F.NOT_YET_VALID), (86461, _F.EXPIRED)])
def test_a_token_is_refused_beyond_the_edge(seconds: float, failure: StatusListFailure) -> None:
    """
    13.7: after `exp` the list must not be relied on.
    """
    assert failure is refusal(lambda: read(issued(), seconds=seconds))


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({2: URI + "/"}, _F.WRONG_SUBJECT),
        ({2: None}, _F.WRONG_SUBJECT),
        ({2: URI.encode()}, _F.WRONG_SUBJECT),
        ({6: None}, _F.REFUSED),
        ({6: "today"}, _F.REFUSED),
        ({4: b"tomorrow"}, _F.REFUSED),
        ({65534: 0}, _F.REFUSED),
        ({65534: True}, _F.REFUSED),
        ({65533: None}, _F.MALFORMED),
        ({65533: []}, _F.MALFORMED),
        ({65533: {"bits": 3, "lst": b""}}, _F.MALFORMED),
        ({65533: {"bits": True, "lst": b""}}, _F.MALFORMED),
        ({65533: {"bits": 1, "lst": "eNo"}}, _F.MALFORMED),
    ],
)
def test_a_claim_that_is_wrong_is_refused(
    changes: dict[int, Any], failure: StatusListFailure
) -> None:
    """
    8.3: subject, times, ttl, list; each with its own failure.
    """
    assert failure is refusal(lambda: read(changed(changes)))


@pytest.mark.parametrize("typ", ["statuslist+cwt", "application/statuslist+jwt", 61, None])
def test_a_token_of_another_type_is_refused(typ: object) -> None:
    """
    5.2: the whole media type, letter for letter.
    """
    assert _F.WRONG_TYP is refusal(lambda: read(changed({}, typ)))


@pytest.mark.parametrize("payload", [b"\xff", b"\x80"])
def test_claims_that_are_none_are_refused(payload: bytes) -> None:
    """
    Well signed, and no map.
    """
    assert _F.REFUSED is refusal(lambda: read(signed(payload)))


def test_another_key_is_refused() -> None:
    """
    5.2: a bad signature is the end of it.
    """
    other = issued(signer=SoftwareSigner.generate())
    of_another_kind = issued(signer=SoftwareSigner.generate(Algorithm.ED25519))

    assert _F.SIGNATURE_INVALID is refusal(lambda: read(other))
    assert _F.REFUSED is refusal(lambda: read(of_another_kind))


TOKENS = {
    "nothing": (b"", _F.REFUSED),
    "no CBOR": (b"\xff", _F.REFUSED),
    "untagged": (cbor2.dumps(cbor2.loads(issued()).value), _F.REFUSED),
    "tagged as a CWT": (cbor2.dumps(cbor2.CBORTag(61, cbor2.loads(issued()))), _F.REFUSED),
    "a tag for a signature": (cbor2.dumps(cbor2.CBORTag(17, [b"", {}, b"", b""])), _F.REFUSED),
    "too large": (bytes(MAX_CWT + 1), _F.TOO_LARGE),
    "too deep": (b"\x81" * 100, _F.TOO_LARGE),
}


@pytest.mark.parametrize("name", TOKENS)
def test_octets_that_are_no_token_are_refused(name: str) -> None:
    """
    H46, H50: measured before they are read; a COSE_Sign1 with its tag and no other.
    """
    token, failure = TOKENS[name]

    assert failure is refusal(lambda: read(token))


def test_a_token_without_certificates_has_no_signer() -> None:
    """
    HAIP 6.1: the key comes from `x5chain`.
    """
    assert _F.REFUSED is refusal(lambda: status_cwt_chain(parse_status_cwt(changed({}))))


def test_the_largest_list_fits_in_a_token() -> None:
    """
    A million credentials of random statuses, two bits each; and a bomb does not.
    """
    octets = SIGNER.sign(b"seed") * (2**18 // 64)
    assert 2**20 == read(issued(StatusList(2, octets))).statuses.size

    bomb = changed({65533: StatusList(1, bytes(MAX_UNPACKED + 1)).as_cbor()})
    assert _F.TOO_LARGE is refusal(lambda: read(bomb))


def test_r13_no_changed_octet_is_accepted() -> None:
    """
    R13: each octet that is signed, and of the signature, 100 % of the places.
    """
    token = issued()
    chain = token.index(b"0\x82\x01")
    for place in range(len(token)):
        if place in range(chain - 4, chain + 3):
            continue  # the chain nobody trusts yet, in the header nobody signed
        octets = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        with pytest.raises(StatusListError):
            read(octets)


def test_the_example_of_the_text_is_read(vectors: Path) -> None:
    """
    The CWT vector: its type, its claims, and the same list as in the JWT vector; its key is not
    published with it.
    """
    folder = vectors / "token-status-list"
    token = parse_status_cwt(bytes.fromhex((folder / "statuslist.cwt.hex").read_text()))
    form = strict_json.loads_object(
        jws.parse((folder / "statuslist.jwt").read_text().strip()).payload
    )["status_list"]

    assert {1: -7, 16: TYP} == token.headers.protected
    claims = cbor2.loads(token.payload or b"")
    assert "https://example.com/statuslists/1" == claims[2]
    assert (1686920170, 2291720170, 43200) == (claims[6], claims[4], claims[65534])
    assert StatusList.parse(form) == StatusList.parse_cbor(claims[65533])
