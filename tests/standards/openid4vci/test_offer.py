"""Credential offers and the links they travel in (OpenID4VCI 1.0 section 4.1)."""

import json
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonObject, JsonValue
from standards.openid4vci.errors import VciError, VciFailure
from standards.openid4vci.offer import (
    PRE_AUTHORIZED_GRANT,
    AuthorizationCodeGrant,
    CredentialOffer,
    InputMode,
    PreAuthorizedCodeGrant,
    TxCode,
)
from standards.openid4vci.offer_uri import (
    URI_LIMIT,
    OfferReference,
    offer_uri,
    parse_offer,
    parse_offer_uri,
)
from tests.read_or_refused import check_read_or_refused

ISSUER = "https://issuer.example/issuers/resident-registry"
FULL = CredentialOffer(
    ISSUER,
    ("resident-register", "resident-abstract"),
    PreAuthorizedCodeGrant("code", TxCode(InputMode.TEXT, 6, "By post"), "https://as.example"),
    AuthorizationCodeGrant("state", "https://as.example"),
)


def offer(**members: JsonValue) -> JsonObject:
    required: JsonObject = {"credential_issuer": ISSUER, "credential_configuration_ids": ["a"]}
    return required | members


def pre_authorized(**members: JsonValue) -> JsonObject:
    grant: JsonObject = {"pre-authorized_code": "x"}
    return offer(grants={PRE_AUTHORIZED_GRANT: grant | members})


def refusal(value: JsonValue) -> VciFailure:
    with pytest.raises(VciError) as caught:
        CredentialOffer.parse(value)
    return caught.value.failure


@pytest.mark.parametrize(
    "name", ["credential_offer_multiple_credentials", "credential_offer_pre-authz_code"]
)
def test_the_published_offers_are_read(vectors: Path, name: str) -> None:
    """
    The examples of the standard give their code and what is said of the transaction code.
    """
    example = json.loads((vectors / f"openid4vci/{name}.json").read_text())
    parsed = CredentialOffer.parse(example)
    assert "https://credential-issuer.example.com" == parsed.credential_issuer
    assert parsed.pre_authorized_code is not None
    assert parsed.pre_authorized_code.tx_code is not None
    assert parsed == CredentialOffer.parse(parsed.as_dict())


def test_an_offer_of_a_draft_is_refused(vectors: Path) -> None:
    """
    VCI-2: the HAIP example still has the draft's ``credentials`` and no configuration ids.
    """
    example = json.loads((vectors / "haip/credential_offer_sd_jwt_vc.json").read_text())
    assert VciFailure.MALFORMED == refusal(example)


def test_what_we_write_fits_the_published_schema(vectors: Path) -> None:
    """
    The largest and the smallest offer pass the conformance suite's schema.
    """
    path = vectors / "conformance-suite/json-schemas/oid4vci/credential_offer-1_0.json"
    validator = jsonschema.Draft202012Validator(json.loads(path.read_text()))
    smallest = CredentialOffer(ISSUER, ("a",))
    without_tx_code = CredentialOffer(ISSUER, ("a",), PreAuthorizedCodeGrant("x"))
    for one in (FULL, smallest, without_tx_code):
        validator.validate(one.as_dict())
        assert one == CredentialOffer.parse(one.as_dict())


def test_unknown_members_are_ignored() -> None:
    """
    VCI-4, H75: extensions at every level change nothing, other grants neither.
    """
    extended = offer(
        x=1,
        grants={PRE_AUTHORIZED_GRANT: {"pre-authorized_code": "x", "tx_code": {"y": 2}}, "z": 3},
    )
    expected = PreAuthorizedCodeGrant("x", TxCode())
    assert CredentialOffer(ISSUER, ("a",), expected) == CredentialOffer.parse(extended)


def test_an_offer_without_grants_leaves_them_to_the_metadata() -> None:
    """
    VCI-3: absent and empty ``grants`` both say nothing.
    """
    assert CredentialOffer.parse(offer()) == CredentialOffer.parse(offer(grants={}))


def test_an_empty_tx_code_object_still_asks_for_one() -> None:
    """
    VCI-8: the object alone says that a code is needed, and survives being written.
    """
    parsed = CredentialOffer.parse(pre_authorized(tx_code={}))
    assert PreAuthorizedCodeGrant("x", TxCode()) == parsed.pre_authorized_code
    assert parsed == CredentialOffer.parse(parsed.as_dict())


MALFORMED: list[JsonValue] = [
    None,
    {"credential_issuer": ISSUER},
    {"credential_configuration_ids": ["a"]},
    offer(credential_configuration_ids=[]),
    offer(credential_configuration_ids=[""]),
    offer(credential_configuration_ids="a"),
    offer(credential_issuer="issuer.example"),
    offer(credential_issuer="https://issuer.example?x=1"),
    offer(credential_issuer="https://issuer.example#x"),
    offer(credential_issuer="https://user@issuer.example"),
    offer(credential_issuer="file:///etc/passwd"),
    offer(grants=[]),
    offer(grants={PRE_AUTHORIZED_GRANT: {}}),
    offer(grants={PRE_AUTHORIZED_GRANT: "x"}),
    offer(grants={"authorization_code": None}),
    pre_authorized(tx_code=None),
    pre_authorized(tx_code=True),
    pre_authorized(tx_code={"input_mode": "voice"}),
    pre_authorized(tx_code={"length": 0}),
    pre_authorized(tx_code={"length": -1}),
    pre_authorized(tx_code={"length": True}),
    pre_authorized(tx_code={"length": 4.0}),
    pre_authorized(tx_code={"description": "x" * 301}),
]


@pytest.mark.parametrize("value", MALFORMED, ids=json.dumps)
def test_an_offer_that_breaks_a_rule_is_refused(value: JsonValue) -> None:
    """
    VCI-2, VCI-9: the members of section 4.1.1, with their types and lengths.
    """
    assert VciFailure.MALFORMED == refusal(value)


def test_a_description_of_300_characters_is_accepted() -> None:
    """
    VCI-9: the limit itself is allowed.
    """
    text = "가" * 300
    grant = CredentialOffer.parse(
        pre_authorized(tx_code={"description": text})
    ).pre_authorized_code
    assert PreAuthorizedCodeGrant("x", TxCode(description=text)) == grant


@pytest.mark.parametrize("sent", [FULL, OfferReference(f"{ISSUER}/offers/1?a=b&c=d")])
def test_a_link_carries_the_offer_or_its_address(sent: CredentialOffer | OfferReference) -> None:
    """
    VCI-10: both forms come back as they went, whatever the scheme of the link.
    """
    uri = offer_uri(sent)
    assert uri.startswith("openid-credential-offer://?")
    assert sent == parse_offer_uri(uri)
    assert sent == parse_offer_uri(uri.replace("openid-credential-offer://", "https://w.example/"))
    assert sent == parse_offer_uri(f" {uri}&unknown=1\n")


BY_VALUE = "credential_offer=" + quote(json.dumps(offer()))
BY_REFERENCE = "credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffers%2F1"


BROKEN_LINKS = [
    "",
    "credential_offer=",
    "credential_offer_uri=",
    f"{BY_VALUE}&{BY_REFERENCE}",
    f"{BY_VALUE}&{BY_VALUE}",
    f"{BY_REFERENCE}&{BY_REFERENCE}",
    "credential_offer=eyJ",
    "credential_offer=[]",
    'credential_offer={"a":1,"a":2}',
    "credential_offer=%FF",
    "credential_offer_uri=file:///etc/passwd",
    "credential_offer_uri=data:,x",
    "credential_offer_uri=/offers/1",
    "credential_offer_uri=https://issuer.example/%23#x",
    "credential_offer_uri=https://",
    "credential_offer_uri=https://[::1",
    "credential_offer_uri=https://issuer.example:99999/",
    "credential_offer_uri=https://issuer.example:0/",
    "credential_offer_uri=https://issuer.example/%20 x",
    "credential_offer_uri=https://issuer.example/" + "x" * 2048,
    "credential_offer=" + "x" * URI_LIMIT,
]


@pytest.mark.parametrize("index", range(len(BROKEN_LINKS)))
def test_a_link_that_is_no_offer_is_refused(index: int) -> None:
    """
    VCI-1, H61, H80: exactly one of the two parameters, once, and a web address.
    """
    with pytest.raises(VciError) as caught:
        parse_offer_uri("openid-credential-offer://?" + BROKEN_LINKS[index].replace("#", "%23"))
    assert VciFailure.MALFORMED == caught.value.failure


def test_a_text_that_is_no_link_is_refused() -> None:
    """
    What cannot be split into the parts of a link is refused as what it is.
    """
    with pytest.raises(VciError):
        parse_offer_uri("https://[not an address/?credential_offer={}")


def test_an_offer_fetched_by_reference_is_read_from_its_text() -> None:
    """
    VCI-11: the answer is the offer as JSON, never a token.
    """
    assert CredentialOffer.parse(offer()) == parse_offer(json.dumps(offer()).encode())
    with pytest.raises(VciError):
        parse_offer(b"eyJhbGciOiJub25lIn0.e30.")


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    """
    H63: whatever is scanned, the answer is an offer or a refusal.
    """
    link = f"openid-credential-offer://?credential_offer={text}"

    check_read_or_refused(
        lambda: parse_offer_uri(link), CredentialOffer | OfferReference, VciError
    )
