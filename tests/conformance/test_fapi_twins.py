"""The twins of the negative FAPI 2.0 modules: with its rule put off, each module fails."""

from collections.abc import Callable
from datetime import UTC, datetime
from inspect import signature
from typing import Any

import pytest

from issuers.authorization.authorization_codes import CodeRedeemer
from tests.conformance import put_off
from tests.conformance import test_fapi_authorization as authorization
from tests.conformance import test_fapi_requests as requests
from tests.conformance import test_fapi_tokens as tokens
from tests.conformance.bundles.wallet.reading import hashed
from tests.conformance.code_flow import CodeFlow

Module = Callable[..., None]
PREFIX = "test_fapi2_security_profile_final_"
LATE = datetime(2100, 1, 1, tzinfo=UTC)


def module(where: Any, name: str) -> Module:
    """A module's test, by its name without the words all of them have."""
    found: Module = getattr(where, PREFIX + name)
    return found


def challenge(flow: CodeFlow) -> dict[str, str]:
    return {"code_challenge": hashed(flow.verifier), "code_challenge_method": "S256"}


def address(flow: CodeFlow) -> dict[str, str]:
    return {"redirect_uri": flow.wallet.redirect_uri}


def of_anybody(redeemer: CodeRedeemer) -> dict[str, Any]:
    sender = redeemer.sender
    return {"client_id": sender.client_id, "instance_jkt": sender.instance_jkt}


NO_KEY = put_off.code_as(lambda _redeemer: {"dpop_jkt": None})
WITH_CHALLENGE = put_off.pushed_as(challenge)
WITH_ADDRESS = put_off.pushed_as(address)
ANY_VERIFIER = put_off.replaced(
    "issuers.authorization.authorization_codes.check_verifier", put_off.anything_goes
)
FOR_A_CODE = put_off.pushed_as(lambda _flow: {"response_type": "code"})
TWINS: list[tuple[Module, put_off.PutOff]] = [
    (
        module(authorization, "ensure_mismatched_dpop_jkt_fails"),
        put_off.replaced(
            "issuers.serving.authorization_server._key_of_code", put_off.anything_goes
        ),
    ),
    (
        module(authorization, "ensure_request_object_without_redirect_uri_fails"),
        WITH_ADDRESS,
    ),
    (
        module(authorization, "plain_fapi_tolerate_unregistered_redirect_uri"),
        put_off.replaced(
            "issuers.serving.authorization_server.check_redirect_uri", put_off.anything_goes
        ),
    ),
    (
        module(
            authorization,
            "ensure_unsigned_authorization_request_without_using_par_fails",
        ),
        put_off.any_request,
    ),
    (module(authorization, "ensure_redirect_uri_in_authorization_request"), WITH_ADDRESS),
    (module(authorization, "ensure_response_type_code_idtoken_fails"), FOR_A_CODE),
    (module(authorization, "ensure_response_type_token_fails"), FOR_A_CODE),
    (
        module(tokens, "ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt"),
        NO_KEY,
    ),
    (module(tokens, "ensure_token_endpoint_fails_with_mismatched_dpop_jkt"), NO_KEY),
    # Two happy modules whose binding has a rule too.
    (module(authorization, "ensure_dpopproof_at_par_endpoint_binding_success"), NO_KEY),
    (module(authorization, "ensure_dpop_auth_code_binding_success"), NO_KEY),
    (module(tokens, "ensure_client_id_in_token_endpoint"), put_off.named_client),
    (module(tokens, "ensure_holder_of_key_required"), put_off.key_at_the_token_endpoint),
    (
        module(tokens, "ensure_authorization_code_is_bound_to_client"),
        put_off.code_as(of_anybody),
    ),
    (
        module(tokens, "attempt_reuse_authorization_code_after_one_second"),
        put_off.code_as(lambda _redeemer: {"is_used": False}),
    ),
    (
        module(tokens, "ensure_token_endpoint_fails_with_expired_auth_code"),
        put_off.code_as(lambda _redeemer: {"expires_at": LATE}),
    ),
    (
        module(requests, "par_attempt_reuse_request_uri"),
        put_off.replaced(
            "issuers.authorization.pushing.PushedRequest.check_open", put_off.anything_goes
        ),
    ),
    (
        module(requests, "par_attempt_to_use_expired_request_uri"),
        put_off.moments_of_requests,
    ),
    (
        module(requests, "par_attempt_to_use_request_uri_for_different_client"),
        put_off.replaced(
            "issuers.authorization.pushing.PushedRequest.check", put_off.anything_goes
        ),
    ),
    (
        module(requests, "par_authorization_request_containing_request_uri_form_param"),
        put_off.pushed_as(lambda _flow: {"request_uri": None}),
    ),
    (module(requests, "par_attempt_invalid_http_method"), put_off.any_method),
    (module(requests, "par_ensure_pkce_required"), WITH_CHALLENGE),
    (module(requests, "par_plain_pkce_rejected"), WITH_CHALLENGE),
    (module(requests, "ensure_pkce_code_verifier_required"), ANY_VERIFIER),
    (module(requests, "incorrect_pkce_code_verifier_rejected"), ANY_VERIFIER),
]
# What a module that is parametrized, or moves the clock, needs besides.
MORE: dict[str, Any] = {"wanted": "code id_token", "method": "PUT"}
# Module `refresh-token`: whose token it is, rule by rule.
REFRESHED: dict[str, put_off.PutOff] = {
    "by_another_key": put_off.refresh_token_of_anybody,
    "without_a_key": put_off.key_at_the_token_endpoint,
    "by_nobody": put_off.refresh_token_of_nobody,
    "by_another_client": put_off.refresh_token_of_anybody,
    "by_another_instance": put_off.refresh_token_of_anybody,
}


@pytest.mark.parametrize(
    ("watching", "rule"), TWINS, ids=[each.__name__.removeprefix(PREFIX) for each, _ in TWINS]
)
def test_a_module_fails_when_its_rule_is_put_off(
    flow: CodeFlow,
    other: CodeFlow,
    monkeypatch: pytest.MonkeyPatch,
    watching: Module,
    rule: put_off.PutOff,
) -> None:
    """
    Each negative module watches the rule it is about, and nothing else keeps it green.
    """
    rule(monkeypatch, flow)
    given = {"flow": flow, "other": other, "monkeypatch": monkeypatch, **MORE}

    with pytest.raises(AssertionError):
        watching(**{name: given[name] for name in signature(watching).parameters})

    last = next(each.last for each in (other, flow) if each.last is not None)
    assert last.status < 400, last.body


@pytest.mark.parametrize("case", tokens.FOREIGN)
def test_the_refresh_module_fails_when_its_rule_is_put_off(
    flow: CodeFlow, other: CodeFlow, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """
    Each of those who may not refresh is given a token, and the module sees it.
    """
    given = flow.tokens()["refresh_token"]
    REFRESHED[case](monkeypatch, flow)
    answer = tokens.FOREIGN[case](flow, other, given)

    assert 200 == answer.status, answer.body
    with pytest.raises(AssertionError):
        tokens.check_refused(answer)
