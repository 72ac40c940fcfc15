"""What changed since the last agreement, and whether it must be agreed to again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consent.forms.notice import NoticeHashes
from consent.forms.terms import LocalText, Periodic, Purpose, Retention, Withdrawal
from consent.forms.terms_change import Change, Item, changes, needs_consent
from tests.consent.world import terms_example

TEXT = LocalText("다른", "other", "別の")
AGREED = terms_example()
UNTIL = AGREED.until
ONCE: dict[str, Any] = {"uses": 1, "periodic": None, "until": None}


def test_the_same_terms_have_not_changed() -> None:
    """
    Nothing to tell, nothing to ask; an address that moved is not an item of what is agreed.
    """
    moved = replace(AGREED, receiver=replace(AGREED.receiver, address="다른 곳"))

    assert () == changes(AGREED, AGREED) == changes(AGREED, moved)
    assert not needs_consent(AGREED, AGREED)


@pytest.mark.parametrize(
    ("asked", "item", "widens"),
    [
        ({"purpose": Purpose("marketing", TEXT)}, Item.PURPOSE, True),
        ({"purpose": replace(AGREED.purpose, text=TEXT)}, Item.PURPOSE, True),
        ({"receiver": replace(AGREED.receiver, id="kr-2")}, Item.RECIPIENT, True),
        ({"sender": "another"}, Item.SENDER, True),
        ({"information": (*AGREED.information, "income")}, Item.CLAIMS, True),
        ({"optional": (*AGREED.optional, "income")}, Item.CLAIMS, True),
        (
            {"information": (*AGREED.information, "birthdate"), "optional": ()},
            Item.CLAIMS,
            True,
        ),
        ({"information": ("address",)}, Item.CLAIMS, False),
        ({"optional": ()}, Item.CLAIMS, False),
        ({"retention": Retention("P10Y", TEXT)}, Item.RETENTION, True),
        ({"retention": Retention("P1Y", TEXT)}, Item.RETENTION, False),
        ({"uses": 13}, Item.USES, True),
        ({"uses": None}, Item.USES, True),
        ({"uses": 2}, Item.USES, False),
        ({"periodic": Periodic("P1D")}, Item.USES, True),
        ({"periodic": None}, Item.USES, True),
        ({"periodic": Periodic("P1Y")}, Item.USES, False),
        ({"until": None}, Item.END, True),
        ({"until": UNTIL and UNTIL + timedelta(days=1)}, Item.END, True),
        ({"until": UNTIL and UNTIL - timedelta(days=1)}, Item.END, False),
        ({"legal_basis": "kr-pipa-15-1-1"}, Item.LEGAL_BASIS, True),
        ({"jurisdiction": "JP"}, Item.LEGAL_BASIS, True),
        (
            {
                "notice": replace(
                    AGREED.notice, sha256=NoticeHashes(bytes(32), bytes(32), bytes(32))
                )
            },
            Item.NOTICE,
            False,
        ),
        ({"withdrawal": Withdrawal(TEXT, "https://bank.example/w")}, Item.WITHDRAWAL, False),
    ],
)
def test_a_change_is_named_and_judged(asked: dict[str, Any], item: Item, *, widens: bool) -> None:
    """
    Purpose, recipient, retention, claims, uses, end, basis: wider needs a new consent.
    """
    other = replace(AGREED, **asked)

    assert (Change(item, widens),) == changes(AGREED, other)
    assert widens == needs_consent(AGREED, other)


def test_a_single_use_after_many_is_narrower_and_many_after_one_are_wider() -> None:
    """
    The end of a single use is the use; a standing consent needs to be agreed to.
    """
    once = replace(AGREED, **ONCE)

    assert not needs_consent(AGREED, once)
    assert {Item.USES} == {each.item for each in changes(once, AGREED) if each.widens}
