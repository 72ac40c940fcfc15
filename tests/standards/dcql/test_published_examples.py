"""The published queries of OpenID4VP held against the published example credential."""

from pathlib import Path

import pytest

from keys.jwk import PublicJwk
from keys.strict_json import JsonObject, loads_object
from standards.dcql.candidates import CandidateCredential
from standards.dcql.errors import Unsatisfiable
from standards.dcql.matching import match
from standards.dcql.options import options
from standards.dcql.query import parse_query

ADDRESS: JsonObject = {"address": {"street_address": "42 Market Street"}}


def example(vectors: Path, name: str) -> JsonObject:
    return loads_object((vectors / "openid4vp" / name).read_bytes())


def held(claims: JsonObject) -> CandidateCredential:
    return CandidateCredential("card", "dc+sd-jwt", str(claims["vct"]), claims)


def test_the_example_credential_lacks_the_address_the_simple_query_asks_for(
    vectors: Path,
) -> None:
    """
    One claim short is not an answer; with the address the same credential answers all three.
    """
    query = parse_query(example(vectors, "query_lang/simple.json"))
    claims = example(vectors, "credentials/sd_jwt_vc_unsecured.json")

    with pytest.raises(Unsatisfiable):
        options(query, match(query, [held(claims)]))
    [answer] = match(query, [held(claims | ADDRESS)]).of("my_credential")

    assert {("family_name",), ("given_name",), ("address", "street_address")} == set(answer.paths)


@pytest.mark.parametrize(("postal_code", "count"), [("90211", 1), ("10115", 0), (90211, 0)])
def test_the_example_values_are_matched_by_type_and_text(
    vectors: Path, postal_code: str | int, count: int
) -> None:
    """
    A postal code of the list, another one, and the right one as a number.
    """
    query = parse_query(example(vectors, "query_lang/value_matching_simple.json"))
    claims = example(vectors, "credentials/sd_jwt_vc_unsecured.json") | ADDRESS
    claims["postal_code"] = postal_code

    assert count == len(match(query, [held(claims)]).of("my_credential"))


def test_the_example_issuer_payload_binds_a_key_we_can_read(vectors: Path) -> None:
    """
    Its cnf holds a P-256 key on the curve.
    """
    match example(vectors, "credentials/sd_jwt_vc.json"):
        case {"cnf": {"jwk": jwk}}:
            assert 43 == len(PublicJwk.parse(jwk).thumbprint())
        case other:
            pytest.fail(f"no cnf in {sorted(other)}")
