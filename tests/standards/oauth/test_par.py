"""Pushed authorization requests: the answer, and the address the browser gets (RFC 9126)."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from keys.strict_json import JsonValue
from standards.oauth.errors import OAuthError
from standards.oauth.par import PushedResponse, front_channel

# RFC 9126 section 2.2, the example.
URN = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"


def test_the_example_of_the_standard() -> None:
    """
    RFC 9126 sections 2.2 and 4: what is answered, and the address made of it.
    """
    example: JsonValue = {"request_uri": URN, "expires_in": 60}
    pushed = PushedResponse.parse(example)
    assert example == pushed.as_dict()
    address = front_channel("https://server.example.com/authorize", "s6BhdRkqt3", URN)
    assert {"client_id": ["s6BhdRkqt3"], "request_uri": [URN]} == parse_qs(urlsplit(address).query)


def test_the_browser_carries_two_parameters() -> None:
    """
    EnsureAuthorizationRequestContainsOnlyExpectedParamsWhenUsingPAR; the server's own query stays.
    """
    address = front_channel("https://as.example/a?tenant=x", "https://w.example/?a&b", URN)
    query = parse_qs(urlsplit(address).query)
    assert {"tenant", "client_id", "request_uri"} == set(query)
    assert ["https://w.example/?a&b"] == query["client_id"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"request_uri": URN},
        {"request_uri": "", "expires_in": 60},
        {"request_uri": URN, "expires_in": 0},
        {"request_uri": URN, "expires_in": -1},
        {"request_uri": URN, "expires_in": "60"},
        {"request_uri": URN, "expires_in": True},
        {"expires_in": 60},
    ],
    ids=json.dumps,
)
def test_an_answer_of_the_wrong_shape_is_refused(value: JsonValue) -> None:
    """
    PAR-4: both members, a positive whole number.
    """
    with pytest.raises(OAuthError):
        PushedResponse.parse(value)
