"""Whatever stands in a request or an answer, there is a refusal for it (H18, H62, H63)."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonValue, dumps
from standards.oauth.form import encode_form
from standards.openid4vp.errors import RequestError, ResponseError
from standards.openid4vp.request import AuthorizationRequest, RequestUri, ResponseMode
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse, read_response
from standards.openid4vp.wallet_post import WalletPost
from tests.read_or_refused import check_read_or_refused
from tests.standards.openid4vci.test_any_json import anything, copied, places
from tests.standards.openid4vp.asking import Bank, query

CLAIMS = Bank().request(ResponseMode.DIRECT_POST_JWT).as_dict()


@given(data=st.data(), replacement=anything)
def test_a_strange_member_of_a_request_is_refused_or_ignored(
    data: st.DataObject, replacement: JsonValue
) -> None:
    """
    VP-3, H62, H75: any value in any place, and never an error of Python.
    """
    claims = copied(CLAIMS)
    holder, key = data.draw(st.sampled_from(places(claims)))
    if isinstance(holder, dict):
        holder[str(key)] = replacement
    else:
        holder[int(key)] = replacement
    assert isinstance(claims, dict)
    check_read_or_refused(
        partial(AuthorizationRequest.parse, claims), AuthorizationRequest, RequestError
    )


@given(anything)
def test_a_strange_vp_token_is_refused(value: JsonValue) -> None:
    """
    H62, H82: an answer is presentations as text, or refused.
    """
    body = encode_form({"vp_token": dumps(value).decode(), "state": "s"})

    with pytest.raises(ResponseError):
        read_response(body, query=query(), expected_state="s", decryption_key=None)


@given(st.binary(max_size=200))
def test_any_octets_in_a_form_are_read_or_refused(body: bytes) -> None:
    """
    H63: broken UTF-8, NUL and stray percent signs.
    """
    check_read_or_refused(
        lambda: read_response(body, query=query(), expected_state=None, decryption_key=None),
        AuthorizationResponse | ErrorResponse,
        ResponseError,
    )
    check_read_or_refused(lambda: WalletPost.parse(body), WalletPost, RequestError)


@given(st.text(max_size=200))
def test_any_text_scanned_is_a_link_or_refused(text: str) -> None:
    """
    H63, H80: whatever a code on a wall says.
    """
    for link in (text, f"openid4vp://?client_id=x509_hash%3Ax&request_uri={text}"):
        check_read_or_refused(partial(RequestUri.parse, link), RequestUri, RequestError)
