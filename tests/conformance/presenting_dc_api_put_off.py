"""Rules of requests that come by the browser's API, put off one at a time inside our wallet."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.signer import verify_signer
from tests.conformance.put_off import PutOff, anything_goes, signature_of

__all__ = ["PutOff", "any_signature"]

any_signature = signature_of("oauth-authz-req+jwt")


def asked_as(change: Callable[[dict[str, Any]], dict[str, Any]]) -> PutOff:
    """A request is read as if its claims had been others."""
    parse = AuthorizationRequest.parse

    def put_off(patch: pytest.MonkeyPatch, _who: Any) -> None:
        def forgiving(claims: dict[str, Any], **how: Any) -> AuthorizationRequest:
            return parse(change(dict(claims)), **how)

        patch.setattr(AuthorizationRequest, "parse", forgiving)

    return put_off


some_nonce = asked_as(lambda claims: {"nonce": "N" * 43, **claims})
no_transaction_data = asked_as(
    lambda claims: {name: each for name, each in claims.items() if name != "transaction_data"}
)


def nothing_required(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """Every credential set may be left out."""
    parse = AuthorizationRequest.parse

    def forgiving(claims: dict[str, Any], **how: Any) -> AuthorizationRequest:
        asked = parse(claims, **how)
        query = asked.dcql_query
        sets = tuple(
            replace(each, required=position == 0)
            for position, each in enumerate(query.credential_sets)
        )
        return replace(asked, dcql_query=replace(query, credential_sets=sets))

    patch.setattr(AuthorizationRequest, "parse", forgiving)


def any_page(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """A request is good on whatever page."""
    patch.setattr(Origin, "check_expected", anything_goes)


def any_client(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """Whatever stands before the name, it is looked for in the certificate."""

    def forgiving(token: Any, client_id: ClientId, **how: Any) -> Any:
        name = str(client_id).partition(":")[2]
        return verify_signer(token, ClientId(ClientIdPrefix.X509_SAN_DNS, name), **how)

    patch.setattr("standards.openid4vp.dc_api_reading.verify_signer", forgiving)
