"""FAPI 2.0 modules of the HAIP issuer plan, rows 10, 11 and 23 to 29: codes, tokens and keys."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.conformance import later
from tests.conformance.bundles import token, words
from tests.conformance.bundles.tls import check as check_tls
from tests.conformance.code_flow import ATTESTATION, POP, CodeFlow, Wallet, thumbprint
from tests.conformance.exchanges import Exchange
from tests.conformance.signing import Key

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


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_expired_auth_code(
    flow: CodeFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Row 27: a code is good for a minute at the most (FAPI2 5.3.2.1).
    """
    code = flow.code()
    with monkeypatch.context() as patch:
        later.for_codes(patch, timedelta(seconds=62))
        answer = flow.token(code)

    token.check_error(answer, "invalid_grant")


def test_fapi2_security_profile_final_refresh_token(flow: CodeFlow, other: CodeFlow) -> None:
    """
    Row 29: good for the client, the key and the attested instance it was given to, and no other.
    """
    given = flow.tokens()["refresh_token"]
    words.check_entropy(given)
    again = flow.refresh(given)
    token.check(again)
    assert 200 == flow.credential(again.json()["access_token"]).status

    for ask in FOREIGN.values():
        check_refused(ask(flow, other, given))
    # whatever was refused, the good one is good still
    token.check(flow.refresh(given))


def by_another_key(flow: CodeFlow, _other: CodeFlow, given: str) -> Exchange:
    return flow.refresh(given, {"DPoP": flow.dpop("/token", by=Key())})


def without_a_key(flow: CodeFlow, _other: CodeFlow, given: str) -> Exchange:
    return flow.refresh(given, {"DPoP": None})


def by_nobody(flow: CodeFlow, _other: CodeFlow, given: str) -> Exchange:
    return flow.refresh(given, {ATTESTATION: None, POP: None})


def by_another_client(_flow: CodeFlow, other: CodeFlow, given: str) -> Exchange:
    return other.refresh(given, client_id=other.wallet.client_id)


def by_another_instance(flow: CodeFlow, _other: CodeFlow, given: str) -> Exchange:
    wallet = Wallet(flow.wallet.client_id, flow.wallet.redirect_uri)
    return CodeFlow(flow.service, flow.citizen, wallet, key=flow.key).refresh(given)


# Who brings a refresh token that was given to somebody else; `test_fapi_twins` has their rules.
FOREIGN: dict[str, Callable[[CodeFlow, CodeFlow, str], Exchange]] = {
    each.__name__: each
    for each in (
        by_another_key,
        without_a_key,
        by_nobody,
        by_another_client,
        by_another_instance,
    )
}


def check_refused(answer: Exchange) -> None:
    """A refresh that is not this wallet's."""
    token.check_error(
        answer, "invalid_grant", "invalid_client", "invalid_request", "invalid_dpop_proof"
    )
