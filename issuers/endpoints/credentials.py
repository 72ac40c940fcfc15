"""The credential endpoint and the deferred one: asked in plain or encrypted, answered as asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response

from issuers.endpoints.answers import on_credential_endpoint, unauthorised
from issuers.endpoints.described import certificates
from issuers.endpoints.nonce_route import nonce_route
from issuers.endpoints.presented import token_in
from issuers.endpoints.wallet_schemas import CREDENTIAL_REQUEST, DEFERRED_REQUEST
from issuers.issuer import Issuers
from keys.strict_json import JsonObject
from standards.openid4vci.credential import (
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
)
from standards.openid4vci.deferred import DeferredCredentialRequest
from standards.openid4vci.encrypted import (
    MEDIA_TYPE,
    check_encryption,
    decrypt_request,
    encrypt_response,
)
from standards.openid4vci.encryption import ResponseEncryption
from web.body import read_body, read_json_object
from web.replies import NO_STORE, json_reply

# A batch of proofs, each with a key and perhaps an attestation of it, and room for later versions.
CREDENTIAL_REQUEST_LIMIT: Final = 128 * 1024
# The same in base64url, with the header of the encryption.
ENCRYPTED_REQUEST_LIMIT: Final = 180 * 1024

Endpoint = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a wallet sent, in plain by now."""

    body: JsonObject
    was_encrypted: bool

    def check(self, encryption: ResponseEncryption | None, *, required: bool) -> None:
        """Return when it is as encrypted as it has to be, or raise `CredentialRequestError`."""
        check_encryption(encryption, was_encrypted=self.was_encrypted, required=required)


def routes(issuers: Issuers) -> APIRouter:
    """Return the two addresses that give out certificates."""
    router = APIRouter(
        prefix="/issuers/{authority}", tags=["wallets"], route_class=nonce_route(issuers)
    )
    router.post("/credential", **certificates(CREDENTIAL_REQUEST))(_credential(issuers))
    router.post("/deferred", **certificates(DEFERRED_REQUEST))(_deferred(issuers))
    return router


def _credential(issuers: Issuers) -> Endpoint:
    @on_credential_endpoint
    async def credential(authority: str, request: Request) -> Response:
        """Issue one copy of the certificate for each key proved (section 8), or promise to."""
        presented = token_in(request, issuers.base)
        if presented is None:
            return unauthorised()
        asked = await _asked(issuers, authority, request)
        wanted = CredentialRequest.parse(asked.body)
        encryption = wanted.credential_response_encryption
        asked.check(encryption, required=issuers.encrypted_only)
        return _answer(await issuers.credential(authority, presented, wanted), encryption)

    return credential


def _deferred(issuers: Issuers) -> Endpoint:
    @on_credential_endpoint
    async def deferred(authority: str, request: Request) -> Response:
        """Hand out what was promised, or say when to ask again (section 9)."""
        presented = token_in(request, issuers.base)
        if presented is None:
            return unauthorised()
        asked = await _asked(issuers, authority, request)
        wanted = DeferredCredentialRequest.parse(asked.body)
        encryption = wanted.credential_response_encryption
        asked.check(encryption, required=issuers.encrypted_only)
        return _answer(await issuers.deferred(authority, presented, wanted), encryption)

    return deferred


async def _asked(issuers: Issuers, authority: str, request: Request) -> Asked:
    """Return the body of a request; a media type that is neither form is refused as no JSON."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        plain = await read_json_object(request, limit=CREDENTIAL_REQUEST_LIMIT)
        return Asked(plain, was_encrypted=False)
    token = await read_body(request, expected_type=MEDIA_TYPE, limit=ENCRYPTED_REQUEST_LIMIT)
    keys = issuers.decryption_keys(authority)
    return Asked(decrypt_request(token.decode("ascii", "replace"), keys), was_encrypted=True)


def _answer(
    answer: CredentialResponse | DeferredResponse, encryption: ResponseEncryption | None
) -> Response:
    waits = isinstance(answer, DeferredResponse)
    status = HTTPStatus.ACCEPTED if waits else HTTPStatus.OK
    if encryption is None:
        return json_reply(answer.as_dict(), status)
    token = encrypt_response(answer.as_dict(), encryption)
    headers = {"Cache-Control": NO_STORE}
    return Response(token, status, media_type=MEDIA_TYPE, headers=headers)
