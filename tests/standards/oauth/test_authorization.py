"""The authorization request, pushed, and the redirects that answer it (RFC 6749, 9126, 9207)."""

import contextlib
import string
from functools import partial
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.oauth.authorization import (
    AuthorizationError,
    AuthorizationRequest,
    AuthorizationResponse,
)
from standards.oauth.authorization_details import CredentialDetail
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.errors import OAuthError, OAuthFailure, malformed
from standards.oauth.form import parse_form
from standards.oauth.pkce import challenge_of
from standards.oauth.returning import read_redirect, state_of
from tests.read_or_refused import check_read_or_refused

AS = "https://as.example/issuers/registry"
BACK = "https://wallet.example/wallet/authorized"
SMALL = AuthorizationRequest("https://wallet.example/wallet", BACK, challenge_of("v" * 43))
FULL = AuthorizationRequest(
    SMALL.client_id,
    BACK + "?from=as",
    SMALL.code_challenge,
    state="s+t&a=te",
    scope=("resident-register", "tax"),
    details=(CredentialDetail("resident-register", locations=("https://issuer.example",)),),
    issuer_state="상태",
    dpop_jkt="A" * 43,
)


def form_of(request: AuthorizationRequest) -> dict[str, str]:
    return parse_form(request.encode(), malformed)


@pytest.mark.parametrize("request_sent", [SMALL, FULL], ids=["small", "full"])
def test_a_request_comes_back_as_it_went(request_sent: AuthorizationRequest) -> None:
    """
    VCI-5, VCI-14, VCI-15: with every parameter, and with the fewest.
    """
    assert request_sent == AuthorizationRequest.parse(form_of(request_sent))
    sent = form_of(request_sent)
    assert ("code", "S256") == (sent["response_type"], sent["code_challenge_method"])


def test_unknown_parameters_are_ignored() -> None:
    """
    VCI-19, H75: extensions of others change nothing, the usual response mode may be said.
    """
    strange = {"nonce": "n", "claims": "{", "response_mode": "query", "client_assertion": "x"}
    assert SMALL == AuthorizationRequest.parse(form_of(SMALL) | strange)


BROKEN: dict[str, tuple[dict[str, str | None], OAuthErrorCode]] = {
    "request_uri inside": ({"request_uri": "urn:x"}, OAuthErrorCode.INVALID_REQUEST),
    "request object": ({"request": "e30.e30."}, OAuthErrorCode.INVALID_REQUEST),
    "no client": ({"client_id": None}, OAuthErrorCode.INVALID_REQUEST),
    "no redirect": ({"redirect_uri": None}, OAuthErrorCode.INVALID_REQUEST),
    "no response type": ({"response_type": None}, OAuthErrorCode.INVALID_REQUEST),
    "token": ({"response_type": "token"}, OAuthErrorCode.UNSUPPORTED_RESPONSE_TYPE),
    "code id_token": (
        {"response_type": "code id_token"},
        OAuthErrorCode.UNSUPPORTED_RESPONSE_TYPE,
    ),
    "fragment": ({"response_mode": "fragment"}, OAuthErrorCode.INVALID_REQUEST),
    "form_post": ({"response_mode": "form_post"}, OAuthErrorCode.INVALID_REQUEST),
    "no challenge": ({"code_challenge": None}, OAuthErrorCode.INVALID_REQUEST),
    "no method": ({"code_challenge_method": None}, OAuthErrorCode.INVALID_REQUEST),
    "plain": ({"code_challenge_method": "plain"}, OAuthErrorCode.INVALID_REQUEST),
    "state with a line break": ({"state": "a\nb"}, OAuthErrorCode.INVALID_REQUEST),
    "state of a book": ({"state": "a" * 1025}, OAuthErrorCode.INVALID_REQUEST),
    "state not ASCII": ({"state": "상태"}, OAuthErrorCode.INVALID_REQUEST),
    "dpop_jkt": ({"dpop_jkt": "A" * 42}, OAuthErrorCode.INVALID_REQUEST),
    "scope": ({"scope": 'a"b'}, OAuthErrorCode.INVALID_SCOPE),
    "scope of blanks": ({"scope": "a  b"}, OAuthErrorCode.INVALID_SCOPE),
    "details": ({"authorization_details": "{}"}, OAuthErrorCode.INVALID_AUTHORIZATION_DETAILS),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_request_has_its_code(name: str) -> None:
    """
    H60, H71, PAR-2: each FAPI2 module's wrong request, refused before anybody is asked.
    """
    changed, code = BROKEN[name]
    form = {key: value for key, value in (form_of(FULL) | changed).items() if value is not None}
    with pytest.raises(OAuthRequestError) as caught:
        AuthorizationRequest.parse(form)
    assert code == caught.value.code


def test_a_repeated_word_of_a_scope_counts_once() -> None:
    """
    VCI-16: the order stays, and each word stands alone.
    """
    parsed = AuthorizationRequest.parse(form_of(SMALL) | {"scope": "b a b"})
    assert ("b", "a") == parsed.scope


def test_a_long_state_is_carried() -> None:
    """
    ensure-authorization-request-with-long-state: a thousand characters come back intact.
    """
    parsed = AuthorizationRequest.parse(form_of(SMALL) | {"state": "x" * 1000})
    assert "x" * 1000 == parsed.state


@given(
    form=st.dictionaries(
        st.sampled_from([*form_of(FULL), "request", "response_mode"]), st.text(max_size=20)
    )
)
def test_any_form_is_read_or_refused(form: dict[str, str]) -> None:
    """
    H62: no other error than the standard's, whatever a stranger pushes.
    """
    for asked in (form, form_of(FULL) | form):
        check_read_or_refused(
            partial(AuthorizationRequest.parse, asked), AuthorizationRequest, OAuthRequestError
        )


def test_a_response_comes_back_as_it_went() -> None:
    """
    RFC 9207 section 2, VCI-20: code, state and iss in the query; a query that was there stays.
    """
    response = AuthorizationResponse("c&=+", "st", AS)
    assert response == read(response.redirect(BACK))
    assert response.redirect(BACK + "?from=as").startswith(BACK + "?from=as&code=c%26")
    assert "#" not in response.redirect(BACK)
    without_state = AuthorizationResponse("c", None, AS).redirect(BACK)
    assert "state" not in without_state  # ensure-authorization-request-without-state-success


def test_a_refusal_comes_back_as_it_went() -> None:
    """
    user-rejects-authentication: access_denied with the state and iss, in allowed characters.
    """
    refusal = AuthorizationError("access_denied", "the person said no", "st", AS)
    assert refusal == read(refusal.redirect(BACK))
    quoted = AuthorizationError("server_error", 'a "b"\n', "st", AS).redirect(BACK)
    back = read(quoted)
    assert isinstance(back, AuthorizationError)
    assert "a ?b??" == back.description
    bare = AuthorizationError("server_error", None, "st", AS)
    assert bare == read(bare.redirect(BACK))


def read(address: str) -> AuthorizationResponse | AuthorizationError:
    return read_redirect(urlsplit(address).query, expected_state="st", expected_iss=AS)


ISS = "&iss=https%3A%2F%2Fas.example%2Fissuers%2Fregistry"
WRONG: dict[str, tuple[str, OAuthFailure]] = {
    "no state": (f"code=c{ISS}", OAuthFailure.STATE_MISMATCH),
    "empty state": (f"code=c&state={ISS}", OAuthFailure.STATE_MISMATCH),
    "old state": (f"code=c&state=old{ISS}", OAuthFailure.STATE_MISMATCH),
    "longer state": (f"code=c&state=stst{ISS}", OAuthFailure.STATE_MISMATCH),
    "state not ASCII": (f"code=c&state=%C3%A9{ISS}", OAuthFailure.STATE_MISMATCH),
    "no iss": ("code=c&state=st", OAuthFailure.ISSUER_MISMATCH),
    "another iss": ("code=c&state=st&iss=https%3A%2F%2Fevil", OAuthFailure.ISSUER_MISMATCH),
    "iss with a slash": (f"code=c&state=st{ISS}%2F", OAuthFailure.ISSUER_MISMATCH),
    "refusal by another": ("error=access_denied&state=st&iss=x", OAuthFailure.ISSUER_MISMATCH),
    "nothing": (f"state=st{ISS}", OAuthFailure.MALFORMED),
    "code and error": (f"code=c&error=x&state=st{ISS}", OAuthFailure.MALFORMED),
    "code twice": (f"code=c&code=d&state=st{ISS}", OAuthFailure.MALFORMED),
    "state twice": (f"code=c&state=st&state=st{ISS}", OAuthFailure.MALFORMED),
    "broken UTF-8": (f"code=%FF&state=st{ISS}", OAuthFailure.MALFORMED),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_redirect_that_answers_something_else_is_refused(name: str) -> None:
    """
    H60, HAIP client modules: wrong and missing ``iss``, wrong and missing ``state``, mix-up.
    """
    query, failure = WRONG[name]
    with pytest.raises(OAuthError) as caught:
        read_redirect(query, expected_state="st", expected_iss=AS)
    assert failure == caught.value.failure


def test_the_state_says_which_request_is_meant() -> None:
    """
    A redirect without one answers nothing; it is found before it is proven.
    """
    assert "st" == state_of(f"code=c&state=st{ISS}")
    for query in ("code=c", "code=c&state="):
        with pytest.raises(OAuthError) as caught:
            state_of(query)
        assert OAuthFailure.STATE_MISMATCH == caught.value.failure


@given(query=st.text(alphabet=string.printable, max_size=40))
def test_any_query_is_read_or_refused(query: str) -> None:
    """
    H62: a stranger's address gives a code of the right server, or the one kind of refusal.
    """
    for asked in (query, f"state=st{ISS}&{query}"):
        with contextlib.suppress(OAuthError):
            state_of(asked)
            assert AS == read_redirect(asked, expected_state="st", expected_iss=AS).iss
