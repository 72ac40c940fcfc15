"""What the nearest credential lacks, for its holder's eyes alone."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.candidates import CandidateCredential
from standards.dcql.effort import Effort
from standards.dcql.lacking import Gap, Lacking, lacking
from standards.dcql.paths import ClaimsPathPointer
from tests.standards.dcql.asking import VCT, credential, held, path, query

CARD: JsonObject = {"name": "Kim", "city": "Seoul"}
AKI: JsonValue = [{"type": "aki", "values": ["AQI"]}]


def pointers(*names: str) -> tuple[ClaimsPathPointer, ...]:
    return tuple(ClaimsPathPointer((name,)) for name in names)


def found(asked: JsonObject, *cards: CandidateCredential) -> Lacking | None:
    return lacking(query(asked).credentials[0], cards, Effort())


@pytest.mark.parametrize(
    ("asked", "gap", "names"),
    [
        ({"claims": [path("name"), path("income")]}, Gap.CLAIM_MISSING, ["income"]),
        ({"claims": [{"path": ["city"], "values": ["Busan"]}]}, Gap.VALUE_DIFFERS, ["city"]),
        (
            {"claims": [{"path": ["city"], "values": ["Busan"]}, path("income")]},
            Gap.CLAIM_MISSING,
            ["city", "income"],
        ),
        (
            {
                "claims": [
                    {"id": "a", "path": ["a"]},
                    {"id": "b", "path": ["b"]},
                    {"id": "n", "path": ["name"]},
                ],
                "claim_sets": [["a", "b"], ["a", "n"]],
            },
            Gap.CLAIM_MISSING,
            ["a"],
        ),
        ({"trusted_authorities": AKI}, Gap.OTHER_AUTHORITY, []),
    ],
)
def test_the_smallest_lack_is_told(asked: JsonObject, gap: Gap, names: list[str]) -> None:
    """
    The claims of the combination that lacks fewest; an issuer's lack has no claims.
    """
    assert Lacking("card", gap, pointers(*names)) == found(credential(**asked), held(CARD))


def test_the_nearest_of_several_is_told() -> None:
    """
    A certificate that only says something else is nearer than one that does not say it.
    """
    asked = credential(claims=[{"path": ["city"], "values": ["Busan"]}])
    told = found(asked, held({}, "empty"), held(CARD, "other city"), held(CARD, "second"))
    assert told is not None
    assert ("other city", Gap.VALUE_DIFFERS) == (told.credential_id, told.gap)


def test_what_is_bound_to_nobody_is_told_apart() -> None:
    """
    A credential without a holder's key cannot be shown by its holder.
    """
    unbound = CandidateCredential("c", "dc+sd-jwt", VCT, {}, holder_bound=False)
    assert Lacking("c", Gap.NOT_HOLDER_BOUND) == found(credential(), unbound)


def test_another_type_lacks_nothing() -> None:
    """
    It is not that credential at all.
    """
    assert None is found(credential(), CandidateCredential("c", "dc+sd-jwt", "other", CARD))
