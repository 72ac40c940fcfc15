"""FAPI 2.0 modules of the HAIP issuer plan, rows 10, 11 and 23 to 29: codes, tokens and keys."""

import time

from tests.conformance.bundles import token
from tests.conformance.bundles.tls import check as check_tls
from tests.conformance.code_flow import CodeFlow, thumbprint
from tests.conformance.prober import Key

OF_ANOTHER_KEY = ("invalid_request", "invalid_grant", "invalid_dpop_proof")


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    flow: CodeFlow,
) -> None:
    """
    Row 10: a proof by one key at PAR and by another at the token endpoint.
    """
    code = flow.code({"DPoP": flow.dpop("/par")})
    answer = flow.token(code, {"DPoP": flow.dpop("/token", by=Key())})

    token.check_error(answer, *OF_ANOTHER_KEY)


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(
    flow: CodeFlow,
) -> None:
    """
    Row 11: the thumbprint of one key at PAR, a proof by another at the token endpoint.
    """
    code = flow.code(dpop_jkt=thumbprint(Key()))

    token.check_error(flow.token(code), *OF_ANOTHER_KEY)


def test_fapi2_security_profile_final_ensure_client_id_in_token_endpoint(
    flow: CodeFlow, other: CodeFlow
) -> None:
    """
    Row 23: proven as one client, named as another (RFC 6749 section 5.2).
    """
    answer = flow.token(flow.code(), client_id=other.wallet.client_id)

    token.check_error(answer, "invalid_client", "invalid_grant")


def test_fapi2_security_profile_final_ensure_holder_of_key_required(flow: CodeFlow) -> None:
    """
    Row 24: a code without a proof of a key; TLS as elsewhere.
    """
    check_tls(flow.service.tls)
    answer = flow.token(flow.code(), {"DPoP": None})

    token.check_error(answer, "invalid_request", "invalid_dpop_proof")


def test_fapi2_security_profile_final_ensure_authorization_code_is_bound_to_client(
    flow: CodeFlow, other: CodeFlow
) -> None:
    """
    Row 25: the code of one client, brought by another.
    """
    answer = other.token(
        flow.code(), code_verifier=flow.verifier, redirect_uri=flow.wallet.redirect_uri
    )

    assert 400 == answer.status
    token.check_error(answer, "invalid_grant")


def test_fapi2_security_profile_final_attempt_reuse_authorization_code_after_one_second(
    flow: CodeFlow,
) -> None:
    """
    Row 26: a code a second time; what it gave the first time is over (RFC 6749 section 4.1.2).
    """
    code = flow.code()
    access = flow.token(code).json()["access_token"]
    time.sleep(1)
    again = flow.token(code)

    assert 400 == again.status
    token.check_error(again, "invalid_grant")
    assert 401 == flow.credential(access).status
