"""The bundles of presentation themselves: each sees what is wrong, one thing at a time."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from joserfc.errors import JoseError
from jwt.exceptions import InvalidTokenError

from tests.conformance import asking_bundles, presenting_bundles
from tests.conformance.asking_bundles import Check
from tests.conformance.bundles.schemas import Schemas

FOUND = (
    *(AssertionError, LookupError, ValueError),
    *(InvalidTokenError, JoseError, InvalidSignature),
)
Messages = dict[str, tuple[Any, dict[str, Any]]]


def bundles() -> Messages:
    """By the side that sends the message, for each bundle: what is right, and what is not."""
    sides = {"verifier": asking_bundles.bundles(), "wallet": presenting_bundles.bundles()}
    return {
        f"{side}: {name}": both for side, found in sides.items() for name, both in found.items()
    }


CASES = [(name, what) for name, (_right, bent) in bundles().items() for what in bent]


@pytest.fixture(scope="module")
def checks(presented_schemas: Schemas) -> dict[str, Check]:
    """Every bundle as a function of one message."""
    sides = {
        "verifier": asking_bundles.checks(presented_schemas),
        "wallet": presenting_bundles.checks(),
    }
    return {
        f"{side}: {name}": each for side, found in sides.items() for name, each in found.items()
    }


@pytest.fixture(scope="module")
def messages() -> Messages:
    """Made when they are looked at, so that their times are fresh."""
    return bundles()


@pytest.mark.parametrize(("name", "what"), CASES)
def test_a_bundle_sees_what_is_wrong(
    checks: dict[str, Check], messages: Messages, name: str, what: str
) -> None:
    """
    One wrong thing in a message that is right without it.
    """
    _right, bent = messages[name]

    with pytest.raises(FOUND):
        checks[name](bent[what])


@pytest.mark.parametrize("name", bundles())
def test_a_bundle_has_no_objection_to_what_is_right(
    checks: dict[str, Check], messages: Messages, name: str
) -> None:
    """
    Otherwise the test above would see nothing but a message that was made wrongly.
    """
    right, bent = messages[name]
    checks[name](right)

    assert bent
