"""FAPI 2.0 modules of the HAIP issuer plan, rows 1 to 22: metadata, PAR and the page.

Each is `fapi2-security-profile-final-` and its name; the credential endpoint is the resource.
Happy ones are walked by another maker's wallet (`begin`, whose walk checks what comes back) but
those that bend a proof or refuse: no public wallet does that, so `flow` makes them by hand.
"""

from typing import Any

import pytest

from tests.conformance.bundles import authorization, server_metadata, token, words
from tests.conformance.bundles.tls import check as check_tls
from tests.conformance.code_flow import CodeFlow, thumbprint
from tests.conformance.conftest import Begin
from tests.conformance.signing import Key, now
from tests.conformance.walks import Begun

LONG_STATE = "s" * 1000


def test_fapi2_security_profile_final_discovery_end_point_verification(flow: CodeFlow) -> None:
    """
    Row 1: what the server says of itself is enough for a FAPI 2.0 client (5.3.2, 5.4).
    """
    answer = flow.service.fetch(server_metadata.address_of(flow.issuer))
    server_metadata.check(answer, flow.issuer, {})
    server_metadata.check_code_flow(answer)
    found = answer.json()

    assert "code" in found["response_types_supported"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert found["pushed_authorization_request_endpoint"]
    assert isinstance(found["require_pushed_authorization_requests"], bool)
    assert "S256" in found["code_challenge_methods_supported"]
    for name in ("dpop", "token_endpoint_auth", "client_attestation", "client_attestation_pop"):
        assert words.FAPI >= set(found[f"{name}_signing_alg_values_supported"])


def test_fapi2_security_profile_final_happy_flow(
    begin: Begin, flow: CodeFlow, other: CodeFlow
) -> None:
    """
    Row 2: two clients; TLS; no token in the address; each token with its own key only.
    """
    check_tls(flow.service.tls)
    for client in range(2):
        begin(Begun.BY_SCOPE, client=client).take()
    for each in (flow, other):
        uri = authorization.check_pushed(each.push())
        location = each.decided(uri)
        code = authorization.check_returned(
            location, each.wallet.redirect_uri, each.issuer, each.state
        )
        answer = each.token(code)
        token.check(answer)
        access = answer.json()["access_token"]
        assert "DPoP" == answer.json()["token_type"]
        assert 200 == each.credential(access).status
        in_query = each.service.http.post(f"{each.issuer}/credential?access_token={access}")
        assert 4 == in_query.status_code // 100
    access = other.tokens()["access_token"]
    stolen = other.credential(access, {"DPoP": other.dpop("/credential", access, by=flow.key)})
    assert 401 == stolen.status


def test_fapi2_security_profile_final_user_rejects_authentication(flow: CodeFlow) -> None:
    """
    Row 3: the citizen refuses (RFC 6749 section 4.1.2.1).
    """
    assert flow.state is not None
    location = flow.decided(flow.pushed(), "refuse")

    authorization.check_error(
        location, flow.wallet.redirect_uri, flow.issuer, flow.state, "access_denied"
    )


def test_fapi2_security_profile_final_ensure_authorization_request_without_state_success(
    begin: Begin,
) -> None:
    """
    Row 4: who sends no state gets none back.
    """
    walk = begin(Begun.BY_SCOPE, state=None)

    walk.take()


def test_fapi2_security_profile_final_ensure_dpopproof_at_par_endpoint_binding_success(
    flow: CodeFlow,
) -> None:
    """
    Row 12: a proof at PAR binds the code to its key (RFC 9449 section 10.1).
    """
    code = flow.code({"DPoP": flow.dpop("/par")})
    token.check(flow.token(code))

    check_bound(flow, flow.code({"DPoP": flow.dpop("/par")}))


def test_fapi2_security_profile_final_ensure_dpop_auth_code_binding_success(
    flow: CodeFlow,
) -> None:
    """
    Row 13: a thumbprint at PAR binds the code to its key (RFC 9449 section 10).
    """
    code = flow.code(dpop_jkt=thumbprint(flow.key))
    token.check(flow.token(code))

    check_bound(flow, flow.code(dpop_jkt=thumbprint(flow.key)))


def check_bound(flow: CodeFlow, code: str) -> None:
    """The key that was named at PAR is the only one the code is good for."""
    answer = flow.token(code, {"DPoP": flow.dpop("/token", by=Key())})

    token.check_error(answer, "invalid_request", "invalid_grant", "invalid_dpop_proof")


def test_fapi2_security_profile_final_ensure_mismatched_dpop_jkt_fails(flow: CodeFlow) -> None:
    """
    Row 9: the thumbprint of another key than the proof's.
    """
    answer = flow.push({"DPoP": flow.dpop("/par")}, dpop_jkt=thumbprint(Key()))

    token.check_error(answer, "invalid_request", "invalid_dpop_proof")


def test_fapi2_security_profile_final_ensure_different_state_inside_and_outside_request_object(
    begin: Begin,
) -> None:
    """
    Row 14: the pushed state wins over one in the address (RFC 9126 section 4).
    """
    walk = begin(Begun.BY_SCOPE, front="&state=another")

    walk.take()


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_state(
    begin: Begin,
) -> None:
    """
    Row 15: a long state comes back as it was.
    """
    walk = begin(Begun.BY_SCOPE, state=LONG_STATE)

    walk.take()


def test_fapi2_security_profile_final_state_only_outside_request_object_not_used(
    begin: Begin,
) -> None:
    """
    Row 16: a state that was not pushed is none.
    """
    walk = begin(Begun.BY_SCOPE, state=None, front="&state=outside")

    walk.take()


def test_fapi2_security_profile_final_ensure_request_object_without_redirect_uri_fails(
    flow: CodeFlow,
) -> None:
    """
    Row 17: no address to go back to.
    """
    token.check_error(flow.push(redirect_uri=None), "invalid_request")


def test_fapi2_security_profile_final_plain_fapi_tolerate_unregistered_redirect_uri(
    flow: CodeFlow,
) -> None:
    """
    Row 18: either way is right; we refuse, so there is never an open redirect.
    """
    answer = flow.push(redirect_uri=f"{flow.wallet.redirect_uri}/elsewhere")

    token.check_error(answer, "invalid_request", "invalid_redirect_uri")


def test_fapi2_security_profile_final_ensure_unsigned_authorization_request_without_using_par_fails(  # noqa: E501  # the module's own name
    flow: CodeFlow,
) -> None:
    """
    Row 19: parameters in the address lead nowhere (FAPI2 5.3.2.2).
    """
    answer = flow.visit(flow.front(None, **flow.pushing()))

    authorization.check_refused_page(answer)


def test_fapi2_security_profile_final_ensure_redirect_uri_in_authorization_request(
    flow: CodeFlow,
) -> None:
    """
    Row 20: even the only registered address has to be named.
    """
    token.check_error(flow.push(redirect_uri=None), "invalid_request")


@pytest.mark.parametrize("wanted", ["code id_token", "id_token code"])
def test_fapi2_security_profile_final_ensure_response_type_code_idtoken_fails(
    flow: CodeFlow, wanted: str
) -> None:
    """
    Row 21: nothing but a code is handed out.
    """
    answer = flow.push(response_type=wanted)

    token.check_error(answer, "unsupported_response_type", "invalid_request")


def test_fapi2_security_profile_final_ensure_response_type_token_fails(flow: CodeFlow) -> None:
    """
    Row 22: no token through the browser.
    """
    answer = flow.push(response_type="token")

    token.check_error(answer, "unsupported_response_type", "invalid_request")


def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_before_succeeds(
    flow: CodeFlow,
) -> None:
    """
    Row 7: a proof made ten seconds ago, at PAR, at the token and at the credential endpoint.
    """
    check_times(flow, iat=now(seconds=-10))


def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_after_succeeds(
    flow: CodeFlow,
) -> None:
    """
    Row 8: a proof of eight seconds ahead, as the suite sends it.
    """
    check_times(flow, iat=now(seconds=8))


def test_fapi2_security_profile_final_check_dpop_proof_nbf_exp(flow: CodeFlow) -> None:
    """
    Row 6: times that RFC 9449 does not know are no harm.
    """
    check_times(flow, nbf=now(seconds=-10), exp=now(minutes=1))


def check_times(flow: CodeFlow, **claims: Any) -> None:
    """Proofs with these claims are taken at all three endpoints."""
    code = flow.code({"DPoP": flow.dpop("/par", **claims)})
    answer = flow.token(code, {"DPoP": flow.dpop("/token", **claims)})
    token.check(answer)
    access = answer.json()["access_token"]
    proof = flow.dpop("/credential", access, **claims)
    assert 200 == flow.credential(access, {"DPoP": proof}).status


def test_fapi2_security_profile_final_access_token_type_header_case_sensitivity(
    flow: CodeFlow,
) -> None:
    """
    Row 5: the name of the scheme in any letters (RFC 9110 section 11.1).
    """
    access = flow.tokens()["access_token"]

    assert 200 == flow.credential(access, {"Authorization": f"dPoP {access}"}).status
