"""Reading and writing queries (OpenID4VP 1.0 section 6)."""

import json
from pathlib import Path

import jsonschema
import pytest

from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, loads
from standards.dcql.claim_query import ClaimQuery, TrustedAuthority
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import CredentialSet, check_sendable, parse_query
from tests.standards.dcql.asking import VCT, credential, path, query

EXAMPLES = [
    "complex_mdoc",
    "multi_credentials",
    "simple",
    "simple_mdoc",
    "value_matching_simple",
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_published_examples_come_back_unchanged(vectors: Path, name: str) -> None:
    """
    Each example of the standard is read, may be sent, and is written as it was.
    """
    example = json.loads((vectors / f"openid4vp/query_lang/{name}.json").read_text())
    parsed = parse_query(example)
    check_sendable(parsed)
    assert example == parsed.as_dict()
    assert parsed == parse_query(parsed.as_dict())


def test_what_we_write_fits_the_published_schema(vectors: Path) -> None:
    """
    Every member we can write passes the conformance suite's schema.
    """
    schema = json.loads(
        (vectors / "conformance-suite/json-schemas/oid4vp/dcql_request.json").read_text()
    )
    full = query(
        credential(
            "base_and-X",
            multiple=True,
            require_cryptographic_holder_binding=False,
            trusted_authorities=[{"type": "aki", "values": ["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}],
            claims=[
                {"id": "a", "path": ["members", None, 0], "values": ["x", 1, True]},
                {"id": "b", "path": ["b"]},
            ],
            claim_sets=[["a"], ["a", "b"]],
        ),
        credential_sets=[{"options": [["base_and-X"]], "required": False}],
    )
    jsonschema.Draft7Validator(schema).validate(full.as_dict())
    assert full == parse_query(full.as_dict())


def test_unknown_members_are_ignored_everywhere() -> None:
    """
    VP-32, H75: extensions at any level change nothing.
    """
    plain = query(
        credential(
            claims=[{"id": "a", "path": ["a"]}],
            trusted_authorities=[{"type": "etsi_tl", "values": ["https://tl.example"]}],
        ),
        credential_sets=[{"options": [["base"]]}],
    )
    extended = query(
        credential(
            claims=[{"id": "a", "path": ["a"], "x": 1}],
            trusted_authorities=[{"type": "etsi_tl", "values": ["https://tl.example"], "x": []}],
            meta={"vct_values": [VCT], "x": {}},
            x=None,
        ),
        credential_sets=[{"options": [["base"]], "purpose": "an older draft"}],
        x="y",
    )
    assert plain == extended


def test_defaults_are_those_of_the_standard() -> None:
    """
    VP-34: one credential, bound to its holder, and every credential set required.
    """
    parsed = query(credential(), credential_sets=[{"options": [["base"]]}])
    assert not parsed.credentials[0].multiple
    assert parsed.credentials[0].require_cryptographic_holder_binding
    assert (CredentialSet((("base",),), required=True),) == parsed.sets()
    assert (CredentialSet((("base",),)),) == query(credential()).sets()


MALFORMED: list[JsonValue] = [
    None,
    [],
    {},
    {"credentials": []},
    {"credentials": {}},
    {"credentials": ["base"]},
    {"credentials": [credential()], "credential_sets": []},
    {"credentials": [credential()], "credential_sets": [{}]},
    {"credentials": [credential()], "credential_sets": [{"options": []}]},
    {"credentials": [credential()], "credential_sets": [{"options": [[]]}]},
    {"credentials": [credential()], "credential_sets": [{"options": ["base"]}]},
    {"credentials": [credential()], "credential_sets": [{"options": [["other"]]}]},
    {"credentials": [credential()], "credential_sets": [{"options": [["base"]], "required": 1}]},
    {"credentials": [credential(), credential()]},
    {"credentials": [credential("")]},
    {"credentials": [credential("a b")]},
    {"credentials": [credential("é")]},
    {"credentials": [credential("a" * 129)]},
    {"credentials": [{"id": "base", "meta": {}}]},
    {"credentials": [{"id": "base", "format": "dc+sd-jwt"}]},
    {"credentials": [credential(format=1)]},
    {"credentials": [credential(meta=[])]},
    {"credentials": [credential(meta={"vct_values": []})]},
    {"credentials": [credential(meta={"vct_values": [""]})]},
    {"credentials": [credential(meta={"vct_values": "x"})]},
    {"credentials": [credential(format="mso_mdoc", meta={"doctype_value": 1})]},
    {"credentials": [credential(multiple="true")]},
    {"credentials": [credential(require_cryptographic_holder_binding=None)]},
    {"credentials": [credential(claims=[])]},
    {"credentials": [credential(claims=[{}])]},
    {"credentials": [credential(claims=[path()])]},
    {"credentials": [credential(claims=[{"path": ["a"], "values": []}])]},
    {"credentials": [credential(claims=[{"path": ["a"], "id": ""}])]},
    {"credentials": [credential(claims=[{"path": ["a"], "id": "x y"}])]},
    {"credentials": [credential(claims=[{"path": ["a"], "id": "x"}, {"path": ["b"], "id": "x"}])]},
    {"credentials": [credential(claim_sets=[["a"]])]},
    {"credentials": [credential(claims=[path("a")], claim_sets=[["a"]])]},
    {"credentials": [credential(claims=[{"path": ["a"], "id": "a"}], claim_sets=[])]},
    {"credentials": [credential(claims=[{"path": ["a"], "id": "a"}], claim_sets=[[]])]},
    {"credentials": [credential(claims=[{"path": ["a"], "id": "a"}], claim_sets=[["b"]])]},
    {"credentials": [credential(trusted_authorities=[])]},
    {"credentials": [credential(trusted_authorities=[{"type": "aki"}])]},
    {"credentials": [credential(trusted_authorities=[{"values": ["AAAA"]}])]},
    {"credentials": [credential(trusted_authorities=[{"type": "aki", "values": []}])]},
    {"credentials": [credential(trusted_authorities=[{"type": "aki", "values": ["AA=="]}])]},
    {"credentials": [credential(trusted_authorities=[{"type": "aki", "values": ["+/+/"]}])]},
]


@pytest.mark.parametrize("value", MALFORMED, ids=json.dumps)
def test_a_query_that_breaks_a_rule_is_refused(value: JsonValue) -> None:
    """
    VP-30, VP-33, VP-34, VP-35, VP-39: shapes, ids and references are as sections 6.1 to 6.3 say.
    """
    with pytest.raises(DcqlError) as caught:
        parse_query(value)
    assert DcqlFailure.MALFORMED == caught.value.failure


@pytest.mark.parametrize("value", [1.0, 1.5, None, [], {}], ids=repr)
def test_values_are_strings_integers_and_booleans(value: JsonValue) -> None:
    """
    H68: a number with a point is no integer, so 1.0 is refused rather than taken for 1.
    """
    with pytest.raises(DcqlError) as caught:
        query(credential(claims=[{"path": ["a"], "values": [value]}]))
    assert DcqlFailure.MALFORMED == caught.value.failure


@pytest.mark.parametrize("steps", [["ns"], ["ns", "a", "b"], ["ns", 0], ["ns", None]], ids=repr)
def test_a_path_into_an_mdoc_is_two_names(steps: list[JsonValue]) -> None:
    """
    VP-42: section 7.2 knows a namespace and an element, nothing else.
    """
    with pytest.raises(DcqlError):
        query(credential(format="mso_mdoc", meta={"doctype_value": "d"}, claims=[path(*steps)]))


@pytest.mark.parametrize("said", [{"intent_to_retain": True}, {"intent_to_retain": False}, {}])
def test_a_verifier_says_whether_it_keeps_an_element(said: JsonObject) -> None:
    """
    MDOC-9, B.2.4: of an mdoc's elements alone; unchanged after reading and writing.
    """
    of_mdoc = credential(format="mso_mdoc", meta={}, claims=[path("ns", "a") | said])

    [claim] = query(of_mdoc).credentials[0].claims
    assert said.get("intent_to_retain") is claim.intent_to_retain
    assert path("ns", "a") | said == claim.as_dict()
    [other] = query(credential(claims=[path("a") | {"intent_to_retain": 1}])).credentials[0].claims
    assert other.intent_to_retain is None


def test_what_a_verifier_keeps_is_true_or_false() -> None:
    """
    B.2.4: a boolean.
    """
    with pytest.raises(DcqlError) as caught:
        query(
            credential(
                format="mso_mdoc", meta={}, claims=[path("n", "a") | {"intent_to_retain": 1}]
            )
        )
    assert DcqlFailure.MALFORMED == caught.value.failure


def test_a_query_may_leave_the_type_open() -> None:
    """
    Section 6.1: an empty ``meta`` puts no constraint; formats we do not know are read over.
    """
    parsed = query(
        credential("a", meta={}),
        credential("b", format="mso_mdoc", meta={}),
        credential("c", format="jwt_vc_json", meta={"type_values": [["X"]]}),
    )
    assert [(), (), ()] == [entry.types for entry in parsed.credentials]
    assert {"id": "a", "format": "dc+sd-jwt", "meta": {}} == parsed.credentials[0].as_dict()


@pytest.mark.parametrize(
    "members",
    [
        {"meta": {}},
        {"claims": [path("a"), path("b"), path("a")]},
        {
            "claims": [{"id": "a", "path": ["a"]}, {"id": "b", "path": ["b"]}],
            "claim_sets": [["a"]],
        },
    ],
    ids=["no type", "a claim twice", "a claim in no set"],
)
def test_a_verifier_sends_no_sloppy_query(members: JsonObject) -> None:
    """
    VP-31, VP-75: what a wallet would put up with, our verifier does not send.
    """
    sloppy = query(credential(**members))
    with pytest.raises(DcqlError) as caught:
        check_sendable(sloppy)
    assert DcqlFailure.MALFORMED == caught.value.failure


def test_an_authority_can_be_named_by_its_octets() -> None:
    """
    A verifier that knows the key identifier writes the query that names it.
    """
    authority = TrustedAuthority.of_key_identifiers(b"\x01\x02")
    assert {"type": "aki", "values": ["AQI"]} == authority.as_dict()


def test_one_name_twice_in_a_query_is_refused() -> None:
    """
    H61: the JSON reader refuses what two readers would read differently.
    """
    with pytest.raises(KeysError):
        loads('{"credentials": [], "credentials": [1]}')


def test_a_claim_query_tells_true_from_one() -> None:
    """
    H68: two queries that differ in the type of a value alone are told apart when evaluated.
    """
    pointer = ClaimsPathPointer(("a",))
    assert () == ClaimQuery(pointer, values=(1,)).find({"a": True})
    assert () == ClaimQuery(pointer, values=(True,)).find({"a": 1})
