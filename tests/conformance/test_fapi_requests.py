"""FAPI 2.0 modules of the HAIP issuer plan, rows 30 to 40: pushed requests and PKCE."""

from datetime import timedelta

import pytest

from tests.conformance import later
from tests.conformance.bundles import authorization, token
from tests.conformance.code_flow import CodeFlow
from tests.conformance.conftest import Begin
from tests.conformance.walks import Begun


def test_fapi2_security_profile_final_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(  # noqa: E501  # the module's own name
    begin: Begin,
) -> None:
    """
    Row 30: the page may be opened twice before the citizen decides (FAPI2 5.3.2.2, note 3).
    """
    walk = begin(Begun.BY_SCOPE, visits=2)

    walk.take()


def test_fapi2_security_profile_final_par_attempt_reuse_request_uri(flow: CodeFlow) -> None:
    """
    Row 31: after the decision it is used up (RFC 9126 section 7.3).
    """
    uri = flow.pushed()
    flow.decided(uri)

    authorization.check_refused_page(flow.visit(flow.front(uri)))


def test_fapi2_security_profile_final_par_attempt_to_use_expired_request_uri(
    flow: CodeFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Row 32: after the time that came with it (RFC 9126 section 2.2).
    """
    answer = flow.push()
    life = timedelta(seconds=answer.json()["expires_in"])
    with monkeypatch.context() as patch:
        later.for_requests(patch, life + timedelta(seconds=1))
        opened = flow.visit(flow.front(answer.json()["request_uri"]))

    authorization.check_refused_page(opened)


def test_fapi2_security_profile_final_par_attempt_to_use_request_uri_for_different_client(
    flow: CodeFlow, other: CodeFlow
) -> None:
    """
    Row 33: another client's request.
    """
    uri = flow.pushed()

    authorization.check_refused_page(other.visit(other.front(uri)))


def test_fapi2_security_profile_final_par_authorization_request_containing_request_uri_form_param(
    flow: CodeFlow,
) -> None:
    """
    Row 34: a request inside a request (RFC 9126 section 2.1).
    """
    token.check_error(flow.push(request_uri=flow.pushed()), "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_fapi2_security_profile_final_par_attempt_invalid_http_method(
    flow: CodeFlow, method: str
) -> None:
    """
    Row 35: POST and nothing else (RFC 9126 section 2.3), for a request that is right otherwise.
    """
    answer = flow.send(method, "/par", data=flow.pushing(), headers=flow.client())

    assert 405 == answer.status, answer.body


def test_fapi2_security_profile_final_par_ensure_pkce_required(flow: CodeFlow) -> None:
    """
    Row 36: no challenge.
    """
    answer = flow.push(code_challenge=None, code_challenge_method=None)

    token.check_error(answer, "invalid_request")


def test_fapi2_security_profile_final_par_plain_pkce_rejected(flow: CodeFlow) -> None:
    """
    Row 39: a challenge that is the verifier itself.
    """
    answer = flow.push(code_challenge=flow.verifier, code_challenge_method="plain")

    token.check_error(answer, "invalid_request")


def test_fapi2_security_profile_final_ensure_pkce_code_verifier_required(flow: CodeFlow) -> None:
    """
    Row 37: a code without the verifier (RFC 7636 section 4.6).
    """
    answer = flow.token(flow.code(), code_verifier=None)

    assert 400 == answer.status
    token.check_error(answer, "invalid_grant", "invalid_request")


def test_fapi2_security_profile_final_incorrect_pkce_code_verifier_rejected(
    flow: CodeFlow, other: CodeFlow
) -> None:
    """
    Row 38: a code with another verifier.
    """
    answer = flow.token(flow.code(), code_verifier=other.verifier)

    assert 400 == answer.status
    token.check_error(answer, "invalid_grant")


def test_fapi2_security_profile_final_par_without_duplicate_parameters(begin: Begin) -> None:
    """
    Row 40: the address holds the client and the name of the request, and that is enough.
    """
    walk = begin(Begun.BY_SCOPE)

    walk.take()
