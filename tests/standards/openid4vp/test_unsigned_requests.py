"""Requests nobody signed: in the link, or fetched (sections 5, 5.9.2, 5.9.3)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonObject, dumps
from standards.oauth.form import encode_form
from standards.openid4vp.errors import RequestError, RequestFailure
from standards.openid4vp.known_by import ByAddress, ByRegistration
from standards.openid4vp.request_link import (
    RequestByValue,
    RequestLink,
    RequestParameters,
    read_request_link,
)
from standards.openid4vp.request_object import VerifiedRequest, verify_parameters
from standards.openid4vp.request_uri import RequestUri
from tests.read_or_refused import check_read_or_refused
from tests.standards.openid4vp.asking import NOW
from tests.standards.openid4vp.clients import ANSWERS, Shop

SHOP = Shop("redirect_uri")


def link(claims: Mapping[str, Any]) -> str:
    """Return the request as parameters of a link, JSON as text."""
    parameters = {
        name: value if isinstance(value, str) else dumps(value).decode()
        for name, value in claims.items()
    }
    return f"openid4vp://?{encode_form(parameters).decode()}"


def plain(**changes: Any) -> JsonObject:
    return SHOP.claims(aud=None, iat=None, **changes)


def read(text: str, shop: Shop = SHOP) -> VerifiedRequest:
    asked = read_request_link(text)
    assert isinstance(asked, RequestParameters)
    return verify_parameters(asked, grounds=shop.grounds(), now=NOW)


def refusal(text: str, shop: Shop = SHOP) -> RequestFailure:
    with pytest.raises(RequestError) as caught:
        read(text, shop)
    return caught.value.failure


def test_a_request_in_a_link_is_read() -> None:
    """
    VP-20: unsigned, with its address for a name; nobody but that host is known.
    """
    verified = read(link(plain(state="s", unknown="x")))

    assert ANSWERS == verified.request.response_uri
    assert ByAddress("shop.example") == verified.known
    assert {} == verified.header
    assert verified.hashed_part == read(link(plain(unknown="x", state="s"))).hashed_part
    assert verified.hashed_part != read(link(plain(state="t"))).hashed_part


def test_its_name_stands_for_an_address_it_leaves_out() -> None:
    """
    Section 5.9.3, module alternate-happy-flow: the client_id without its prefix.
    """
    assert ANSWERS == read(link(plain(response_uri=None))).request.response_uri


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"response_uri": "https://evil.example/a"}, RequestFailure.CLIENT_ID_MISMATCH),
        ({"response_uri": f"{ANSWERS}/"}, RequestFailure.CLIENT_ID_MISMATCH),
        ({"redirect_uri": ANSWERS}, RequestFailure.REDIRECT_URI),
        ({"nonce": None}, RequestFailure.MALFORMED),
        ({"response_mode": "fragment"}, RequestFailure.RESPONSE_MODE),
        ({"dcql_query": "not json"}, RequestFailure.MALFORMED),
        ({"transaction_data": ["eyJ0eXBlIjoieCJ9"]}, RequestFailure.TRANSACTION_DATA),
        ({"aud": "https://other.example"}, RequestFailure.WRONG_AUDIENCE),
        ({"client_id": "redirect_uri:javascript:x"}, RequestFailure.CLIENT_ID_MISMATCH),
        (
            {"client_id": "redirect_uri:data:,x", "response_uri": None},
            RequestFailure.MALFORMED,
        ),
    ],
    ids=str,
)
def test_an_unsigned_request_with_one_thing_wrong_is_refused(
    changes: dict[str, Any], expected: RequestFailure
) -> None:
    """
    VP-20, VP-46, H81: module response-uri-not-client-id and its like.
    """
    given_claims = {**plain(), **changes}
    told = {name: value for name, value in given_claims.items() if value is not None}

    assert expected == refusal(link(told))


@pytest.mark.parametrize(
    "client_id",
    [
        "x509_hash:abc",
        "x509_san_dns:shop.example",
        "verifier_attestation:shop",
        "decentralized_identifier:did:web:shop.example",
    ],
)
def test_clients_that_sign_are_not_read_unsigned(client_id: str) -> None:
    """
    H1, T13: whoever leaves the signature out gets nowhere by it.
    """
    with pytest.raises(RequestError) as caught:
        read_request_link(link(plain(client_id=client_id)))
    assert RequestFailure.UNSIGNED == caught.value.failure


def test_each_form_of_a_link_is_told_from_the_others() -> None:
    """
    Sections 5 and 5.10: by reference, by value, as parameters.
    """
    by_value = read_request_link("openid4vp://?client_id=x509_hash:a&request=a.b.c&nonce=x")
    by_reference = read_request_link("x:?client_id=a&request_uri=https://shop.example/1")

    assert RequestByValue("x509_hash:a", "a.b.c") == by_value
    assert RequestUri("a", "https://shop.example/1") == by_reference
    assert isinstance(read_request_link(link(plain())), RequestParameters)


@pytest.mark.parametrize(
    "text",
    [
        "openid4vp://",
        "openid4vp://?client_id=x509_hash:a",
        "openid4vp://?client_id=a&request_uri_method=post",
        "openid4vp://?client_id=a&request=b.c.d&request_uri=https://shop.example/1",
        "openid4vp://?request=a.b.c",
        "openid4vp://?client_id=origin:https://shop.example&request=a.b.c",
        "openid4vp://?client_id=openid_federation:https://shop.example&request=a.b.c",
    ],
)
def test_a_link_of_no_form_is_refused(text: str) -> None:
    """
    VP-9, VP-23, H81: nothing in it, two forms in it, or a client nobody can be.
    """
    with pytest.raises(RequestError):
        read_request_link(text)


def test_a_fetched_request_may_be_unsigned() -> None:
    """
    RFC 9101 section 4: ``alg`` none, and with the nonce of the fetch (VP-26).
    """
    verified = SHOP.read(SHOP.unsecured(wallet_nonce="n"), nonce="n")

    assert {} == verified.header
    with pytest.raises(RequestError) as caught:
        SHOP.read(SHOP.unsecured(), nonce="n")
    assert RequestFailure.WALLET_NONCE_MISMATCH == caught.value.failure


@pytest.mark.parametrize(
    "token",
    [
        SHOP.token(),
        SHOP.unsecured(header={"alg": "None"}),
        SHOP.unsecured(header={"typ": "JWT"}),
        SHOP.unsecured(header={"crit": []}),
        "e30.e30.",
        "a.",
        ".",
        "a.b.c.",
        SHOP.unsecured() + "." * 2,
        "e30." + "e" * 300_000 + ".",
    ],
    ids=[
        "signed",
        "None",
        "typ",
        "crit",
        "empty",
        "one part",
        "nothing",
        "no JSON",
        "more parts",
        "huge",
    ],
)
def test_what_is_no_unsigned_request_is_refused(token: str) -> None:
    """
    VP-20, H1, H10, H50: signed by whomever, of another type, broken or huge.
    """
    with pytest.raises(RequestError) as caught:
        SHOP.read(token)
    assert caught.value.failure in {RequestFailure.NOT_AUTHENTIC, RequestFailure.MALFORMED}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exp": int(NOW.timestamp()) - 3600}, RequestFailure.OUTDATED),
        ({"exp": "soon"}, RequestFailure.MALFORMED),
        ({"client_id": "redirect_uri:https://evil.example/a"}, RequestFailure.CLIENT_ID_MISMATCH),
    ],
)
def test_times_and_client_of_an_unsigned_request_count(
    changes: dict[str, Any], expected: RequestFailure
) -> None:
    """
    VP-28, H18: also where nobody signed them.
    """
    with pytest.raises(RequestError) as caught:
        SHOP.read(SHOP.unsecured(**changes))
    assert expected == caught.value.failure


def test_a_registered_client_without_a_key_asks_unsigned() -> None:
    """
    VP-19: anybody may write in its name, and the answer goes to it.
    """
    shop = Shop("registered", registered={"jwks": None})
    verified = read(link(shop.claims(aud=None, iat=None)), shop)

    assert isinstance(verified.known, ByRegistration)
    elsewhere = shop.claims(aud=None, iat=None, response_uri="https://evil.example/a")
    assert RequestFailure.CLIENT_ID_MISMATCH == refusal(link(elsewhere), shop)
    with pytest.raises(RequestError, match="no key"):
        shop.read(shop.token())


@given(st.text(max_size=200), st.dictionaries(st.text(max_size=20), st.text(max_size=60)))
def test_any_link_is_read_or_refused(text: str, more: dict[str, str]) -> None:
    """
    H62, H63, H80: whatever a code on a wall says, in each form.
    """
    forms = (
        text,
        f"openid4vp://?client_id={text}&request=a.b.c",
        f"openid4vp://?client_id=redirect_uri:https://a.example&response_type=vp_token&{text}",
    )
    for each in forms:
        check_read_or_refused(partial(read_request_link, each), RequestLink, RequestError)
    asked = RequestParameters(SHOP.client_id, {**plain(), **more})
    check_read_or_refused(
        partial(verify_parameters, asked, grounds=SHOP.grounds(), now=NOW),
        VerifiedRequest,
        RequestError,
    )


@given(st.text(max_size=200))
def test_any_token_is_a_request_or_refused(text: str) -> None:
    """
    H50, H63: whatever an address answers.
    """
    for token in (text, f"{text}.", f"e30.{text}."):
        check_read_or_refused(partial(SHOP.read, token), VerifiedRequest, RequestError)
