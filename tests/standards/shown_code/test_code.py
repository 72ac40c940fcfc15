"""A presentation becomes a code and comes back byte for byte; nothing else comes back at all."""

import hashlib
import json
import random
import time
import tracemalloc
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.strict_json import JsonValue
from standards.sd_jwt_vc.credential import SET_BY_FORMAT
from standards.shown_code.code import (
    MAX_TEXT,
    PREFIX,
    SUFFIX,
    ShownCode,
    chain_octets,
    request_sha256,
    shown_code,
)
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure
from standards.shown_code.packing import DICTIONARY, MAX_UNPACKED
from tests.standards.shown_code.making import (
    CLAIMS,
    X5C,
    code_of,
    deflated,
    drawn,
    inflated,
    parts_of,
    presentation,
)

VECTOR = Path(__file__).resolve().parents[3] / "docs" / "vectors" / "shown-code.json"
MADE = presentation()
CODE = shown_code(MADE)

# Without NUL and halves of characters, which no JSON of ours holds (H63).
letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
names = st.text(letters, min_size=1, max_size=8).filter(
    lambda name: name not in SET_BY_FORMAT | {"_sd", "_sd_alg", "..."}
)
values: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.text(letters, max_size=12)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=8,
)


def refused(text: str) -> ShownCodeFailure:
    with pytest.raises(ShownCodeError) as caught:
        ShownCode.parse(text)
    assert len(str(caught.value)) < 200
    return caught.value.failure


@given(st.dictionaries(names, values, max_size=3), st.data())
def test_every_presentation_comes_back_byte_for_byte(
    claims: dict[str, JsonValue], data: st.DataObject
) -> None:
    """
    Whatever is claimed and whatever of it is shown: the text is the very same.
    """
    shown = data.draw(st.sets(st.sampled_from(sorted(claims)))) if claims else set()
    escaped = (name.replace("\\", "\\\\").replace(".", "\\.") for name in shown)
    paths = [f"\\{name}" if name == "*" or name.isdigit() else name for name in escaped]
    made = presentation(claims, paths)

    code = ShownCode.parse(shown_code(made))

    assert made == code.restored(chain_octets(made))
    assert made.rpartition("~")[2] == code.kb_jwt
    assert hashlib.sha256(chain_octets(made)).digest() == code.chain_sha256


@given(st.lists(st.binary(max_size=40), min_size=4, max_size=8), st.binary(max_size=20))
def test_even_octets_that_are_no_json_come_back(parts: list[bytes], tail: bytes) -> None:
    """
    Nothing is read as JSON on the way, so there is nothing that could be written otherwise.
    """
    header = b'{"x5c" : [ "a", "b" ]' + tail.replace(b"[", b"").replace(b'"', b"")
    payload, signature, *rest = map(base64url.encode, parts)
    binding = ".".join((*rest[:2], base64url.encode(tail)))
    shown = "~".join((f"{base64url.encode(header)}.{payload}.{signature}", *rest[2:], binding))

    assert shown == ShownCode.parse(shown_code(shown)).restored(b'[ "a", "b" ]')


def test_a_code_is_small_and_holds_no_certificate() -> None:
    """
    CBOR of octets without the chain, in the characters a QR code holds best.
    """
    chain = json.dumps([*X5C], separators=(",", ":")).encode()

    assert chain == chain_octets(presentation())
    assert X5C[0].encode() not in inflated(CODE)
    assert CODE.startswith(PREFIX)
    assert CODE.endswith(SUFFIX)
    assert set(CODE) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(CODE) < len(MADE)


def test_the_reader_agrees_with_a_general_one() -> None:
    """
    What is written is canonical CBOR (RFC 8949 section 4.2.1), readable by anybody.
    """
    head, sha256, tail, payload, signature, shown, *binding = parts_of(CODE)
    chain = chain_octets(MADE)

    assert cbor2.dumps(parts_of(CODE), canonical=True) == inflated(CODE)
    assert hashlib.sha256(chain).digest() == sha256
    issuer_jwt, disclosure, kb_jwt = MADE.split("~")
    assert issuer_jwt.split(".")[0] == base64url.encode(head + chain + tail)
    assert issuer_jwt.split(".")[1] == base64url.encode(payload)
    assert len(signature) == 64
    assert [disclosure] == [base64url.encode(one) for one in shown]
    assert kb_jwt.split(".")[:2] == [base64url.encode(one) for one in binding[:2]]


def test_the_published_vector() -> None:
    """
    docs/vectors/shown-code.json: the code opens to the presentation, the parts are as written.
    """
    vector = json.loads(VECTOR.read_text("utf-8"))
    code = ShownCode.parse(vector["code"])

    assert vector["dictionary"] == DICTIONARY.decode()
    assert vector["chain_sha256"] == code.chain_sha256.hex()
    assert vector["presentation"] == code.restored(vector["x5c"].encode())
    assert vector["cbor"] == inflated(vector["code"]).hex()
    assert vector["cbor"] == inflated(shown_code(vector["presentation"])).hex()
    assert vector["request_sha256"] == request_sha256(vector["nonce"]).hex()
    for text in vector["refused"].values():
        refused(text)


def test_another_chain_is_not_put_back() -> None:
    """
    The hash says which octets belong there; no others do.
    """
    with pytest.raises(ShownCodeError) as caught:
        ShownCode.parse(CODE).restored(b'["MIIB"]')

    assert ShownCodeFailure.WRONG_CHAIN == caught.value.failure


def with_part(index: int, part: object) -> str:
    parts = parts_of(CODE)
    parts[index] = part
    return code_of(parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MD1",
        "md1:AB.",
        "MD2:AB.",
        "HC1:NCF",
        "https://wallet.example",
        presentation(),
        " MD1:",
    ],
    ids=["empty", "half", "small", "later", "health", "link", "token", "space"],
)
def test_what_is_not_ours_is_foreign(text: str) -> None:
    """
    Another program's code, another version's, a link: told apart from a damaged one of ours.
    """
    assert ShownCodeFailure.FOREIGN == refused(text)


@pytest.mark.parametrize(
    "text",
    [
        PREFIX,
        PREFIX + SUFFIX,
        CODE[:-1],
        CODE[:-40] + SUFFIX,
        PREFIX + CODE[8:],
        CODE.lower().replace("md1", "MD1"),
        PREFIX + "0" * MAX_TEXT + SUFFIX,
        drawn(b"\xff\xff\xff"),
        drawn(deflated(inflated(CODE)) + b"\x00"),
        drawn(deflated(inflated(CODE))[:-1]),
        drawn(deflated(inflated(CODE), DICTIONARY[:-10])),
        drawn(deflated(b"")),
        drawn(deflated(inflated(CODE) + b"\x00")),
        drawn(deflated(inflated(CODE)[:-1])),
        code_of(parts_of(CODE)[:-1]),
        code_of([*parts_of(CODE), b""]),
        with_part(1, b"short"),
        with_part(1, "text"),
        with_part(3, 7),
        with_part(5, b""),
        with_part(5, ["text"]),
        with_part(5, [[b""]]),
        with_part(5, {b"": b""}),
        drawn(deflated(b"\x9f" + inflated(CODE)[1:] + b"\xff")),
        drawn(deflated(b"\x98\x09" + inflated(CODE)[1:])),
        drawn(deflated(b"\xd9\xd9\xf7" + inflated(CODE))),
        drawn(deflated(b"\x9a\x00\x00\x00\x09" + inflated(CODE)[1:])),
        drawn(deflated(b"\x89\x5b" + b"\x3f" + b"\xff" * 7)),
        drawn(deflated(b"\x81" * 10000)),
        drawn(deflated(b"\xc5\x82\x1b\x7f" + b"\xff" * 7 + b"\x01")),
    ],
    ids=[
        *("only the prefix", "nothing packed", "no full stop", "cut off", "begun too late"),
        *("small letters", "too long", "no stream", "followed by an octet", "cut stream"),
        *("another dictionary", "no array", "followed by an item", "cut item", "eight parts"),
        *("ten parts", "short hash", "text for a hash", "number", "no array of disclosures"),
        *("text disclosed", "nested", "map", "indefinite length", "long form", "tagged"),
        *("four-octet length", "2^62 octets", "10,000 arrays", "bigfloat bomb"),
    ],
)
def test_what_we_never_write_is_damaged(text: str) -> None:
    """
    H46 and its like: one spelling only, and nothing is built of what was declared.
    """
    started = time.perf_counter()

    assert ShownCodeFailure.DAMAGED == refused(text)
    assert time.perf_counter() - started < 0.1


def test_a_bomb_is_stopped_at_the_limit() -> None:
    """
    H43's sibling: what unpacks to megabytes is given up after 16 KiB.
    """
    bomb = deflated(b"\x89\x59\xff\xff" + b"\x00" * 20_000_000)[:2800]
    tracemalloc.start()
    try:
        assert ShownCodeFailure.DAMAGED == refused(drawn(bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * MAX_UNPACKED + 256 * 1024


def test_five_thousand_hostile_codes_are_refused_or_harmless() -> None:
    """
    Characters, octets and parts are changed at random: every one is refused by name, or is a code
    of the same form that then proves nothing.
    """
    chance = random.Random(20261122)
    refusals = {ShownCodeFailure.FOREIGN: 0, ShownCodeFailure.DAMAGED: 0}
    for _ in range(5000):
        text = _changed(chance)
        try:
            code = ShownCode.parse(text)
        except ShownCodeError as error:
            refusals[error.failure] += 1
        else:
            assert 32 == len(code.chain_sha256)
            with pytest.raises(ShownCodeError):
                code.restored(b"[]")

    assert refusals[ShownCodeFailure.DAMAGED] > 2000
    assert refusals[ShownCodeFailure.FOREIGN] > 0


def _changed(chance: random.Random) -> str:
    match chance.randrange(5):
        case 0:
            at = chance.randrange(len(CODE))
            return CODE[:at] + chance.choice("0Z$:. a~\u00e9") + CODE[at + 1 :]
        case 1:
            return CODE[: chance.randrange(len(CODE))] + SUFFIX
        case 2:
            octets = bytearray(inflated(CODE))
            for _ in range(chance.randrange(1, 4)):
                octets[chance.randrange(len(octets))] = chance.randrange(256)
            return drawn(deflated(bytes(octets)))
        case 3:
            return drawn(chance.randbytes(chance.randrange(400)))
        case _:
            return drawn(deflated(chance.randbytes(chance.randrange(400))))


def failure_of(text: str) -> ShownCodeFailure:
    with pytest.raises(ShownCodeError) as caught:
        shown_code(text)
    return caught.value.failure


def without_chain(made: str) -> str:
    header, _, rest = made.partition(".")
    plain = json.loads(base64url.decode(header))
    del plain["x5c"]
    return f"{base64url.encode(json.dumps(plain).encode())}.{rest}"


def with_two_chains(made: str) -> str:
    header, _, rest = made.partition(".")
    longer = base64url.decode(header)[:-1] + b',"more":{"x5c":["A"]}}'
    return f"{base64url.encode(longer)}.{rest}"


@pytest.mark.parametrize(
    "change",
    [
        without_chain,
        with_two_chains,
        lambda made: made.rpartition("~")[0] + "~",
        lambda made: made.replace("~", "~!~", 1),
        lambda made: made.replace(".", "", 1),
        lambda made: "",
    ],
    ids=["no chain", "two chains", "no key binding", "not base64url", "two parts", "empty"],
)
def test_other_forms_are_not_written(change: Any) -> None:
    """
    A code that could not be read again is not drawn.
    """
    assert ShownCodeFailure.UNSUPPORTED == failure_of(change(presentation()))


@pytest.mark.parametrize(
    "claim",
    ["x" * 20_000, base64url.encode(random.Random(1).randbytes(4000))],
    ids=["octets", "characters"],
)
def test_what_does_not_fit_is_not_written(claim: str) -> None:
    """
    Neither more octets than are unpacked again, nor more characters than the largest code holds.
    """
    made = presentation({**CLAIMS, "photo": claim}, ["photo"])

    assert ShownCodeFailure.TOO_LARGE == failure_of(made)


@pytest.mark.parametrize(
    "text", ["!.a.b", without_chain(presentation())], ids=["not base64url", "no chain"]
)
def test_a_header_without_a_chain_has_none(text: str) -> None:
    """
    What cannot be found is not guessed.
    """
    with pytest.raises(ShownCodeError) as caught:
        chain_octets(text)
    assert ShownCodeFailure.UNSUPPORTED == caught.value.failure
