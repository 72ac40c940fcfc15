"""The forms of reading: what cannot be read is refused, and nothing is half there."""

from typing import Any

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.forms.reading import Reading, ReadRecord, ReadRecords, Unopenable
from keys import base64url
from tests.consent.world import record_example, terms_example

RECORD: Any = {
    "index": 7,
    "number": 1,
    "record": record_example(terms=terms_example()).as_dict(),
    "salt": base64url.encode(bytes(32)),
    "terms": terms_example().as_dict(),
    "unopenable": None,
}
GONE = {**RECORD, "record": None, "salt": None, "terms": None, "unopenable": "shredded"}
READING: Any = {
    "aud": "log",
    "label": base64url.encode(bytes(32)),
    "iat": 1795338000,
    "mac": base64url.encode(bytes(32)),
    "first": 1,
}


def test_records_read_back() -> None:
    """
    One that opens and one that is gone, and where to go on.
    """
    answer: Any = {"records": [RECORD, GONE], "next": 3}

    read = ReadRecords.parse(answer)

    assert answer == read.as_dict()
    assert [None, Unopenable.SHREDDED] == [each.unopenable for each in read.records]


@pytest.mark.parametrize(
    "value",
    [
        {**RECORD, "unopenable": "shredded"},
        {**RECORD, "record": None},
        {**GONE, "unopenable": "?"},
    ],
    ids=["both", "neither", "another reason"],
)
def test_a_record_is_there_or_says_why_not(value: Any) -> None:
    """
    Never both, never neither, and only for a reason of the list.
    """
    with pytest.raises(ConsentError) as caught:
        ReadRecord.parse(value)

    assert ConsentFailure.MALFORMED == caught.value.failure


@pytest.mark.parametrize(
    "form",
    [
        lambda: ReadRecords.parse({"records": {}, "next": None}),
        lambda: Reading.parse({**READING, "iat": "now"}),
        lambda: Reading.parse({**READING, "iat": -1}),
        lambda: Reading.parse({**READING, "more": 1}),
    ],
    ids=["no list", "no time", "a time before time", "a member more"],
)
def test_what_cannot_be_read_is_malformed(form: Any) -> None:
    """
    An answer without its list, a request without its time.
    """
    with pytest.raises(ConsentError) as caught:
        form()

    assert ConsentFailure.MALFORMED == caught.value.failure
