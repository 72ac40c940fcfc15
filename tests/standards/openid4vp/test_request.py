"""What a request may say (OpenID4VP 1.0 section 5)."""

import pytest

from keys.strict_json import JsonObject
from standards.openid4vp.errors import (
    RequestError,
    RequestFailure,
)
from tests.standards.openid4vp.asking import KEY, NOW, Bank

BANK = Bank()


def refusal(token: str) -> RequestFailure:
    with pytest.raises(RequestError) as caught:
        BANK.read(token)
    return caught.value.failure


WRONG: dict[str, tuple[JsonObject, RequestFailure]] = {
    "another client": ({"client_id": "x509_hash:" + "A" * 43}, RequestFailure.CLIENT_ID_MISMATCH),
    "no client": ({"client_id": None}, RequestFailure.CLIENT_ID_MISMATCH),
    "another audience": ({"aud": "https://wallet.example"}, RequestFailure.WRONG_AUDIENCE),
    "audience as array": ({"aud": ["https://self-issued.me/v2"]}, RequestFailure.WRONG_AUDIENCE),
    "expired": ({"exp": int(NOW.timestamp()) - 61}, RequestFailure.OUTDATED),
    "from the future": ({"iat": int(NOW.timestamp()) + 61}, RequestFailure.OUTDATED),
    "not yet": ({"nbf": int(NOW.timestamp()) + 61}, RequestFailure.OUTDATED),
    "exp as text": ({"exp": "tomorrow"}, RequestFailure.NOT_AUTHENTIC),
    "exp null": ({"exp": None}, RequestFailure.NOT_AUTHENTIC),
    "response_type": ({"response_type": "code"}, RequestFailure.RESPONSE_TYPE),
    "response_mode": ({"response_mode": "fragment"}, RequestFailure.RESPONSE_MODE),
    "browser mode": ({"response_mode": "dc_api.jwt"}, RequestFailure.RESPONSE_MODE),
    "redirect_uri": ({"redirect_uri": "https://bank.example/"}, RequestFailure.REDIRECT_URI),
    "response_uri": ({"response_uri": "javascript:alert(1)"}, RequestFailure.MALFORMED),
    "fragment": ({"response_uri": "https://bank.example/#x"}, RequestFailure.MALFORMED),
    "nonce not URL-safe": ({"nonce": "a b"}, RequestFailure.MALFORMED),
    "nonce empty": ({"nonce": ""}, RequestFailure.MALFORMED),
    "nonce endless": ({"nonce": "n" * 513}, RequestFailure.MALFORMED),
    "state not URL-safe": ({"state": "가"}, RequestFailure.MALFORMED),
    "scope and query": ({"scope": "id"}, RequestFailure.SCOPE),
    "query malformed": ({"dcql_query": {"credentials": []}}, RequestFailure.QUERY),
    "query too large": (
        {"dcql_query": {"credentials": [{}] * 1000}},
        RequestFailure.QUERY,
    ),
    "query as text": ({"dcql_query": "{}"}, RequestFailure.MALFORMED),
    "transaction_data": (
        {"transaction_data": ["eyJ0eXBlIjoieCJ9"]},
        RequestFailure.TRANSACTION_DATA,
    ),
    "empty transaction_data": ({"transaction_data": []}, RequestFailure.TRANSACTION_DATA),
    "request within": ({"request": "e.y.J"}, RequestFailure.MALFORMED),
    "request_uri within": ({"request_uri": "https://bank.example"}, RequestFailure.MALFORMED),
    "verifier_info empty": ({"verifier_info": []}, RequestFailure.MALFORMED),
    "verifier_info without data": ({"verifier_info": [{"format": "x"}]}, RequestFailure.MALFORMED),
    "verifier_info without format": ({"verifier_info": [{"data": "x"}]}, RequestFailure.MALFORMED),
    "verifier_info endless": (
        {"verifier_info": [{"format": "x", "data": "y"}] * 17},
        RequestFailure.MALFORMED,
    ),
    "metadata as text": ({"client_metadata": "{}"}, RequestFailure.MALFORMED),
    "formats as list": (
        {"client_metadata": {"vp_formats_supported": []}},
        RequestFailure.MALFORMED,
    ),
    "no key to encrypt to": (
        {"response_mode": "direct_post.jwt", "client_metadata": {}},
        RequestFailure.ENCRYPTION,
    ),
    "no cipher we have": (
        {
            "response_mode": "direct_post.jwt",
            "client_metadata": {
                "jwks": {"keys": [KEY.public.as_dict()]},
                "encrypted_response_enc_values_supported": ["A128CBC-HS256"],
            },
        },
        RequestFailure.ENCRYPTION,
    ),
    "two keys of one name": (
        {"client_metadata": {"jwks": {"keys": [KEY.public.as_dict()] * 2}}},
        RequestFailure.MALFORMED,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_request_that_says_the_wrong_thing_is_refused(name: str) -> None:
    """
    VP-4, VP-5, VP-6, VP-10, VP-12, VP-13, VP-17, VP-28, VP-46, H81: each with its own reason.
    """
    claims, expected = WRONG[name]
    assert expected == refusal(BANK.signed(claims))


@pytest.mark.parametrize(
    "member", ["nonce", "response_uri", "response_mode", "response_type", "dcql_query"]
)
def test_a_request_without_a_needed_member_is_refused(member: str) -> None:
    """
    VP-12, H81: a missing nonce, and every other thing an answer needs.
    """
    assert RequestFailure.MALFORMED == refusal(BANK.signed({}, without=member))
