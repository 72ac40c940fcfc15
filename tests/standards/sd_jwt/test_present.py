"""The holder shows what was chosen, with what is needed to read it, and nothing else (7.2)."""

import pytest

from keys.strict_json import JsonObject
from standards.positions import ClaimPath
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.frame import everything
from standards.sd_jwt.issue import issue
from standards.sd_jwt.present import present
from tests.standards.sd_jwt.making import ISSUER, TYP, counting, verified

CLAIMS: JsonObject = {
    "name": "홍길동",
    "address": {"road": "세종대로", "city": {"ko": "서울", "en": "Seoul"}},
    "members": [{"name": "홍판서"}, {"name": "춘섬"}],
    "open": {"deep": 1},
}
ISSUED = issue(
    CLAIMS,
    frame=everything(except_=["open"]),
    header={"typ": TYP},
    signer=ISSUER,
    entropy=counting(),
    decoys=2,
)
HELD = verified(ISSUED.serialize())


@pytest.mark.parametrize(
    ("paths", "claims"),
    [
        ([], {}),
        ([("name",)], {"name": "홍길동"}),
        ([("address", "road")], {"address": {"road": "세종대로"}}),
        ([("address", "city", "en")], {"address": {"city": {"en": "Seoul"}}}),
        ([("address", "city")], {"address": {"city": {"ko": "서울", "en": "Seoul"}}}),
        ([("address",)], {"address": CLAIMS["address"]}),
        ([("members", 1)], {"members": [{"name": "춘섬"}]}),
        ([("members", 0, "name")], {"members": [{"name": "홍판서"}]}),
        ([("name",), ("members", 0)], {"name": "홍길동", "members": [{"name": "홍판서"}]}),
        ([("open",), ("open", "deep")], {}),
    ],
)
def test_the_choice_decides_what_is_seen(paths: list[ClaimPath], claims: JsonObject) -> None:
    """Parents come along (4.2.6), the parts of a whole come along, others stay."""
    assert {**claims, "open": {"deep": 1}} == verified(present(HELD, paths)).claims


def test_the_choice_alone_decides_the_text() -> None:
    """Order and repetition of the paths change nothing, so the text tells nothing of them."""
    paths: list[ClaimPath] = [("members", 0), ("name",), ("address", "city", "ko")]

    text = present(HELD, paths)

    assert text == present(HELD, [*reversed(paths), ("name",)])
    assert text.endswith("~")


def test_everything_shown_is_what_was_issued() -> None:
    """Letter for letter."""
    assert ISSUED.serialize() == present(HELD, [(name,) for name in CLAIMS])


@pytest.mark.parametrize(
    "path",
    [
        ("age",),
        ("address", "country"),
        ("members", 2),
        ("members", -1),
        ("members", "name"),
        ("name", 0),
        ("address", 0),
        ("name", "first"),
    ],
)
def test_what_is_not_held_cannot_be_shown(path: ClaimPath) -> None:
    """An unknown name, an index beyond, a step of the wrong kind: nothing is sent."""
    with pytest.raises(SdJwtError) as caught:
        present(HELD, [("name",), path])

    assert SdJwtFailure.CLAIM_NOT_HELD == caught.value.failure
