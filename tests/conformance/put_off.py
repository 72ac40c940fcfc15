"""Rules put off, one at a time: with each gone, the module that watches it must fail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.requests import Request

from issuers import proving
from issuers.access import TokenPresented
from issuers.endpoints.presented import token_in
from issuers.nonces import UsedNonce
from keys import jws
from keys.signer import SoftwareSigner
from standards.openid4vci.proof import verify_proofs
from tests.conformance.prober import random_text

PutOff = Callable[[pytest.MonkeyPatch], None]


def signature_of(typ: str) -> PutOff:
    """Tokens of one type are believed whatever their signature says."""
    verify = jws.verify

    def believing(token: jws.UnverifiedJws, *args: Any, **expected: Any) -> jws.VerifiedJws:
        if token.typ == typ:
            return jws.VerifiedJws(token.header, token.payload)
        return verify(token, *args, **expected)

    return lambda patch: patch.setattr(jws, "verify", believing)


def replaced(target: str, value: Any) -> PutOff:
    """One function of ours is another."""
    return lambda patch: patch.setattr(target, value)


def anything_goes(*_args: Any, **_kwargs: Any) -> None:
    """A check that has no objection."""


def any_nonce(*_args: Any, **_kwargs: Any) -> UsedNonce:
    """A nonce is taken whoever made it."""
    return UsedNonce(random_text().encode(), datetime.now(UTC) + timedelta(minutes=1))


def proofs_needed(patch: pytest.MonkeyPatch) -> None:
    """Who proves no key is given a certificate bound to some key."""
    verify = verify_proofs

    def forgiving(proofs: Any, *, check_nonce: Callable[[str], None], **expected: Any) -> Any:
        if proofs is not None:
            return verify(proofs, check_nonce=check_nonce, **expected)
        check_nonce("none")
        return (SoftwareSigner.generate().public,)

    patch.setattr(proving, "verify_proofs", forgiving)
    patch.setattr(proving, "check_nonce", any_nonce)


def token_anywhere(request: Request, base: str) -> TokenPresented | None:
    """A token is taken from the address too."""
    token = request.query_params.get("access_token")
    if token is None:
        return token_in(request, base)
    return TokenPresented("Bearer", token, (), request.method, base)
