"""The issuer's negative modules, each twice: as we are, and with the one rule put off."""

from collections.abc import Callable

import pytest

from standards.openid4vci.proof import TYP as PROOF
from tests.conformance import put_off
from tests.conformance.bundles import errors
from tests.conformance.exchanges import Exchange
from tests.conformance.prober import Prober
from tests.conformance.signing import Key, broken, random_text

Module = Callable[[Prober], None]


def test_oid4vci_1_0_issuer_fail_invalid_nonce(prober: Prober) -> None:
    """
    Section 3, module 8: a nonce nobody gave out.
    """
    answer = prober.ask(prober.access(), **prober.proofs(prober.proof(random_text())))

    errors.check(answer, "invalid_nonce")


def test_oid4vci_1_0_issuer_fail_invalid_jwt_proof_signature(prober: Prober) -> None:
    """
    Section 3, module 9: a proof whose signature is broken.
    """
    proof = broken(prober.proof(prober.nonce()))

    errors.check(prober.ask(prober.access(), **prober.proofs(proof)), "invalid_proof")


def test_oid4vci_1_0_issuer_fail_missing_proof(prober: Prober) -> None:
    """
    Section 3, module 17: no proofs although the credential is bound to a key.
    """
    errors.check(prober.ask(prober.access()), "invalid_proof")


def test_oid4vci_1_0_issuer_fail_unsupported_encryption_algorithm(prober: Prober) -> None:
    """
    Section 3, module 18: an answer asked for under an algorithm nobody has, refused in plain JSON.
    """
    wanted = {"jwk": Key().jwk | {"alg": "ECDH-ES", "kid": "1"}, "enc": "A1B2"}
    answer = prober.ask(prober.access(), credential_response_encryption=wanted, **prober.proofs())

    errors.check(answer, "invalid_encryption_parameters")


def test_oid4vci_1_0_issuer_fail_unknown_credential_configuration(prober: Prober) -> None:
    """
    Section 3, module 19: a configuration that is not in the metadata.
    """
    answer = prober.ask(
        prober.access(), credential_configuration_id=random_text(), **prober.proofs()
    )

    errors.check(answer, "unknown_credential_configuration")


def test_oid4vci_1_0_issuer_fail_unknown_credential_identifier(prober: Prober) -> None:
    """
    Section 3, module 20: an identifier that no token response named.
    """
    answer = prober.ask(
        prober.access(),
        credential_configuration_id=None,
        credential_identifier=random_text(),
        **prober.proofs(),
    )

    errors.check(answer, "unknown_credential_identifier")


def test_oid4vci_1_0_issuer_fail_on_access_token_in_query(prober: Prober) -> None:
    """
    Section 3, module 21: after a success, the same with the token in the address (FAPI2 5.3.4).
    """
    access = prober.access()
    assert 200 == prober.ask(access, **prober.proofs()).status

    body = {"credential_configuration_id": prober.kind, **prober.proofs()}
    check_refused(prober.post(f"/credential?access_token={access}", json=body))


def check_refused(answer: Exchange) -> None:
    """DisallowAccessTokenInQuery: any 4xx, and no credential."""
    assert 4 == answer.status // 100, answer.body
    assert "credentials" not in answer.json()


TWINS: list[tuple[Module, put_off.PutOff]] = [
    (
        test_oid4vci_1_0_issuer_fail_invalid_nonce,
        put_off.replaced("issuers.issuance.proving.check_nonce", put_off.any_nonce),
    ),
    (test_oid4vci_1_0_issuer_fail_invalid_jwt_proof_signature, put_off.signature_of(PROOF)),
    (
        test_oid4vci_1_0_issuer_fail_missing_proof,
        put_off.proofs_needed,
    ),
    (
        test_oid4vci_1_0_issuer_fail_unsupported_encryption_algorithm,
        put_off.replaced(
            "standards.openid4vci.encryption.ResponseEncryption.parse", put_off.anything_goes
        ),
    ),
    (
        test_oid4vci_1_0_issuer_fail_unknown_credential_configuration,
        put_off.replaced("issuers.issuance.issuing.check_request", put_off.anything_goes),
    ),
    (
        test_oid4vci_1_0_issuer_fail_unknown_credential_identifier,
        put_off.replaced("issuers.issuance.issuing.check_request", put_off.anything_goes),
    ),
    (
        test_oid4vci_1_0_issuer_fail_on_access_token_in_query,
        put_off.token_in_the_head,
    ),
]


@pytest.mark.parametrize(
    ("module", "rule"), TWINS, ids=[module.__name__.removeprefix("test_") for module, _ in TWINS]
)
def test_a_module_fails_when_its_rule_is_put_off(
    prober: Prober, monkeypatch: pytest.MonkeyPatch, module: Module, rule: put_off.PutOff
) -> None:
    """
    Each negative module watches the rule it is about, and nothing else keeps it green.
    """
    rule(monkeypatch, prober)

    with pytest.raises(AssertionError):
        module(prober)

    assert prober.last is not None
    assert prober.last.status < 400, "it was refused for another reason, or broke"
