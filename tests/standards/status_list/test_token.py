"""The Status List Token in JWT form, and the credential's pointer to it (5.1, 6.2, 8.3)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys import jws, strict_json
from keys.jws import UnverifiedJws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.verification_key import Algorithm
from standards.status_list.bits import Status, StatusList
from standards.status_list.errors import StatusListError, StatusListFailure
from standards.status_list.reference import StatusReference
from standards.status_list.token import (
    MAX_TOKEN,
    VerifiedStatusList,
    issue_status_token,
    parse_status_token,
    verify_status_token,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URI = "https://registry.example/issuers/resident-registry/status/1"
SIGNER = SoftwareSigner.generate()
KEY = SIGNER.public.verification_key()
STATUSES = StatusList.of(2, 1000, [(7, Status.INVALID), (9, Status.SUSPENDED)])
_F = StatusListFailure


def issued() -> str:
    """Return a token good for a day, fresh for an hour."""
    return issue_status_token(
        STATUSES,
        uri=URI,
        signer=SIGNER,
        x5c=["MIIB"],
        now=NOW,
        exp=NOW + timedelta(days=1),
        ttl=timedelta(hours=1),
    )


def read(token: str, *, seconds: float = 0) -> VerifiedStatusList:
    """Verify a token some seconds after it was issued."""
    now = NOW + timedelta(seconds=seconds)
    return verify_status_token(parse_status_token(token), KEY, expected_uri=URI, now=now)


def changed(changes: JsonObject, typ: str = "statuslist+jwt") -> str:
    """Return a well-signed token with some claims changed; None leaves a claim out."""
    claims = strict_json.loads_object(jws.parse(issued()).payload) | changes
    kept: JsonObject = {name: value for name, value in claims.items() if value is not None}
    return jws.sign({"typ": typ}, strict_json.dumps(kept), SIGNER)


def assert_refused(token: str, failure: StatusListFailure, *, seconds: float = 0) -> None:
    """Check that a token is refused for exactly this reason."""
    with pytest.raises(StatusListError) as caught:
        read(token, seconds=seconds)
    assert failure == caught.value.failure


def test_a_token_answers_for_its_credentials() -> None:
    """Valid, revoked, suspended; and how long the answer may be relied on and kept."""
    seen = read(issued())

    assert [Status.VALID, Status.INVALID, Status.SUSPENDED] == [
        seen.status_at(index) for index in (0, 7, 9)
    ]
    assert URI == seen.uri
    assert NOW == seen.issued_at
    assert NOW + timedelta(days=1) == seen.expires_at
    assert NOW + timedelta(hours=1) == seen.fresh_until


def test_the_chain_stands_in_the_header() -> None:
    """HAIP 6.1: the key comes from `x5c`, before anything is believed."""
    assert ["MIIB"] == parse_status_token(issued()).header["x5c"]


def test_exp_and_ttl_may_be_absent() -> None:
    """5.1: both are optional; then nothing is known of how long it holds."""
    seen = read(changed({"exp": None, "ttl": None}))

    assert seen.expires_at is None
    assert seen.fresh_until is None


@pytest.mark.parametrize("seconds", [-60, 0, 86460])
def test_a_token_is_good_to_the_edge(seconds: float) -> None:
    """H19: from a skew before `iat` to a skew after `exp`."""
    assert Status.VALID is read(issued(), seconds=seconds).status_at(0)


@pytest.mark.parametrize(
    ("seconds", "failure"), [(-61, _F.NOT_YET_VALID), (86461, _F.EXPIRED), (1e7, _F.EXPIRED)]
)
def test_a_token_is_refused_beyond_the_edge(seconds: float, failure: StatusListFailure) -> None:
    """13.7: after `exp` the list must not be relied on."""
    assert_refused(issued(), failure, seconds=seconds)


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"sub": URI + "/"}, _F.WRONG_SUBJECT),
        ({"sub": URI.upper()}, _F.WRONG_SUBJECT),
        ({"sub": None}, _F.WRONG_SUBJECT),
        ({"sub": [URI]}, _F.WRONG_SUBJECT),
        ({"iat": None}, _F.REFUSED),
        ({"iat": "today"}, _F.REFUSED),
        ({"exp": "tomorrow"}, _F.REFUSED),
        ({"ttl": 0}, _F.REFUSED),
        ({"ttl": -1}, _F.REFUSED),
        ({"ttl": True}, _F.REFUSED),
        ({"ttl": "3600"}, _F.REFUSED),
        ({"ttl": 1e300}, _F.REFUSED),
        ({"status_list": None}, _F.MALFORMED),
        ({"status_list": []}, _F.MALFORMED),
        ({"status_list": {"bits": 3, "lst": "eNo"}}, _F.MALFORMED),
    ],
)
def test_a_claim_that_is_wrong_is_refused(changes: JsonObject, failure: StatusListFailure) -> None:
    """8.3: subject, times, ttl, list; each with its own failure."""
    assert_refused(changed(changes), failure)


@pytest.mark.parametrize("typ", ["JWT", "statuslist+cwt", "StatusList+JWT", "dc+sd-jwt"])
def test_a_token_of_another_type_is_refused(typ: str) -> None:
    """H8: types are compared letter for letter."""
    assert_refused(changed({}, typ), _F.WRONG_TYP)


def test_another_key_is_refused() -> None:
    """5.1: a bad signature is the end of it."""
    token = parse_status_token(issued())

    def verify_with(other: SoftwareSigner, of: UnverifiedJws) -> StatusListFailure:
        with pytest.raises(StatusListError) as caught:
            verify_status_token(of, other.public.verification_key(), expected_uri=URI, now=NOW)
        return caught.value.failure

    assert _F.SIGNATURE_INVALID == verify_with(SoftwareSigner.generate(), token)
    assert _F.REFUSED == verify_with(SoftwareSigner.generate(Algorithm.ED25519), token)


@pytest.mark.parametrize(
    ("token", "failure"),
    [
        ("", _F.REFUSED),
        ("a.b.c", _F.REFUSED),
        ("A" * MAX_TOKEN, _F.REFUSED),
        ("A" * (MAX_TOKEN + 1), _F.TOO_LARGE),
        ("." * 1_000_000, _F.REFUSED),
    ],
)
def test_h50_a_text_that_is_no_token_is_refused(token: str, failure: StatusListFailure) -> None:
    """H50: measured before it is decoded."""
    assert_refused(token, failure)


def test_the_largest_list_fits_in_a_token() -> None:
    """A million credentials of random statuses, two bits each: no limit is in its way."""
    octets = SIGNER.sign(b"seed") * (2**18 // 64)
    token = issue_status_token(
        StatusList(2, octets),
        uri=URI,
        signer=SIGNER,
        x5c=(),
        now=NOW,
        exp=NOW + timedelta(days=1),
        ttl=timedelta(hours=1),
    )

    assert 2**20 == read(token).statuses.size


def test_r13_no_changed_character_is_accepted() -> None:
    """R13: each character of a token replaced by another, 100 % of the places."""
    token = issued()
    for place, character in enumerate(token):
        other = "A" if character != "A" else "B"
        with pytest.raises(StatusListError):
            read(token[:place] + other + token[place + 1 :])


def test_the_example_of_the_text_is_read(vectors: Path) -> None:
    """The JWT vector: its type, subject, list and times; its key is not published with it."""
    text = (vectors / "token-status-list" / "statuslist.jwt").read_text().strip()

    token = parse_status_token(text)

    claims = strict_json.loads_object(token.payload)
    assert "statuslist+jwt" == token.typ
    assert "https://example.com/statuslists/1" == claims["sub"]
    statuses = StatusList.parse(claims["status_list"])
    assert [1, 0, 0, 1, 1, 1, 0, 1] == [statuses.value_at(index) for index in range(8)]


def test_a_reference_is_written_and_read() -> None:
    """6.2: a list's address and an index in it; other members are ignored (H75)."""
    reference = StatusReference(URI, 42)

    assert {"status_list": {"idx": 42, "uri": URI}} == reference.as_claim()
    assert reference == StatusReference.parse(reference.as_claim() | {"other": 1})


@pytest.mark.parametrize(
    "value",
    [
        {"status_list": {"idx": -1, "uri": URI}},
        {"status_list": {"idx": "1", "uri": URI}},
        {"status_list": {"idx": 1.0, "uri": URI}},
        {"status_list": {"idx": True, "uri": URI}},
        {"status_list": {"idx": 1}},
        {"status_list": {"uri": URI}},
        {"status_list": {"idx": 1, "uri": ""}},
        {"status_list": {"idx": 1, "uri": "https://" + "a" * 2048}},
        {"status_list": {"idx": 1, "uri": [URI]}},
        {"status_list": [1, URI]},
        {"identifier_list": {"id": "1"}},
        {},
        None,
        "status",
    ],
)
def test_h45_a_reference_of_another_form_is_refused(value: JsonValue) -> None:
    """H45: an index below 0, of another type, or a mechanism we cannot check."""
    with pytest.raises(StatusListError) as caught:
        StatusReference.parse(value)
    assert _F.REFERENCE_MALFORMED == caught.value.failure
