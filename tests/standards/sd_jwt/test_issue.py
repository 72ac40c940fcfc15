"""What an issuer hides, and that it can be found again by the holder alone (section 4)."""

import math

import pytest

from keys import base64url, jws, strict_json
from keys.entropy import SYSTEM_ENTROPY
from keys.errors import KeysError, KeysFailure
from keys.strict_json import JsonObject, JsonValue
from standards.positions import Positions
from standards.sd_jwt.disclosure import SHA_256, HashAlgorithm, read_disclosures
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.frame import OPEN, Frame, everything, filled, only
from standards.sd_jwt.issue import SdJwt, issue
from tests.standards.sd_jwt.making import ISSUER, TYP, counting, verified

CLAIMS: JsonObject = {
    "name": "홍길동",
    "address": {"road": "세종대로", "city": "서울"},
    "members": ["홍판서", "춘섬"],
}


def issued(claims: JsonObject, frame: Frame, decoys: int = 0) -> SdJwt:
    """Issue with entropy that repeats from run to run."""
    return issue(
        claims,
        frame=frame,
        header={"typ": TYP},
        signer=ISSUER,
        entropy=counting(),
        decoys=decoys,
    )


def payload(sd_jwt: SdJwt) -> JsonObject:
    """Return what was signed."""
    return strict_json.loads_object(jws.parse(sd_jwt.jwt).payload)


def names(sd_jwt: SdJwt) -> list[str | None]:
    """Return the names of the disclosures, None for array elements."""
    return [one.name for one in read_disclosures(sd_jwt.disclosures, HashAlgorithm.SHA_256)]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (OPEN, []),
        (only([("name",)]), ["name"]),
        (only([("missing",), ("name", "below a text")]), []),
        (only([("address", "city")]), ["city"]),
        (only([("members", 1)]), [None]),
        (only([("members", None)]), [None, None]),
        (only([("members", 0), ("members", None), ("members",)]), [None, None, "members"]),
        (only([(None, "city"), ("address",)]), ["city", "address"]),
        (everything(), ["name", "road", "city", "address", None, None, "members"]),
        (everything(except_=["address", "members"]), ["name"]),
    ],
)
def test_a_frame_hides_what_it_names(frame: Frame, expected: list[str | None]) -> None:
    """By path, by wildcard, or everything; a wildcard speaks of the named elements too."""
    sd_jwt = issued(CLAIMS, frame)

    assert sorted(expected, key=str) == sorted(names(sd_jwt), key=str)
    assert CLAIMS == verified(sd_jwt.serialize()).claims


def test_the_hash_is_named_only_when_something_is_hidden() -> None:
    """SD-JWT VC 3.2.2.4: without disclosures there is no `_sd` and no `_sd_alg`."""
    assert CLAIMS == payload(issued(CLAIMS, OPEN))
    assert "sha-256" == payload(issued(CLAIMS, only([("name",)])))["_sd_alg"]


def test_the_order_of_digests_says_nothing() -> None:
    """Digests are sorted (4.2.4.1), so the order of claims cannot be read from them."""
    claims: JsonObject = {f"claim-{i}": i for i in range(12)}

    digests = payload(issued(claims, everything()))["_sd"]

    assert isinstance(digests, list)
    assert 12 == len(digests)
    assert sorted(digests, key=str) == digests


def test_every_salt_is_used_once_and_long_enough() -> None:
    """Section 9.3: 128 bits at least, a new one for every claim; here more than one block."""
    claims: JsonObject = {f"claim-{i}": i for i in range(100)}
    sd_jwt = issue(
        claims,
        frame=everything(),
        header={"typ": TYP},
        signer=ISSUER,
        entropy=SYSTEM_ENTROPY,
        decoys=3,
    )

    salts = [one.salt for one in read_disclosures(sd_jwt.disclosures, HashAlgorithm.SHA_256)]

    assert 100 == len(set(salts))
    assert all(len(base64url.decode(salt)) * 8 >= 128 for salt in salts)


def test_a_dozen_claims_cost_one_call_of_entropy() -> None:
    """The salts of an ordinary credential come from a single draw."""
    calls: list[int] = []

    def entropy(size: int) -> bytes:
        calls.append(size)
        return SYSTEM_ENTROPY(size)

    claims: JsonObject = {f"claim-{i}": i for i in range(12)}
    issue(claims, frame=everything(), header={"typ": TYP}, signer=ISSUER, entropy=entropy)

    assert 1 == len(calls)


def _count(value: JsonValue) -> int:
    """Count the digests anywhere in a payload."""
    match value:
        case {"...": str()}:
            return 1
        case dict():
            digests = value.get("_sd", [])
            own = len(digests) if isinstance(digests, list) else 0
            return own + sum(_count(inner) for name, inner in value.items() if name != "_sd")
        case list():
            return sum(_count(inner) for inner in value)
        case _:
            return 0


def test_decoys_stand_where_something_is_hidden() -> None:
    """4.2.5: two in each object and array that hides something, none elsewhere."""
    sd_jwt = issued(CLAIMS, only([("name",), ("members", None)]), decoys=2)

    signed = payload(sd_jwt)

    assert 3 + 2 * 2 == _count(signed)
    assert {"road": "세종대로", "city": "서울"} == signed["address"]
    assert CLAIMS == verified(sd_jwt.serialize()).claims


def test_decoys_move_no_element() -> None:
    """4.2.4.2: each placeholder stands where its claim does; decoys come behind the last."""
    members: list[JsonValue] = ["a", "b", "c"]
    sd_jwt = issued({"members": members, "open": 1}, only([("members", None)]), decoys=3)

    seen = verified(sd_jwt.serialize())

    assert members == seen.claims["members"]
    assert Positions({("members",): (0, 1, 2)}) == seen.positions
    assert 3 + 3 == _count(payload(sd_jwt))


def test_decoys_look_like_digests() -> None:
    """They have the length of a digest and none of them is at a fixed place."""
    sd_jwt = issued(CLAIMS, everything(), decoys=4)
    digests = payload(sd_jwt)["_sd"]

    assert isinstance(digests, list)
    assert {43} == {len(str(digest)) for digest in digests}
    assert 3 + 4 == len(digests)


def test_an_object_does_not_tell_how_many_of_its_members_are_there() -> None:
    """4.2.5: as many digests as there may be members, decoys in the places left."""
    paths = [("name",), ("nickname",), ("home",), ("home", "road"), ("home", "city")]
    frame = filled([*paths, ("pets",), ("pets", None), ("pets", None, "name")])
    full: JsonObject = {"name": "홍길동", "nickname": "길", "home": {"road": "a", "city": "b"}}
    less: JsonObject = {"name": "홍길동", "home": {}, "pets": [{}, {"name": "흰둥이"}]}
    for claims in (full, less):
        made = issued(claims, frame, decoys=1)
        shown = verified(made.serialize())
        inner = [one.value for one in read_disclosures(made.disclosures, SHA_256)]

        assert claims == shown.claims
        assert 4 == _digests(payload(made))
        assert {2, 1} >= {_digests(value) for value in inner if isinstance(value, dict)}


def _digests(claims: JsonObject) -> int:
    digests = claims["_sd"]
    assert isinstance(digests, list)
    return len(digests)


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
@pytest.mark.parametrize("frame", [OPEN, everything()])
def test_a_claim_named_like_a_carrier_is_not_issued(name: str, frame: Frame) -> None:
    """4.1: at any depth, hidden or open; a holder's reader would take it for digests."""
    nested: list[JsonObject] = [{name: 1}, {"a": {name: 1}}, {"a": [[{name: 1}]]}]
    for claims in nested:
        with pytest.raises(SdJwtError) as caught:
            issued(claims, frame)
        assert SdJwtFailure.CLAIM_NAME_RESERVED == caught.value.failure


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800"])
def test_what_json_cannot_carry_is_not_issued(value: JsonValue) -> None:
    """The quick writer would turn a NaN into null; nothing is signed that was not meant."""
    with pytest.raises(KeysError) as caught:
        issued({"name": value, "nothing": None}, everything())
    assert KeysFailure.MALFORMED == caught.value.failure


@pytest.mark.parametrize("value", [None, "null", 2**70, [None, 2**65]])
def test_what_the_quick_writer_cannot_carry_is_issued_all_the_same(value: JsonValue) -> None:
    """Nulls and integers beyond 64 bits take the careful way."""
    claims: JsonObject = {"name": value}

    assert claims == verified(issued(claims, everything()).serialize()).claims


def test_the_claims_given_are_left_as_they_were() -> None:
    """Issuing copies: the authority's own record keeps its form."""
    before = strict_json.dumps(CLAIMS)

    issued(CLAIMS, everything(), decoys=1)

    assert before == strict_json.dumps(CLAIMS)


def test_what_is_kept_open_is_signed_as_it_is() -> None:
    """Claims of the format above stand beside the digests, whatever the frame says."""
    sd_jwt = issue(
        {"a": 1},
        frame=everything(),
        header={"typ": TYP},
        signer=ISSUER,
        entropy=counting(),
        kept_open={"vct": "type"},
    )

    assert "type" == payload(sd_jwt)["vct"]
    assert {"vct": "type", "a": 1} == verified(sd_jwt.serialize()).claims
