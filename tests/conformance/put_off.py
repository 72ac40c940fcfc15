"""Rules put off, one at a time: with each gone, the module that watches it must fail.

A rule is put off inside the service under test, for the length of one test. Whoever plays the
wallet comes along, because some rules can only be put off for one wallet's keys.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from fastapi.routing import APIRoute
from starlette.requests import Request

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.client_authentication import ClientCheck, ClientPresented
from issuers.authorization.grants import ANONYMOUS
from issuers.authorization.refreshing import Refresher
from issuers.endpoints import credentials
from issuers.endpoints.presented import token_in
from issuers.issuance import proving
from issuers.numbers.codes import bound_at_rest
from issuers.numbers.nonces import UsedNonce
from issuers.serving.access import Access, TokenPresented
from issuers.serving.authorization_server import AuthorizationServer
from issuers.serving.callers import Callers, Presented
from keys import jws
from keys.signer import SoftwareSigner
from standards.oauth.authorization import AuthorizationRequest
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.oauth.returning import read_redirect
from standards.openid4vci.proof import verify_proofs
from tests.conformance.code_flow import CodeFlow, thumbprint
from tests.conformance.prober import Prober
from tests.conformance.signing import random_text
from wallet.receiving import authorized, pending

PutOff = Callable[[pytest.MonkeyPatch, Any], None]
Change = Callable[[Any], Mapping[str, Any]]


def replaced(target: str, value: Any) -> PutOff:
    """One function of ours is another."""
    return lambda patch, _who: patch.setattr(target, value)


def anything_goes(*_args: Any, **_kwargs: Any) -> None:
    """A check that has no objection."""


# Tokens


def signature_of(typ: str) -> PutOff:
    """Tokens of one type are believed whatever their signature says."""
    return claims_of(typ, lambda _who: {})


def claims_of(typ: str, change: Change) -> PutOff:
    """Tokens of one type are believed, and some of their claims taken for what they should be."""
    verify = jws.verify

    def put_off(patch: pytest.MonkeyPatch, who: Any) -> None:
        def believing(token: jws.UnverifiedJws, *args: Any, **expected: Any) -> jws.VerifiedJws:
            if token.typ != typ:
                return verify(token, *args, **expected)
            claims = json.loads(token.payload) | change(who)
            return jws.VerifiedJws(token.header, json.dumps(claims).encode())

        patch.setattr(jws, "verify", believing)

    return put_off


# Proofs of the holder's key


def any_nonce(*_args: Any, **_kwargs: Any) -> UsedNonce:
    """A nonce is taken whoever made it."""
    return UsedNonce(random_text().encode(), datetime.now(UTC) + timedelta(minutes=1))


def proofs_needed(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """Who proves no key is given a certificate bound to some key."""

    def forgiving(proofs: Any, *, check_nonce: Callable[[str], None], **expected: Any) -> Any:
        if proofs is not None:
            return verify_proofs(proofs, check_nonce=check_nonce, **expected)
        check_nonce("none")
        return (SoftwareSigner.generate().public,)

    patch.setattr(proving, "verify_proofs", forgiving)
    patch.setattr(proving, "check_nonce", any_nonce)


# Access tokens


def token_anywhere(request: Request, base: str) -> TokenPresented | None:
    """A token is taken from the address too."""
    token = request.query_params.get("access_token")
    if token is None:
        return token_in(request, base)
    return TokenPresented("Bearer", token, (), request.method, base)


def token_in_the_head(patch: pytest.MonkeyPatch, who: Prober) -> None:
    """A token is taken from the address too; a bound one as if its key had been proven."""
    patch.setattr(credentials, "token_in", token_anywhere)
    if who.flow is not None:
        proof_of_the_key(patch, who.flow)


def proof_of_the_key(patch: pytest.MonkeyPatch, who: CodeFlow) -> None:
    """A token is good for whoever has it, as if its key had been proven."""

    async def believing(_access: Access, _authority: str, presented: TokenPresented) -> bytes:
        return bound_at_rest(presented.token, thumbprint(who.key))

    patch.setattr(Access, "token_hash", believing)


# Requests, codes and refresh tokens


def pushed_as(change: Change) -> PutOff:
    """A pushed request is read as if some of its parameters had been good."""
    parse = AuthorizationRequest.parse

    def put_off(patch: pytest.MonkeyPatch, who: Any) -> None:
        def forgiving(form: Mapping[str, str]) -> AuthorizationRequest:
            wanted = {**form, **change(who)}
            return parse({name: value for name, value in wanted.items() if value is not None})

        patch.setattr(AuthorizationRequest, "parse", forgiving)

    return put_off


def code_as(change: Callable[[CodeRedeemer], Mapping[str, Any]]) -> PutOff:
    """A code is taken as if it had been given out for this very request."""
    decide = CodeRedeemer.decide

    def forgiving(redeemer: CodeRedeemer, code: Any, offer: Any) -> Any:
        return decide(redeemer, replace(code, **change(redeemer)), offer)

    return lambda patch, _who: patch.setattr(CodeRedeemer, "decide", forgiving)


def refresh_token_of_anybody(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """A refresh token is good for whoever has it."""
    decide = Refresher.decide

    def forgiving(refresher: Refresher, token: Any, offer: Any) -> Any:
        return decide(replace(refresher, sender=token.sender), token, offer)

    patch.setattr(Refresher, "decide", forgiving)


def refresh_token_of_nobody(patch: pytest.MonkeyPatch, who: Any) -> None:
    """A refresh token is good for whoever has it, and nobody need say who that is."""
    refresh_token_of_anybody(patch, who)
    authenticated = Callers._sender

    async def forgiving(self: Callers, authority: str, presented: ClientPresented) -> Any:
        if presented.is_anonymous:
            return ANONYMOUS
        return await authenticated(self, authority, presented)

    patch.setattr(Callers, "_sender", forgiving)


def any_method(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """PAR takes a request by whatever method it comes."""
    handle = APIRoute.handle

    async def forgiving(route: APIRoute, scope: Any, receive: Any, send: Any) -> None:
        taken = {**scope, "method": "POST"} if scope["path"].endswith("/par") else scope
        await handle(route, taken, receive, send)

    patch.setattr(APIRoute, "handle", forgiving)


def any_request(patch: pytest.MonkeyPatch, who: CodeFlow) -> None:
    """A page that was opened without a pushed request shows one that was pushed by somebody."""
    named = AuthorizationServer.named
    pushed = who.pushed()

    async def forgiving(server: Any, authority: str, client_id: str, request_uri: str) -> Any:
        return await named(server, authority, client_id, request_uri or pushed)

    patch.setattr(AuthorizationServer, "named", forgiving)


def moments_of_requests(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """A pushed request does not end; `later` moves the clock on in vain."""
    patch.setattr("tests.conformance.later.for_requests", anything_goes)


def named_client(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """Whom a request names is not held against whom it proves."""
    authenticated = ClientCheck.authenticated

    async def forgiving(check: ClientCheck, presented: ClientPresented) -> Any:
        return await authenticated(check, replace(presented, client_id=None))

    patch.setattr(ClientCheck, "authenticated", forgiving)


def key_at_the_token_endpoint(patch: pytest.MonkeyPatch, who: CodeFlow) -> None:
    """Tokens are given to whoever proves no key, as if they had proven theirs."""
    callers = Callers._sender

    async def forgiving(self: Callers, authority: str, presented: Presented) -> Any:
        sender = await callers(self, authority, presented.client)
        return replace(sender, dpop_jkt=thumbprint(who.key))

    patch.setattr(Callers, "bound", forgiving)


# What our wallet believes


def any_server(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """Metadata are those of the server that was asked, whatever they say."""
    parse = AuthorizationServerMetadata.parse

    def forgiving(value: Any, *, expected_issuer: str) -> AuthorizationServerMetadata:
        return parse({**value, "issuer": expected_issuer}, expected_issuer=expected_issuer)

    patch.setattr(AuthorizationServerMetadata, "parse", forgiving)


def any_redirect(patch: pytest.MonkeyPatch, _who: Any) -> None:
    """Whatever comes back answers the last request, and is the server's that was asked."""
    states: list[str] = []
    keep = pending.keep

    async def remembering(waiting: Any, **ports: Any) -> None:
        states.append(waiting.state)
        await keep(waiting, **ports)

    def forgiving(query: str, *, expected_state: str, expected_iss: str) -> Any:
        found = dict(parse_qsl(query)) | {"state": expected_state, "iss": expected_iss}
        return read_redirect(
            urlencode(found), expected_state=expected_state, expected_iss=expected_iss
        )

    patch.setattr(pending, "keep", remembering)
    patch.setattr(authorized, "state_of", lambda _query: states[-1])
    patch.setattr(authorized, "read_redirect", forgiving)
