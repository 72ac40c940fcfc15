"""Whatever stands anywhere in an mdoc, it is read or refused, never an error of Python (R12)."""

from typing import Any

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st

from standards.mdoc.credential import VerifiedMdoc
from standards.mdoc.device_auth import DeviceAuthentication, verify_device_auth
from standards.mdoc.errors import MdocError
from tests.read_or_refused import check_read_or_refused
from tests.standards.mdoc.making import (
    TRANSCRIPT,
    closed,
    credential,
    held,
    opened,
    resigned,
    seen,
    shown,
)
from tests.standards.mdoc.test_device_auth import READER, stated, tagged

# Each signs or verifies several times; three thousand of each found nothing more.
MANY = 30
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=4)
    | st.binary(max_size=40)
    | st.just(cbor2.undefined)
    | st.sampled_from(["1.0", "SHA-256", 0, 1, -7, bytes(32)]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.integers(-5, 40) | st.text(max_size=4), inner, max_size=3)
        | st.builds(cbor2.CBORTag, st.sampled_from([0, 18, 24, 1004]), inner)
    ),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every member and element of a structure: what holds it, and its key there."""
    match value:
        case dict():
            inside = [*value.items()]
        case list():
            inside = [*enumerate(value)]
        case _:
            return []
    return [(value, key) for key, _ in inside] + [
        one for _, each in inside for one in places(each)
    ]


def replaced(structure: Any, data: st.DataObject) -> None:
    """Put anything at any place of a structure, or take the member away."""
    holder, key = data.draw(st.sampled_from(places(structure)))
    if isinstance(holder, dict) and data.draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = data.draw(ANYTHING)


@settings(max_examples=MANY)
@given(data=st.data())
def test_anything_in_what_is_issued(data: st.DataObject) -> None:
    """
    Items, headers, payload: unsigned nonsense.
    """
    structure = opened(credential())
    replaced(structure, data)
    text = closed(structure)

    check_read_or_refused(lambda: held(text), VerifiedMdoc, MdocError)


@settings(max_examples=MANY)
@given(data=st.data())
def test_anything_in_what_was_signed(data: st.DataObject) -> None:
    """
    The signed object, by an issuer that signs nonsense.
    """
    text = resigned(lambda mso: replaced(mso, data))

    check_read_or_refused(lambda: held(text), VerifiedMdoc, MdocError)


@settings(max_examples=MANY)
@given(data=st.data())
def test_anything_in_an_item(data: st.DataObject) -> None:
    """
    One item, its own map and its value.
    """

    def change(items: dict[str, list[Any]]) -> None:
        holder, key = data.draw(
            st.sampled_from([place for place in places(items) if isinstance(place[1], int)])
        )
        content = cbor2.loads(holder[key].value)
        replaced(content, data)
        holder[key] = cbor2.CBORTag(24, cbor2.dumps(content))

    text = resigned(items=change)

    check_read_or_refused(lambda: held(text), VerifiedMdoc, MdocError)


@settings(max_examples=MANY)
@given(data=st.data(), is_tagged=st.booleans())
def test_anything_in_what_is_shown(data: st.DataObject, *, is_tagged: bool) -> None:
    """
    The response, the document, the holder's part.
    """
    structure = opened(tagged() if is_tagged else shown())
    replaced(structure, data)
    text = closed(structure)

    check_read_or_refused(lambda: authenticated(text), DeviceAuthentication, MdocError)


@settings(max_examples=MANY)
@given(elements=ANYTHING, authorizations=ANYTHING)
def test_anything_that_a_holder_states(elements: Any, authorizations: Any) -> None:
    """
    The holder's elements and what its issuer allows, both well signed.
    """
    check_read_or_refused(
        lambda: authenticated(stated(elements, authorizations)), DeviceAuthentication, MdocError
    )


def authenticated(text: str) -> DeviceAuthentication:
    return verify_device_auth(seen(text), expected_transcript=TRANSCRIPT, reader_key=READER)
