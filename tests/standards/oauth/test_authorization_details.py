"""What a client asks for in detail (RFC 9396, OpenID4VCI 1.0 section 5.1.1)."""

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonValue
from standards.oauth.authorization_details import (
    CredentialDetail,
    parse_details,
    parse_details_text,
    written_details,
)
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from tests.read_or_refused import check_read_or_refused

TYPE = {"type": "openid_credential"}
FULL = CredentialDetail("a", locations=("https://issuer.example",))


def asked(**members: JsonValue) -> JsonValue:
    return {"type": "openid_credential", "credential_configuration_id": "a", **members}


def test_details_come_back_as_they_went() -> None:
    """
    VCI-14, VCI-15: the type, the configuration, and for whom it is when servers are listed.
    """
    assert (FULL, CredentialDetail("b")) == parse_details_text(
        written_details((FULL, CredentialDetail("b")))
    )
    assert TYPE | {"credential_configuration_id": "b"} == CredentialDetail("b").as_dict()
    assert None is written_details(())
    assert () == parse_details_text(None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("authorization_details", CredentialDetail("UniversityDegreeCredential")),
        ("authorization_details_mso_doc", CredentialDetail("org.iso.18013.5.1.mDL")),
        ("authorization_details_sd_jwt_vc", CredentialDetail("PID_SD_JWT_VC")),
        (
            "authorization_details_with_as",
            CredentialDetail(
                "UniversityDegreeCredential", locations=("https://credential-issuer.example.com",)
            ),
        ),
    ],
)
def test_the_examples_of_the_standard_are_read(
    name: str, expected: CredentialDetail, vectors: Path
) -> None:
    """
    VCI-14, VCI-15: each published example says which credential; its claims are only a wish.
    """
    text = (vectors / f"openid4vci/{name}.json").read_text()
    assert (expected,) == parse_details(json.loads(text))


def test_the_example_of_a_draft_is_refused(vectors: Path) -> None:
    """
    HAIP's published example still asks by ``vct``, which names no configuration.
    """
    text = (vectors / "haip/authorization_details_sd_jwt_vc.json").read_text()
    with pytest.raises(OAuthRequestError):
        parse_details(json.loads(text))


BROKEN: dict[str, JsonValue] = {
    "null": None,
    "object": asked(),
    "empty": [],
    "text in it": ["openid_credential"],
    "no type": [{"credential_configuration_id": "a"}],
    "another type": [asked(), {"type": "payment", "credential_configuration_id": "b"}],
    "no configuration": [{"type": "openid_credential"}],
    "empty configuration": [asked(credential_configuration_id="")],
    "number": [asked(credential_configuration_id=1)],
    "identifiers": [asked(credential_identifiers=["x"])],
    "location as text": [asked(locations="https://issuer.example")],
    "twice": [asked(), asked(locations=["https://issuer.example"])],
    "too many": [asked(credential_configuration_id=str(each)) for each in range(17)],
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_details_have_their_own_code(name: str) -> None:
    """
    H62, VCIValidateOpenidCredentialAuthorizationDetailsInIncomingRequest: one code for all.
    """
    with pytest.raises(OAuthRequestError) as caught:
        parse_details(BROKEN[name])
    assert OAuthErrorCode.INVALID_AUTHORIZATION_DETAILS == caught.value.code


@pytest.mark.parametrize("text", ["", "{", "[1e999]", "[" * 100, '"\\ud800"', "x" * 100_000])
def test_what_is_no_json_has_the_same_code(text: str) -> None:
    """
    H18, H62: depth, size, surrogates and syntax, before anything is made of it.
    """
    with pytest.raises(OAuthRequestError) as caught:
        parse_details_text(text)
    assert OAuthErrorCode.INVALID_AUTHORIZATION_DETAILS == caught.value.code


json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "locations", "credential_configuration_id", "x"]), inner
        ),
    ),
    max_leaves=6,
)


@given(value=json_values, member=st.sampled_from(["type", "locations", "claims", "x"]))
def test_any_json_is_read_or_refused(value: JsonValue, member: str) -> None:
    """
    H62, H75: whatever stands there, and in a detail, no other error than the standard's.
    """
    for document in (value, [asked(**{member: value})]):
        check_read_or_refused(partial(parse_details, document), tuple, OAuthRequestError)
