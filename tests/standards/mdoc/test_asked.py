"""An mdoc as DCQL sees it: paths of two names, values as JSON (VP-36, B.2.3, 6.3)."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.answer import check_answer
from standards.dcql.candidates import CandidateCredential
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.matching import match
from standards.dcql.query import DcqlQuery, parse_query
from standards.mdoc.credential import VerifiedMdoc
from standards.mdoc.device_auth import bind
from standards.mdoc.present import present
from tests.standards.mdoc.making import (
    DOC_TYPE,
    HOLDER,
    NAMESPACE,
    OTHER,
    TRANSCRIPT,
    credential,
    held,
    seen,
)


def asked(*claims: JsonObject, doc_type: str = DOC_TYPE) -> DcqlQuery:
    return parse_query(
        {
            "credentials": [
                {
                    "id": "q",
                    "format": "mso_mdoc",
                    "meta": {"doctype_value": doc_type},
                    "claims": [*claims],
                }
            ]
        }
    )


def claim(element: str, *values: JsonValue, namespace: str = NAMESPACE) -> JsonObject:
    path: list[JsonValue] = [namespace, element]
    return {"path": path, "values": [*values]} if values else {"path": path}


def candidate(mdoc: VerifiedMdoc) -> CandidateCredential:
    return CandidateCredential(
        "c", "mso_mdoc", mdoc.doc_type, mdoc.claims, disclosed_paths=mdoc.disclosed_paths
    )


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("family_name", "홍"),
        ("birth_date", "1990-03-01"),
        ("age_over_19", True),
        ("portrait", "_9j_"),
    ],
)
def test_values_are_matched_as_json(element: str, value: JsonValue) -> None:
    """
    VP-36, 6.3: a date is its text, octets are base64url; another value is not there.
    """
    mine = [candidate(held(credential()))]

    [answer] = match(asked(claim(element, value)), mine).of("q")
    assert ((NAMESPACE, element),) == answer.paths
    assert () == tuple(match(asked(claim(element, "another")), mine).of("q"))


def test_what_is_asked_is_found_shown_and_checked() -> None:
    """
    From query to answer with the paths of two names that DCQL and an mdoc share.
    """
    query = asked(claim("family_name"), claim("family_name", namespace=OTHER))
    mdoc = held(credential())
    [answer] = match(query, [candidate(mdoc)]).of("q")

    shown = seen(bind(present(mdoc, answer.paths), signer=HOLDER, transcript=TRANSCRIPT))

    [checked] = check_answer(query, {"q": [candidate(shown)]})
    assert set(answer.paths) == set(checked.paths) == set(shown.disclosed_paths)


def test_more_than_was_asked_is_told() -> None:
    """
    VP-37: an element nobody asked for; and the suite's own check of a document of another type.
    """
    text = bind(
        present(held(credential()), [(NAMESPACE, "family_name"), (NAMESPACE, "age_over_19")]),
        signer=HOLDER,
        transcript=TRANSCRIPT,
    )
    presented = {"q": [candidate(seen(text))]}

    with pytest.raises(DcqlError) as caught:
        check_answer(asked(claim("family_name")), presented)
    assert DcqlFailure.OVER_DISCLOSED is caught.value.failure
    with pytest.raises(DcqlError) as caught:
        check_answer(asked(claim("family_name"), doc_type="another"), presented)
    assert DcqlFailure.WRONG_TYPE is caught.value.failure
