"""A presentation becomes a code and comes back byte for byte; nothing else comes back at all."""

import json
import random
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.strict_json import JsonValue
from standards.sd_jwt_vc.credential import SET_BY_FORMAT
from standards.shown_code.chain import chain_name, chain_octets, known_from
from standards.shown_code.code import (
    MAX_TEXT,
    PREFIX,
    SUFFIX,
    ShownCode,
    request_sha256,
    shown_code,
)
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure
from standards.shown_code.packing import DICTIONARY, MAX_UNPACKED, inflated, joined
from tests.standards.shown_code.making import (
    CLAIMS,
    X5C,
    code_of,
    deflated,
    drawn,
    packed,
    presentation,
    with_body,
)

VECTOR = Path(__file__).resolve().parents[3] / "docs" / "vectors" / "shown-code.json"
MADE = presentation()
CODE = shown_code(MADE)
# The x of P-256's own point (SP 800-186 section 3.2.1.3).
GENERATOR = bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
PLAIN = bytes(octet if octet > 8 else octet + 32 for octet in range(256))

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
    assert chain_name(chain_octets(made)) == code.chain_name


# Texts have no control characters; all else may come.
octets = st.binary(max_size=40).map(lambda found: found.translate(PLAIN))


@given(st.lists(octets, min_size=4, max_size=8), octets, st.binary(min_size=64, max_size=64))
def test_even_octets_that_are_no_json_come_back(
    parts: list[bytes], tail: bytes, signature: bytes
) -> None:
    """
    Nothing is read as JSON on the way, so there is nothing that could be written otherwise.
    """
    header = b'{"x5c" : [ "AAAA", "BBBB" ]' + tail.replace(b"[", b"").replace(b'"', b"")
    payload, *rest = map(base64url.encode, parts)
    signed = base64url.encode(signature)
    binding = ".".join((*rest[:2], signed))
    shown = "~".join((f"{base64url.encode(header)}.{payload}.{signed}", *rest[2:], binding))

    assert shown == ShownCode.parse(shown_code(shown)).restored(b'[ "AAAA", "BBBB" ]')


def test_a_code_is_small_and_holds_no_certificate() -> None:
    """
    Without the chain, without what a verifier computes, in the characters a QR code holds best.
    """
    chain = json.dumps([*X5C], separators=(",", ":")).encode()

    assert chain == chain_octets(presentation())
    assert CODE.startswith(PREFIX)
    assert CODE.endswith(SUFFIX)
    assert set(CODE) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(CODE) < len(MADE) * 0.6


def test_what_is_random_stands_there_once() -> None:
    """
    Two signatures, digests, the x of the key, salt, nonce and three times; neither y nor sd_hash.
    """
    values = packed(CODE).values
    issuer_jwt, disclosure, kb_jwt = MADE.split("~")
    payload = json.loads(base64url.decode(issuer_jwt.split(".")[1]))
    salt, *_ = json.loads(base64url.decode(disclosure))
    hidden = b"".join(map(base64url.decode, payload["_sd"]))
    key = payload["cnf"]["jwk"]

    assert 64 * 2 + 32 * 3 + 32 + 18 + 16 + 4 * 2 == len(values)
    for random_ in (*map(base64url.decode, (salt, key["x"])), hidden):
        assert random_ in values
    assert base64url.decode(key["y"]) not in values
    assert base64url.decode(kb_jwt.split(".")[2]) in values


def test_a_lying_hash_is_carried_as_it_is() -> None:
    """
    Only the sd_hash that belongs to what is shown is left out; another one comes back, and fails.
    """
    issuer_jwt, _, kb_jwt = MADE.split("~")
    lie = f"{issuer_jwt}~{kb_jwt}"

    assert lie == ShownCode.parse(shown_code(lie)).restored(chain_octets(lie))
    assert b"sd_hash" in ShownCode.parse(CODE).binding


def test_the_published_vector() -> None:
    """
    docs/vectors/shown-code.json: the code opens to the presentation, the parts are as written.
    """
    vector = json.loads(VECTOR.read_text("utf-8"))
    code = ShownCode.parse(vector["code"])
    leaf = known_from(vector["x5c"].encode())

    assert vector["dictionary"] == DICTIONARY.decode()
    assert vector["chain_name"] == code.chain_name.hex()
    assert vector["presentation"] == code.restored(vector["x5c"].encode())
    for text in (vector["code"], shown_code(vector["presentation"])):
        held, issued, values = packed(text)[1:]
        assert vector["held"] == inflated(held).decode()
        assert vector["issued"] == inflated(issued, leaf).decode()
        assert vector["values"] == values.hex()
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MD2",
        "md2:AB.",
        "MD3:AB.",
        "HC1:NCF",
        "https://wallet.example",
        presentation(),
        " MD2:",
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
        CODE.lower().replace("md2", "MD2"),
        PREFIX + "0" * MAX_TEXT + SUFFIX,
        drawn(b"\xff\xff\xff"),
        drawn(bytes(8) + b"\0\0\0\0" + b"\x40\x40"),
        with_body(b""),
        with_body(b"\x40"),
        with_body(b"\x60\x40"),
        with_body(b"\x5f\x40\xff"),
        with_body(b"\x58\x01a\x40"),
        with_body(b"\x59\x00\x18" + b"a" * 24 + b"\x40"),
        with_body(b"\x5a\x00\x00\x00\x01a\x40"),
        with_body(b"\x58"),
        with_body(b"\x44ab"),
        code_of(CODE, held=b"\xff\xff\xff"),
        code_of(CODE, held=packed(CODE).held[:-1]),
        code_of(CODE, held=packed(CODE).held + b"\0"),
        code_of(CODE, held=deflated(b"{}\0{}")),
        code_of(CODE, held=deflated(b"\x01" * 100 + b"\0\0")),
        code_of(CODE, held=deflated(b"\x04\0\0")),
        code_of(CODE, held=deflated(b"\x01\x04\x05\0\0"), values=GENERATOR),
        code_of(CODE, held=deflated(b"\x01\x04\0\0"), values=b"\xff" * 32),
        code_of(CODE, held=deflated(b"\x06\0\0"), values=b"\0\0\0\x01"),
    ],
    ids=[
        *("only the prefix", "nothing packed", "no full stop", "cut off", "begun too late"),
        *("small letters", "too long", "too short", "another checksum", "nothing", "one string"),
        *("a text", "no length", "a long form", "a longer form", "four octets", "half a length"),
        *("too long a length", "no stream", "cut stream", "followed by an octet"),
        *("two parts", "values missing", "y without x", "two y of an x"),
        *("x of no point", "a time of 1970"),
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
    bomb = deflated(b"\x07" * 20_000_000)[:2800]
    tracemalloc.start()
    try:
        assert ShownCodeFailure.DAMAGED == refused(code_of(CODE, held=bomb, values=b""))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * MAX_UNPACKED + 256 * 1024


@pytest.mark.parametrize(
    "changes",
    [
        {"values": packed(CODE).values + b"\0"},
        {"values": packed(CODE).values[:-1]},
        {"issued": b"\xff\xff"},
        {"issued": deflated(b"{}\0{}")},
        {"issued": deflated(b"\x01\x04" * 9000)},
    ],
    ids=["a value too many", "one missing", "no stream", "two parts", "18,000 marks"],
)
def test_damage_is_found_where_the_chain_is_put_back(changes: dict[str, bytes]) -> None:
    """
    The issuer's part is read with the chain, and refused as damaged, quickly.
    """
    code = ShownCode.parse(code_of(CODE, **changes))
    started = time.perf_counter()

    with pytest.raises(ShownCodeError) as caught:
        code.restored(chain_octets(MADE))

    assert ShownCodeFailure.DAMAGED == caught.value.failure
    assert time.perf_counter() - started < 0.2


def test_a_chain_that_is_none_is_not_put_back() -> None:
    """
    Whoever kept something else by that name has no certificate to read the code with.
    """
    named = packed(CODE)._replace(chain_name=chain_name(b"[]"))
    with pytest.raises(ShownCodeError) as caught:
        ShownCode.parse(drawn(joined(named))).restored(b"[]")

    assert ShownCodeFailure.UNSUPPORTED == caught.value.failure


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
            assert 8 == len(code.chain_name)
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
            name, *_ = whole = packed(CODE)
            octets = bytearray(joined(whole)[len(name) + 4 :])
            for _ in range(chance.randrange(1, 4)):
                octets[chance.randrange(len(octets))] = chance.randrange(256)
            return with_body(bytes(octets), name)
        case 3:
            return drawn(chance.randbytes(chance.randrange(400)))
        case _:
            return code_of(CODE, held=deflated(chance.randbytes(chance.randrange(400))))


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


def with_a_short_signature(made: str) -> str:
    return made.replace("~", f"{'A' * 4}~", 1)


def with_a_control_character(made: str) -> str:
    shown, _, kb_jwt = made.rpartition("~")
    return f"{shown}~{base64url.encode(bytes([8]))}~{kb_jwt}"


@pytest.mark.parametrize(
    "change",
    [
        without_chain,
        with_two_chains,
        with_a_short_signature,
        with_a_control_character,
        lambda made: made.rpartition("~")[0] + "~",
        lambda made: made.replace("~", "~!~", 1),
        lambda made: made.replace(".", "", 1),
        lambda made: "",
    ],
    ids=[
        "no chain",
        "two chains",
        "a signature",
        "a control character",
        "no key binding",
        "not base64url",
        "two parts",
        "empty",
    ],
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
