"""Items and their digests: what is shown is what was signed, octet by octet (H38, H39, T5)."""

import hashlib
from typing import Any

import cbor2
import pytest

from keys import base64url
from standards.mdoc.errors import MdocFailure
from standards.mdoc.limits import MAX_ITEMS
from tests.standards.mdoc.making import (
    NAMESPACE,
    OTHER,
    Change,
    closed,
    credential,
    held,
    issued,
    item_at,
    opened,
    refusal,
    resigned,
)

_F = MdocFailure


def item_changed(element: str, **members: Any) -> Change:
    """One item with members changed, its digest not."""

    def change(items: dict[str, list[Any]]) -> None:
        place, index, content = item_at(items, element)
        place[index] = cbor2.CBORTag(24, cbor2.dumps(content | members))

    return change


ITEMS: dict[str, tuple[Change, MdocFailure]] = {
    "H39: another value": (item_changed("age_over_19", elementValue=False), _F.DIGEST_MISMATCH),
    "H39: another name": (item_changed("age_over_19", elementIdentifier="x"), _F.DIGEST_MISMATCH),
    "H39: another random": (item_changed("age_over_19", random=bytes(16)), _F.DIGEST_MISMATCH),
    "H39: a short random": (item_changed("age_over_19", random=bytes(15)), _F.RANDOM_TOO_SHORT),
    "an endless random": (item_changed("age_over_19", random=bytes(1025)), _F.ITEM_MALFORMED),
    "no random": (item_changed("age_over_19", random=b""), _F.ITEM_MALFORMED),
    "H39: a number nobody signed": (item_changed("age_over_19", digestID=9), _F.DIGEST_MISSING),
    "a number that is too large": (
        item_changed("age_over_19", digestID=2**32),
        _F.ITEM_MALFORMED,
    ),
    "a member too many": (item_changed("age_over_19", x=1), _F.ITEM_MALFORMED),
    "an element without a name": (
        item_changed("age_over_19", elementIdentifier=""),
        _F.ITEM_MALFORMED,
    ),
    "no value": (lambda items: _take_away(items, "elementValue"), _F.ITEM_MALFORMED),
    "H39: an item twice": (
        lambda items: items[NAMESPACE].append(items[NAMESPACE][0]),
        _F.DIGEST_REPEATED,
    ),
    "H39: an element twice": (lambda items: _again(items, digestID=99), _F.ELEMENT_REPEATED),
    "H39: in another namespace": (
        lambda items: items.update({OTHER: [_first(items)]}),
        _F.DIGEST_MISMATCH,
    ),
    "H39: in a namespace of its own": (
        lambda items: items.update({"x": items[NAMESPACE][:1]}),
        _F.DIGEST_MISSING,
    ),
    "a namespace without items": (lambda items: items.update({"x": []}), _F.MALFORMED),
    "a namespace without a name": (
        lambda items: items.update({"": items[OTHER]}),
        _F.MALFORMED,
    ),
    "an item without its tag": (
        lambda items: items[NAMESPACE].append(items[NAMESPACE][0].value),
        _F.ITEM_MALFORMED,
    ),
    "an item that is no CBOR": (
        lambda items: items[NAMESPACE].append(cbor2.CBORTag(24, b"\xff")),
        _F.ITEM_MALFORMED,
    ),
    "an item that is no map": (
        lambda items: items[NAMESPACE].append(cbor2.CBORTag(24, b"\x80")),
        _F.ITEM_MALFORMED,
    ),
    "too many items": (
        lambda items: items[NAMESPACE].extend(items[NAMESPACE][:1] * MAX_ITEMS),
        _F.TOO_LARGE,
    ),
}


def _first(items: dict[str, list[Any]]) -> Any:
    """The item with the digest 0, which every namespace has."""
    return next(each for each in items[NAMESPACE] if cbor2.loads(each.value)["digestID"] == 0)


def _take_away(items: dict[str, list[Any]], member: str) -> None:
    place, index, content = item_at(items, "age_over_19")
    del content[member]
    place[index] = cbor2.CBORTag(24, cbor2.dumps(content))


def _again(items: dict[str, list[Any]], **members: Any) -> None:
    place, _, content = item_at(items, "age_over_19")
    place.append(cbor2.CBORTag(24, cbor2.dumps(content | members)))


@pytest.mark.parametrize("name", ITEMS)
def test_h39_an_item_that_is_wrong_is_refused(name: str) -> None:
    """
    H39, T5: each item is what its issuer signed, in its namespace, once.
    """
    change, failure = ITEMS[name]

    assert failure is refusal(lambda: held(resigned(items=change)))


def test_a_value_without_a_form_is_refused() -> None:
    """
    OpenID4VP 6.3: what cannot be JSON cannot be matched or shown.
    """
    text = issued(claims={NAMESPACE: {"x": {"y": {1: "a number for a key"}}}})

    assert _F.VALUE_REFUSED is refusal(lambda: held(text))


def test_an_mdoc_without_namespaces_shows_nothing() -> None:
    """
    8.3.2.1.2.2: they are optional; DCQL 6.4.1: a query without claims asks for none.
    """
    structure = opened(credential())
    del structure["nameSpaces"]

    assert {} == held(closed(structure)).claims


def test_h38_other_spellings_are_read_where_they_were_signed() -> None:
    """
    H38: an issuer that writes at length is understood, because octets are compared as received.
    """
    spelled = cbor2.dumps(
        {"digestID": 0, "random": bytes(16), "elementIdentifier": "x", "elementValue": [1, "가"]},
        indefinite_containers=True,
    )
    item = b"\xd9\x00\x18\x59" + len(spelled).to_bytes(2) + spelled

    def add_digest(mso: dict[Any, Any]) -> None:
        mso["valueDigests"] = {NAMESPACE: {0: _sha256(item)}}

    text = resigned(add_digest, items=lambda items: items.clear())
    octets = base64url.decode(text)
    empty = cbor2.dumps("nameSpaces") + b"\xa0"
    assert 1 == octets.count(empty)
    namespaces = b"\xbf" + cbor2.dumps(NAMESPACE) + b"\x9f" + item + b"\xff\xff"
    text = base64url.encode(octets.replace(empty, cbor2.dumps("nameSpaces") + namespaces))

    assert {NAMESPACE: {"x": [1, "가"]}} == held(text).claims


def test_h38_another_spelling_than_was_signed_is_refused() -> None:
    """
    H38: the same item with a longer head is not what the digest was made over.
    """
    octets = base64url.decode(credential())
    place = octets.index(b"\xd8\x18\x58")
    longer = octets[:place] + b"\xd8\x18\x59\x00" + octets[place + 3 :]

    assert _F.DIGEST_MISMATCH is refusal(lambda: held(base64url.encode(longer)))


def _sha256(octets: bytes) -> bytes:
    return hashlib.sha256(octets).digest()


def test_limits_hold_at_n_and_at_n_plus_one() -> None:
    """
    R14: as many items as any paper has, a portrait of a hundred kilobytes, and not one item more.
    """
    elements = {f"e{number}": number for number in range(MAX_ITEMS - 1)}
    portrait = bytes(100_000)
    most = held(issued(claims={NAMESPACE: elements, OTHER: {"portrait": portrait}}))

    assert MAX_ITEMS == len(most.items)
    more = issued(claims={NAMESPACE: elements, OTHER: {"portrait": portrait, "x": 1}})
    assert _F.TOO_LARGE is refusal(lambda: held(more))
