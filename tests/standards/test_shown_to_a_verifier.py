"""From the issuer's arrays to the verifier's answer: an index means one element all the way."""

import contextlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.answer import check_answer
from standards.dcql.candidates import CandidateCredential
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.matching import match
from standards.dcql.paths import Step
from standards.dcql.query import DcqlQuery, parse_query
from standards.positions import ClaimPath
from standards.sd_jwt.frame import everything
from standards.sd_jwt.issue import issue
from standards.sd_jwt.present import present
from standards.sd_jwt.verify import VerifiedSdJwt
from tests.standards.dcql.test_oracle import nodes
from tests.standards.sd_jwt.making import ISSUER, TYP, counting, verified

FORMAT = "dc+sd-jwt"
values = st.recursive(
    st.sampled_from([0, 1, "x"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=12,
)
claims = st.dictionaries(st.sampled_from("ab"), values, min_size=1, max_size=2)
lists = st.lists(st.sampled_from("xyz"), min_size=1, max_size=8)


@st.composite
def questions(draw: st.DrawFn, document: JsonObject) -> DcqlQuery:
    """Ask for claims the document has, some of them for every element of an array at once."""
    places = st.sampled_from([path for path, _ in nodes(document) if path])
    paths: dict[tuple[Step, ...], None] = {}
    for place in draw(st.lists(places, min_size=1, max_size=3)):
        paths[tuple(_general(step, draw(st.integers(0, 3))) for step in place)] = None
    return question(*paths)


def _general(step: str | int, chance: int) -> Step:
    return None if isinstance(step, int) and not chance else step


def question(*paths: Sequence[Step]) -> DcqlQuery:
    """Return a query for some claims of one credential."""
    entry: JsonObject = {
        "id": "q",
        "format": FORMAT,
        "meta": {"vct_values": ["type"]},
        "claims": [{"path": [*path]} for path in paths],
    }
    return parse_query({"credentials": [entry]})


def held(document: JsonObject, decoys: int) -> VerifiedSdJwt:
    """Return a credential with everything hidden, as its holder reads it."""
    sd_jwt = issue(
        document,
        frame=everything(),
        header={"typ": TYP},
        signer=ISSUER,
        entropy=counting(),
        decoys=decoys,
    )
    return verified(sd_jwt.serialize())


def seen(sd_jwt: VerifiedSdJwt, *paths: ClaimPath) -> CandidateCredential:
    """Return what a verifier sees of some claims."""
    shown = verified(present(sd_jwt, paths))
    return CandidateCredential(
        "p",
        FORMAT,
        "type",
        shown.claims,
        disclosed_paths=shown.disclosed_paths,
        positions=shown.positions,
    )


@given(claims, st.data(), st.integers(0, 2))
def test_what_a_wallet_shows_a_verifier_finds_where_it_was_issued(
    document: JsonObject, data: st.DataObject, decoys: int
) -> None:
    """
    Any claims, any question: the wallet's answer is accepted, and is about the same elements.
    """
    query, sd_jwt = data.draw(questions(document)), held(document, decoys)
    candidate = CandidateCredential("c", FORMAT, "type", sd_jwt.claims)
    for answer in match(query, [candidate]).of("q"):
        presentation = seen(sd_jwt, *answer.paths)

        (accepted,) = check_answer(query, {"q": [presentation]})

        assert set(answer.paths) == set(map(presentation.positions.issued, accepted.paths))


@given(lists, st.data(), st.integers(0, 2))
def test_no_other_choice_of_elements_answers_an_index(
    elements: list[JsonValue], data: st.DataObject, decoys: int
) -> None:
    """
    VP-61, brute force: of all choices of elements, the one asked for alone is an answer.
    """
    places = st.integers(0, len(elements) - 1)
    wanted, chosen = data.draw(places), data.draw(st.sets(places))
    presentation = seen(held({"of": elements}, decoys), *(("of", place) for place in chosen))
    refusals = contextlib.nullcontext() if chosen == {wanted} else pytest.raises(DcqlError)

    with refusals as refused:
        check_answer(question(["of", wanted]), {"q": [presentation]})

    if refused is not None:
        over, missing = DcqlFailure.OVER_DISCLOSED, DcqlFailure.CLAIM_MISSING
        assert (over if wanted in chosen else missing) == refused.value.failure
