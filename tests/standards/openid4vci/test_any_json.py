"""Whatever JSON arrives, a parser returns or gives its own refusal (H18, H62, H63)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.errors import DcqlError
from standards.dcql.query import parse_query
from standards.oauth.error_response import ErrorResponse
from standards.oauth.errors import OAuthError
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.oauth.par import PushedResponse
from standards.openid4vci.credential import CredentialRequest, parse_credential_response
from standards.openid4vci.error_response import CredentialRequestError
from standards.openid4vci.errors import VciError
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.nonce import NonceResponse
from standards.openid4vci.offer import CredentialOffer
from standards.openid4vci.token import TokenResponse
from tests.read_or_refused import check_read_or_refused
from tests.standards.dcql.asking import credential, path, query
from tests.standards.oauth.test_metadata import FULL as SERVER
from tests.standards.openid4vci.test_credential import FULL as REQUEST
from tests.standards.openid4vci.test_metadata import FULL as METADATA
from tests.standards.openid4vci.test_offer import FULL as OFFER

REFUSALS = (CredentialRequestError, DcqlError, OAuthError, VciError)
QUERY = query(
    credential(
        claims=[{"id": "a", "path": ["a", None, 0], "values": [1]}],
        claim_sets=[["a"]],
        trusted_authorities=[{"type": "aki", "values": ["AQI"]}],
    ),
    credential("plain", claims=[path("b")]),
    credential_sets=[{"options": [["base"]], "required": False}],
)


def _server(value: JsonValue) -> object:
    return AuthorizationServerMetadata.parse(value, expected_issuer=SERVER.issuer)


def _issuer(value: JsonValue) -> object:
    return CredentialIssuerMetadata.parse(value, expected_issuer=METADATA.credential_issuer)


MESSAGES: dict[str, tuple[Callable[[JsonValue], object], JsonObject]] = {
    "offer": (CredentialOffer.parse, OFFER.as_dict()),
    "issuer metadata": (_issuer, METADATA.as_dict()),
    "server metadata": (_server, SERVER.as_dict()),
    "token response": (
        TokenResponse.parse,
        TokenResponse("t", expires_in=1, scope="s", refresh_token="r").as_dict(),
    ),
    "nonce response": (NonceResponse.parse, {"c_nonce": "n"}),
    "credential request": (CredentialRequest.parse, REQUEST.as_dict()),
    "credential response": (
        parse_credential_response,
        {"credentials": [{"credential": "x"}], "notification_id": "n"},
    ),
    "error": (ErrorResponse.parse, {"error": "x", "error_description": "y"}),
    "pushed response": (PushedResponse.parse, {"request_uri": "urn:x", "expires_in": 60}),
    "query": (parse_query, QUERY.as_dict()),
}

anything: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
        st.sampled_from(["__proto__", "constructor", "https://x.example", "jwt"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "__class__", "keys", "jwt"]), inner, max_size=3),
    ),
    max_leaves=5,
)


def places(value: JsonValue) -> list[tuple[JsonObject | list[JsonValue], str | int]]:
    """Return every place in a document where something could stand instead."""
    if isinstance(value, dict):
        here = [(value, name) for name in value]
        return [*here, *(place for member in value.values() for place in places(member))]
    if isinstance(value, list):
        there = [(value, index) for index in range(len(value))]
        return [*there, *(place for element in value for place in places(element))]
    return []


def copied(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(element) for element in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", MESSAGES)
@given(data=st.data(), replacement=anything)
def test_one_strange_member_gives_a_refusal_or_nothing(
    name: str, data: st.DataObject, replacement: JsonValue
) -> None:
    """
    H62, H75: any value in any place is read, ignored or refused, and never an error of Python.
    """
    parse, valid = MESSAGES[name]
    document = copied(valid)
    holder, key = data.draw(st.sampled_from(places(document)))
    if isinstance(holder, dict):
        holder[str(key)] = replacement
    else:
        holder[int(key)] = replacement
    check_read_or_refused(lambda: parse(document), type(parse(valid)), *REFUSALS)


@pytest.mark.parametrize("name", MESSAGES)
@given(value=anything)
def test_any_document_gives_a_refusal_or_nothing(name: str, value: JsonValue) -> None:
    """
    H62: what is no such message at all is refused as what it is.
    """
    parse, valid = MESSAGES[name]

    check_read_or_refused(lambda: parse(value), type(parse(valid)), *REFUSALS)
