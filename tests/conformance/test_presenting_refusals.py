"""The wallet's negative modules of presentation, each twice: as we are, and its rule put off.

The modes are those of redirects; the browser's interface has a file of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from keys import base64url
from tests.conformance import presenting_put_off as put_off
from tests.conformance.conftest import MeetParty
from tests.conformance.sharing import Sharing
from tests.conformance.test_presenting_wallet import WAYS, with_impossible

Begun = Callable[..., Sharing]
Module = Callable[[Begun], None]


@pytest.fixture(params=["HAIP", "plain"])
def begun(request: pytest.FixtureRequest, meet_party: MeetParty) -> Begun:
    """Meet a verifier in one of the plan's ways."""
    return lambda **options: meet_party(**WAYS[request.param], **options)


def test_oid4vp_1final_wallet_negative_test_response_uri_not_client_id(begun: Begun) -> None:
    """
    Section 2, module 8: a client that is its address wants the answer elsewhere.
    """
    odd = {"client_id": "redirect_uri:https://localhost/another"}
    begun(prefix="redirect_uri", by="value", change=odd).stopped()


def test_oid4vp_1final_wallet_negative_test_invalid_request_object_signature(
    begun: Begun,
) -> None:
    """
    Section 2, module 9: the request object's signature is broken.
    """
    begun(sign="broken").stopped()


def test_oid4vp_1final_wallet_negative_test_mismatched_client_id(begun: Begun) -> None:
    """
    Section 2, module 11: the link named another client than the request object.
    """
    begun(front={"client_id": "x509_hash:" + "A" * 43}).stopped()


def test_oid4vp_1final_wallet_negative_test_redirect_uri_with_direct_post(begun: Begun) -> None:
    """
    Section 2, module 12: a `redirect_uri` beside the `response_uri`.
    """
    begun(change={"redirect_uri": "https://localhost/back"}).stopped()


def test_oid4vp_1final_wallet_negative_test_missing_nonce(begun: Begun) -> None:
    """
    Section 2, module 13: no `nonce`.
    """
    begun(change={"nonce": None}).stopped()


def test_oid4vp_1final_wallet_negative_test_invalid_client_id_prefix(begun: Begun) -> None:
    """
    Section 2, module 15: a prefix nobody knows.
    """
    odd = {"client_id": "unknown_prefix:localhost"}
    begun(front=odd, change=odd).stopped()


def test_oid4vp_1final_wallet_negative_test_unknown_transaction_data_type(begun: Begun) -> None:
    """
    Section 2, module 16: transaction data of a type nobody knows.
    """
    data = base64url.encode(b'{"type":"https://nobody.example/type","credential_ids":["tax"]}')
    begun(change={"transaction_data": [data]}).stopped()


def test_oid4vp_1final_wallet_negative_test_required_non_matching_credential(
    begun: Begun,
) -> None:
    """
    Section 2, module 17: two sets are required, and one of them is impossible.
    """
    service = begun().holder.service
    begun(dcql=with_impossible(service, required=True)).stopped()


def honest(claims: Mapping[str, Any]) -> dict[str, Any]:
    """A query nothing of which is impossible."""
    query = claims["dcql_query"]
    held = [each for each in query["credentials"] if each["id"] == "tax"]
    return {"dcql_query": {"credentials": held}}


TWINS: list[tuple[Module, put_off.PutOff]] = [
    (
        test_oid4vp_1final_wallet_negative_test_response_uri_not_client_id,
        put_off.replaced(
            "standards.openid4vp.request_object.check_destination", put_off.anything_goes
        ),
    ),
    (
        test_oid4vp_1final_wallet_negative_test_invalid_request_object_signature,
        put_off.signature_of("oauth-authz-req+jwt"),
    ),
    (
        test_oid4vp_1final_wallet_negative_test_mismatched_client_id,
        put_off.any_client_of_the_link,
    ),
    (
        test_oid4vp_1final_wallet_negative_test_redirect_uri_with_direct_post,
        put_off.asked_as(lambda _claims: {"redirect_uri": None}),
    ),
    (
        test_oid4vp_1final_wallet_negative_test_missing_nonce,
        put_off.asked_as(lambda _claims: {"nonce": "n"}),
    ),
    (
        test_oid4vp_1final_wallet_negative_test_invalid_client_id_prefix,
        put_off.any_prefix,
    ),
    (
        test_oid4vp_1final_wallet_negative_test_unknown_transaction_data_type,
        put_off.asked_as(lambda _claims: {"transaction_data": None}),
    ),
    (
        test_oid4vp_1final_wallet_negative_test_required_non_matching_credential,
        put_off.asked_as(honest),
    ),
]
PREFIX = "test_oid4vp_1final_wallet_negative_test_"


@pytest.mark.parametrize(
    ("module", "rule"), TWINS, ids=[each.__name__.removeprefix(PREFIX) for each, _ in TWINS]
)
def test_a_module_fails_when_its_rule_is_put_off(
    begun: Begun, monkeypatch: pytest.MonkeyPatch, module: Module, rule: put_off.PutOff
) -> None:
    """
    With the rule gone the wallet answers, the verifier hears it, and the module sees it.
    """
    rule(monkeypatch, None)

    with pytest.raises(AssertionError, match="something was posted"):
        module(begun)
