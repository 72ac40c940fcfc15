"""Rules of presentation put off, one at a time, inside our wallet."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from keys import base64url
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.request_object import verify_request_object
from standards.openid4vp.signer import verify_signer
from tests.conformance.put_off import PutOff, anything_goes, replaced, signature_of

__all__ = [
    "PutOff",
    "any_client_of_the_link",
    "any_prefix",
    "anything_goes",
    "asked_as",
    "replaced",
    "signature_of",
]

Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def asked_as(change: Change) -> PutOff:
    """A request is read as if some of its claims had been others; None takes one out."""
    parse = AuthorizationRequest.parse

    def put_off(patch: pytest.MonkeyPatch, _who: Any) -> None:
        def forgiving(claims: Any, **how: Any) -> AuthorizationRequest:
            wanted = {**claims, **change(claims)}
            kept = {name: each for name, each in wanted.items() if each is not None}
            return parse(kept, **how)

        patch.setattr(AuthorizationRequest, "parse", forgiving)

    return put_off


def any_client_of_the_link(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """A request object may be of another client than the link named."""
    verify = verify_request_object

    def forgiving(token: str, **expected: Any) -> Any:
        own = json.loads(base64url.decode(token.split(".")[1]))["client_id"]
        return verify(token, **{**expected, "expected_client_id": own})

    patch.setattr("wallet.presenting.requests.verify_request_object", forgiving)


def any_prefix(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """Whatever stands before the name, it is looked for in the certificate."""

    def forgiving(token: Any, client_id: ClientId, **how: Any) -> Any:
        name = str(client_id).partition(":")[2]
        return verify_signer(token, ClientId(ClientIdPrefix.X509_SAN_DNS, name), **how)

    patch.setattr("standards.openid4vp.request_object.verify_signer", forgiving)
    # it is asked before anything is fetched, too
    patch.setattr("wallet.presenting.opening.client_of", anything_goes)
