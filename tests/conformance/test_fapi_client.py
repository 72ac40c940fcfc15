"""FAPI 2.0 client modules of the HAIP wallet plan: our wallet, attested, by the code flow.

Each is `fapi2-security-profile-final-client-test-` and its name; a negative one has a twin.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance import put_off
from tests.conformance.conftest import Meet
from tests.conformance.holder import HolderOfOurs
from tests.conformance.taking import HAIP, Taking

Take = Callable[..., Taking]


@pytest.fixture
def taking(meet: Meet, holder: HolderOfOurs) -> Take:
    """Meet an issuer that does this and that, and let our wallet take its offer."""

    def met(**options: Any) -> Taking:
        wanted = {**HAIP, **options}
        return Taking(meet(**wanted), holder, wanted)

    return met


def test_fapi2_security_profile_final_client_test_happy_path(taking: Take) -> None:
    """
    The whole flow, with nonces for the proofs of the key and a challenge for the client's.
    """
    taking(challenge=True, details=True, notification=True).take()


def test_fapi2_security_profile_final_client_test_happy_path_no_dpop_nonce(taking: Take) -> None:
    """
    A server that gives out no nonces.
    """
    taking(dpopNonces=False).take()


def test_fapi2_security_profile_final_client_test_token_endpoint_response_without_expires_in(
    taking: Take,
) -> None:
    """
    A token of unknown life.
    """
    taking(expiresIn=0).take()


def test_fapi2_security_profile_final_client_test_token_type_case_insensitivity(
    taking: Take,
) -> None:
    """
    The type of a token in any letters (RFC 6749 section 5.1).
    """
    taking(tokenType="dPOp").take()


def test_fapi2_security_profile_final_client_test_rs_dpop_auth_scheme_case_insensitivity(
    taking: Take,
) -> None:
    """
    The challenge that asks for a nonce, in any letters (RFC 9110 section 11.1).
    """
    run = taking(scheme="dPoP", nonceOnce=True)
    run.take()

    asked = [each for each in run.told if each.url == f"{run.met.issuer}/credential"]
    assert [401, 200] == [each.status for each in asked]


def test_fapi2_security_profile_final_client_test_discovery_issuer_mismatch(taking: Take) -> None:
    """
    Metadata of another server: nothing further is asked (RFC 8414 section 3.3).
    """
    run = taking(serverIssuer="https://another.example")
    answer = run.holder.take(run.met.offer)

    check_stopped(run, answer.status, "par")


def test_fapi2_security_profile_final_client_test_invalid_authorization_response_iss(
    taking: Take,
) -> None:
    """
    The browser comes back with the name of another server (RFC 9207).
    """
    check_returned(taking(iss="wrong"))


def test_fapi2_security_profile_final_client_test_remove_authorization_response_iss(
    taking: Take,
) -> None:
    """
    The browser comes back without the name of the server.
    """
    check_returned(taking(iss="missing"))


def test_fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_state_fails(  # noqa: E501  # the module's own name
    taking: Take,
) -> None:
    """
    The browser comes back with a state that nobody sent.
    """
    check_returned(taking(state="wrong"))


def test_fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_missing_state_fails(  # noqa: E501  # the module's own name
    taking: Take,
) -> None:
    """
    The browser comes back without a state.
    """
    check_returned(taking(state="missing"))


def check_returned(run: Taking) -> None:
    """The code that came back this way is not used."""
    answer = run.holder.take(run.met.offer)

    check_stopped(run, answer.status, "token")


def check_stopped(run: Taking, status: int, path: str) -> None:
    """Whoever began is told, nothing was asked at an address any more, and nothing is kept."""
    asked = [each for each in run.told if each.url == f"{run.met.issuer}/{path}"]
    assert [] == asked
    assert 4 <= status // 100 <= 5
    assert run.vct not in run.holder.kept()


TWINS: list[tuple[Callable[[Take], None], put_off.PutOff]] = [
    (
        test_fapi2_security_profile_final_client_test_discovery_issuer_mismatch,
        put_off.any_server,
    ),
    (
        test_fapi2_security_profile_final_client_test_invalid_authorization_response_iss,
        put_off.any_redirect,
    ),
    (
        test_fapi2_security_profile_final_client_test_remove_authorization_response_iss,
        put_off.any_redirect,
    ),
    (
        test_fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_state_fails,
        put_off.any_redirect,
    ),
    (
        test_fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_missing_state_fails,
        put_off.any_redirect,
    ),
]
PREFIX = "test_fapi2_security_profile_final_client_test_"


@pytest.mark.parametrize(
    ("module", "rule"), TWINS, ids=[each.__name__.removeprefix(PREFIX) for each, _ in TWINS]
)
def test_a_module_fails_when_its_rule_is_put_off(
    taking: Take,
    monkeypatch: pytest.MonkeyPatch,
    module: Callable[[Take], None],
    rule: put_off.PutOff,
) -> None:
    """
    With the rule gone the wallet goes on, the issuer hears it, and the module sees it.
    """
    rule(monkeypatch, None)

    with pytest.raises(AssertionError):
        module(taking)
