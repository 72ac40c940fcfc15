"""Everything that is asked for before a request can be looked at; nothing of it is believed yet.

A fetch carries nothing about the holder or this wallet: a nonce of its own, and what every wallet
like this one can do (SECURITY, P18).
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from keys import base64url
from keys.entropy import Entropy
from keys.strict_json import JsonObject
from standards.did.errors import DidError
from standards.did.methods import Did
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.errors import RequestError
from standards.openid4vp.request_link import (
    RequestByValue,
    RequestLink,
    RequestParameters,
    read_request_link,
)
from standards.openid4vp.request_object import MEDIA_TYPE
from standards.openid4vp.request_uri import RequestUri, RequestUriMethod
from standards.openid4vp.wallet_metadata import OUR_METADATA
from standards.openid4vp.wallet_post import WalletPost
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart
from wallet.outside.correspondence import (
    FORM,
    JSON,
    SMALL_ANSWER,
    Answer,
    Correspondent,
    UnansweredError,
    loaded_object,
)
from wallet.presenting.request_failures import refused

# A request with terms in three languages, 32 credential queries and a chain stays below.
REQUEST_LIMIT: Final = 256 * 1024
_NONCE_SIZE: Final = 32
_OK: Final = 200
# What a party says of a request that was answered, has ended or never was.
_OVER: Final = frozenset({400, 404, 410})
# DID Core section 6: the media types of a document; hosts of files say plain JSON.
_DOCUMENTS: Final = frozenset({JSON, "application/did+json", "application/did+ld+json"})
_ACCEPT_DOCUMENT: Final = "application/did+json, application/json"


@dataclass(frozen=True, slots=True)
class FetchedRequest:
    """A request as it came.

    ``token`` is None for parameters in the link. ``did_document`` is what the host of a `did:web`
    published just now.
    """

    link: RequestLink
    wallet_nonce: str | None = None
    token: str | None = None
    did_document: JsonObject | None = None


def read_link(text: str) -> RequestLink:
    """Return what a request's link says, or raise ``WalletError``."""
    try:
        return read_request_link(text)
    except RequestError as error:
        raise refused(error) from None


def stranger(link: RequestLink) -> Counterpart:
    """Return who seems to ask, before anything is proven: the host the link points to."""
    return Counterpart(_host(_address(link)), "", verified=False)


async def fetch_request(
    link: RequestLink, correspondent: Correspondent, entropy: Entropy
) -> FetchedRequest:
    """Return the request the link points to or holds, with what verifying it needs.

    Raises ``WalletError``: request_over when the party says so, request_unreachable,
    request_unsupported for an identifier of a method that is not read.
    """
    document = await did_document(link.client_id, correspondent)
    match link:
        case RequestParameters():
            return FetchedRequest(link)
        case RequestByValue():
            return FetchedRequest(link, token=link.token, did_document=document)
        case RequestUri():
            is_posted = link.request_uri_method is RequestUriMethod.POST
            nonce = base64url.encode(entropy(_NONCE_SIZE)) if is_posted else None
            token = await _token(link, nonce, correspondent)
            return FetchedRequest(link, nonce, token, document)


async def _token(link: RequestUri, nonce: str | None, correspondent: Correspondent) -> str:
    try:
        answer = await _ask(link, nonce, correspondent)
    except UnansweredError as error:
        raise WalletError(WalletFailure.REQUEST_UNREACHABLE, str(error)) from None
    if answer.status in _OVER:
        raise WalletError(WalletFailure.REQUEST_OVER)
    if answer.status != _OK or answer.media_type != MEDIA_TYPE or not answer.body.isascii():
        reason = f"No request object came (status {answer.status})"
        raise WalletError(WalletFailure.REQUEST_UNREACHABLE, reason)
    return answer.body.decode("ascii").strip()


async def _ask(link: RequestUri, nonce: str | None, correspondent: Correspondent) -> Answer:
    if nonce is None:
        return await correspondent.get(link.request_uri, accept=MEDIA_TYPE, limit=REQUEST_LIMIT)
    return await correspondent.post(
        link.request_uri,
        content=WalletPost(nonce, OUR_METADATA.as_text()).encode(),
        content_type=FORM,
        accept=MEDIA_TYPE,
        limit=REQUEST_LIMIT,
    )


async def did_document(name: str, correspondent: Correspondent) -> JsonObject | None:
    """Return what a `did:web` publishes now: a key that was taken back yesterday is no key."""
    client_id = ClientId.parse(name)
    if client_id.prefix is not ClientIdPrefix.DECENTRALIZED_IDENTIFIER:
        return None
    try:
        address = Did.parse(client_id.value).document_address()
        if address is None:
            return None
        answer = await correspondent.get(address, accept=_ACCEPT_DOCUMENT, limit=SMALL_ANSWER)
    except DidError as error:
        raise WalletError(WalletFailure.REQUEST_UNSUPPORTED, error.detail) from None
    except UnansweredError as error:
        raise WalletError(WalletFailure.REQUEST_UNREACHABLE, str(error)) from None
    if answer.status != _OK or answer.media_type not in _DOCUMENTS:
        raise _no_document()
    return loaded_object(answer, lambda _: _no_document())


def _no_document() -> WalletError:
    return WalletError(WalletFailure.REQUEST_UNREACHABLE, "The host of its did:web says no keys")


def _address(link: RequestLink) -> str:
    named = ClientId.parse(link.client_id).value
    match link:
        case RequestUri():
            return link.request_uri
        case RequestByValue():
            return named
        case RequestParameters():
            return str(link.claims.get("response_uri") or named)


def _host(address: str) -> str:
    """Return the host of an address, or what stands there instead."""
    try:
        return urlsplit(address).netloc or address
    except ValueError:
        return address
