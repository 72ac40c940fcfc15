"""Definition files of transactions: read and checked, and whatever is not defined refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from consent.errors import ConsentError
from consent.transactions.definition import FORMAT, TransactionType
from consent.transactions.types import NO_TYPES, load_types

PAYMENT = "urn:mydata:transaction:payment:1"
OURS = load_types(Path("nowhere"))
WORDS = {"ko": "가", "en": "a", "ja": "あ"}
MEMBER = {"name": "seats", "kind": "count", "required": True, "label": WORDS}
DEFINITION: dict[str, Any] = {
    "format": FORMAT,
    "type": "urn:example:booking:1",
    "name": WORDS,
    "sentence": {"ko": "{seats}석", "en": "{seats} seats", "ja": "{seats}席"},
    "members": [MEMBER],
}


def test_a_payment_is_told_in_three_languages() -> None:
    """
    One sentence with its values, then every member with its label.
    """
    shown = OURS.shown(PAYMENT, {"payee": "모퉁이", "amount": "1250000.5", "currency": "KRW"})

    assert "You pay 1,250,000.5 KRW to 모퉁이." == shown.sentence.en
    assert "모퉁이에게 1,250,000.5 KRW을(를) 냅니다." == shown.sentence.ko
    assert ["받는 곳", "금액", "통화"] == [label.ko for label, _ in shown.facts]


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"payee": "a", "amount": "1"},
        {"payee": "a", "amount": "1", "currency": "KRW", "tip": "1"},
        {"payee": "a", "amount": 1, "currency": "KRW"},
        {"payee": "a", "amount": "1e3", "currency": "KRW"},
        {"payee": "a", "amount": "-1", "currency": "KRW"},
        {"payee": "a", "amount": "\u0661", "currency": "KRW"},
        {"payee": "a", "amount": "1", "currency": "won"},
        {"payee": "a\u202eb", "amount": "1", "currency": "KRW"},
        {"payee": "a\nb", "amount": "1", "currency": "KRW"},
        {"payee": "a" * 141, "amount": "1", "currency": "KRW"},
        {"payee": "", "amount": "1", "currency": "KRW"},
        {"payee": "a", "amount": "1", "currency": "KRW", "due_on": "2026-02-30"},
        {"payee": "a", "amount": "1", "currency": "KRW", "due_on": "20260228"},
        {"payee": None, "amount": "1", "currency": "KRW"},
    ],
)
def test_a_transaction_beyond_its_definition_is_refused(members: dict[str, Any]) -> None:
    """
    What is missing, unknown, of another kind, or hides something from the reader.
    """
    with pytest.raises(ConsentError):
        OURS.shown(PAYMENT, members)


def test_a_value_is_put_into_the_sentence_once() -> None:
    """
    A payee called ``{amount}`` is a payee of that name.
    """
    shown = OURS.shown(PAYMENT, {"payee": "{amount}", "amount": "5", "currency": "KRW"})
    assert "You pay 5 KRW to {amount}." == shown.sentence.en


def test_an_unknown_type_is_refused() -> None:
    """
    VP-10: nobody confirms a type that is not defined here.
    """
    with pytest.raises(ConsentError):
        NO_TYPES.shown(PAYMENT, {"payee": "a", "amount": "1", "currency": "KRW"})


def test_an_operator_adds_a_type_by_a_file(tmp_path: Path) -> None:
    """
    A file in the data directory is a type, beside ours.
    """
    (tmp_path / "booking.json").write_text(json.dumps(DEFINITION))

    types = load_types(tmp_path)

    assert "3 seats" == types.shown("urn:example:booking:1", {"seats": 3}).sentence.en
    assert types.known(PAYMENT) is not None


BROKEN: dict[str, dict[str, Any]] = {
    "another format": {"format": "https://mydata.example/formats/transaction-type/2"},
    "no URI": {"type": "booking"},
    "a language missing": {"name": {"ko": "가", "en": "a"}},
    "a place without a member": {"sentence": {**WORDS, "en": "{rows}"}},
    "an open brace": {"sentence": {**WORDS, "en": "{seats} {"}},
    "a place that may be empty": {"members": [{**MEMBER, "required": False}]},
    "no members": {"members": [], "sentence": WORDS},
    "too many members": {"members": [{**MEMBER, "name": f"seats{n}"} for n in range(17)]},
    "a member twice": {"members": [MEMBER, MEMBER]},
    "a name that is taken": {"members": [MEMBER, {**MEMBER, "name": "credential_ids"}]},
    "a name that is no word": {"members": [MEMBER, {**MEMBER, "name": "A b"}]},
    "an unknown kind": {"members": [MEMBER, {**MEMBER, "name": "x", "kind": "colour"}]},
    "a choice of nothing": {
        "members": [MEMBER, {**MEMBER, "name": "x", "kind": "choice", "choices": {}}]
    },
    "required as text": {"members": [{**MEMBER, "required": "yes"}]},
    "a member nobody knows": {"colour": "red"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_definition_is_refused_when_it_is_loaded(name: str, tmp_path: Path) -> None:
    """
    The file is named, and nothing starts with half of its types.
    """
    (tmp_path / "wrong.json").write_text(json.dumps(DEFINITION | BROKEN[name]))
    with pytest.raises(ConsentError, match=r"wrong\.json"):
        load_types(tmp_path)


def test_a_type_is_defined_once(tmp_path: Path) -> None:
    """
    An operator's file cannot change what ours means.
    """
    (tmp_path / "payment.json").write_text(json.dumps(DEFINITION | {"type": PAYMENT}))
    with pytest.raises(ConsentError, match="once"):
        load_types(tmp_path)


def test_a_day_is_a_day_of_the_calendar() -> None:
    """
    As it is written in the request, and no other spelling of it.
    """
    day = {**MEMBER, "name": "on", "kind": "day"}
    defined = TransactionType.parse(DEFINITION | {"members": [MEMBER, day]})

    assert "2026-11-22" == defined.shown({"seats": 1, "on": "2026-11-22"}).facts[1][1].en
    for wrong in ("2026-11-31", "20261122", "tomorrow"):
        with pytest.raises(ConsentError, match="on must be a day"):
            defined.shown({"seats": 1, "on": wrong})


def test_a_choice_is_read_by_its_label() -> None:
    """
    The holder reads the label, and a value outside the list is refused.
    """
    colour = {
        **MEMBER,
        "name": "place",
        "kind": "choice",
        "choices": {"aisle": {"ko": "통로", "en": "aisle", "ja": "通路"}},
    }
    defined = TransactionType.parse(DEFINITION | {"members": [MEMBER, colour]})

    assert "통로" == defined.shown({"seats": 1, "place": "aisle"}).facts[1][1].ko
    with pytest.raises(ConsentError):
        defined.shown({"seats": 1, "place": "window"})
