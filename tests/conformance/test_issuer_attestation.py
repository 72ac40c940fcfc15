"""The issuer's negative modules on attestations, at PAR and the token endpoint; each with a twin.

Each is `oid4vci-1_0-issuer-` and its name. The refused wallet is otherwise in order.
"""

from collections.abc import Callable
from typing import Any

import pytest

from standards.oauth.client_attestation import ATTESTATION_TYP, POP_TYP
from standards.openid4vci.key_attestation import TYP as KEY_ATTESTATION_TYP
from tests.conformance import put_off
from tests.conformance.bundles import attestation_errors, errors, offer
from tests.conformance.code_flow import ATTESTATION, POP, CodeFlow
from tests.conformance.exchanges import Exchange
from tests.conformance.signing import Key, broken, now

Bend = Callable[[CodeFlow], dict[str, str]]


def at_par(flow: CodeFlow, headers: dict[str, str]) -> Exchange:
    """A pushed request with these headers."""
    return flow.push(headers)


def at_token(flow: CodeFlow, headers: dict[str, str]) -> Exchange:
    """A pre-authorized code brought with these headers."""
    handed = offer.by_value(flow.service.order()["credential_offer_uri"])
    code = handed["grants"][offer.PRE_AUTHORIZED]["pre-authorized_code"]
    form = {"grant_type": offer.PRE_AUTHORIZED, "pre-authorized_code": code}
    return flow.ask_token({**form, "client_id": flow.wallet.client_id}, headers)


ENDPOINTS = pytest.mark.parametrize("ask", [at_par, at_token], ids=["par", "token"])
Ask = Callable[[CodeFlow, dict[str, str]], Exchange]


def signature_broken(flow: CodeFlow) -> dict[str, str]:
    return {ATTESTATION: broken(flow.wallet.attestation())}


def pop_signature_broken(flow: CodeFlow) -> dict[str, str]:
    return {POP: broken(flow.pop())}


def ten_minutes_over(flow: CodeFlow) -> dict[str, str]:
    return {ATTESTATION: flow.wallet.attestation(iat=now(hours=-1), exp=now(minutes=-10))}


def without_sub(flow: CodeFlow) -> dict[str, str]:
    return {ATTESTATION: flow.wallet.attestation(sub=None)}


def for_another_server(flow: CodeFlow) -> dict[str, str]:
    return {POP: flow.pop(aud="https://another.example")}


def by_another_key(flow: CodeFlow) -> dict[str, str]:
    return {POP: flow.pop(by=Key())}


@ENDPOINTS
def test_oid4vci_1_0_issuer_fail_invalid_client_attestation_signature(
    flow: CodeFlow, ask: Ask
) -> None:
    """
    Section 3, module 11: an attestation whose signature is broken.
    """
    attestation_errors.check(ask(flow, signature_broken(flow)))


@ENDPOINTS
def test_oid4vci_1_0_issuer_fail_invalid_client_attestation_pop_signature(
    flow: CodeFlow, ask: Ask
) -> None:
    """
    Section 3, module 12: a proof of possession whose signature is broken.
    """
    attestation_errors.check(ask(flow, pop_signature_broken(flow)))


@ENDPOINTS
def test_oid4vci_1_0_issuer_fail_client_attestation_exp_in_past(flow: CodeFlow, ask: Ask) -> None:
    """
    Section 3, module 13: an attestation that ended ten minutes ago.
    """
    attestation_errors.check(ask(flow, ten_minutes_over(flow)))


@ENDPOINTS
def test_oid4vci_1_0_issuer_fail_client_attestation_no_sub(flow: CodeFlow, ask: Ask) -> None:
    """
    Section 3, module 14: an attestation of nobody.
    """
    attestation_errors.check(ask(flow, without_sub(flow)))


@ENDPOINTS
def test_oid4vci_1_0_issuer_fail_client_attestation_pop_wrong_aud(
    flow: CodeFlow, ask: Ask
) -> None:
    """
    Section 3, module 15: a proof of possession for another server.
    """
    attestation_errors.check(ask(flow, for_another_server(flow)))


@ENDPOINTS
def test_oid4vci_1_0_issuer_fail_mismatched_client_attestation_pop_key(
    flow: CodeFlow, ask: Ask
) -> None:
    """
    Section 3, module 16: both signatures are right, and of two keys.
    """
    attestation_errors.check(ask(flow, by_another_key(flow)))


@pytest.mark.parametrize("kind", ["attestation", "jwt"])
def test_oid4vci_1_0_issuer_fail_invalid_key_attestation_signature(
    flow: CodeFlow, kind: str
) -> None:
    """
    Section 3, module 10: a key attestation whose signature is broken, as a proof and inside one.
    """
    access = flow.tokens()["access_token"]
    holder, nonce = Key(), flow.c_nonce()
    attestation = broken(flow.wallet.key_attestation([holder], nonce))
    proof = flow.proof(holder, nonce, key_attestation=attestation)
    proofs = {kind: [attestation if kind == "attestation" else proof]}

    errors.check(flow.credential(access, proofs=proofs), "invalid_proof")


TWINS: list[tuple[Bend, put_off.PutOff]] = [
    (signature_broken, put_off.signature_of(ATTESTATION_TYP)),
    (pop_signature_broken, put_off.signature_of(POP_TYP)),
    (ten_minutes_over, put_off.claims_of(ATTESTATION_TYP, lambda _flow: {"exp": now(hours=1)})),
    (
        without_sub,
        put_off.claims_of(ATTESTATION_TYP, lambda flow: {"sub": flow.wallet.client_id}),
    ),
    (for_another_server, put_off.claims_of(POP_TYP, lambda flow: {"aud": flow.issuer})),
    (by_another_key, put_off.signature_of(POP_TYP)),
]


@ENDPOINTS
@pytest.mark.parametrize(("bend", "rule"), TWINS, ids=[bend.__name__ for bend, _ in TWINS])
def test_a_module_fails_when_its_rule_is_put_off(
    flow: CodeFlow,
    monkeypatch: pytest.MonkeyPatch,
    ask: Ask,
    bend: Bend,
    rule: put_off.PutOff,
) -> None:
    """
    Modules 11 to 16 watch the rule they are about, and nothing else keeps them green.
    """
    rule(monkeypatch, flow)
    answer = ask(flow, bend(flow))

    assert answer.status in {200, 201}, answer.body
    with pytest.raises(AssertionError):
        attestation_errors.check(answer)


@pytest.mark.parametrize("kind", ["attestation", "jwt"])
def test_the_key_attestation_module_fails_when_its_rule_is_put_off(
    flow: CodeFlow, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """
    Module 10 watches the signature of the key attestation.
    """
    put_off.signature_of(KEY_ATTESTATION_TYP)(monkeypatch, flow)

    with pytest.raises(AssertionError):
        test_oid4vci_1_0_issuer_fail_invalid_key_attestation_signature(flow, kind)
    assert flow.last is not None
    assert 200 == flow.last.status, flow.last.body


def test_a_wallet_in_order_is_taken(flow: CodeFlow) -> None:
    """
    What is refused above is refused for what is wrong with it.
    """
    headers: dict[str, Any] = flow.client()

    assert 201 == at_par(flow, headers).status
    assert 200 == at_token(flow, flow.client()).status
