"""A request the holder's own platform hands over: a page asked a browser for a certificate.

The browser or the system tells the origin of the page; the request is never believed about it
(OpenID4VP appendix A). From here on the request is answered as every other is: the holder reads
who asks, the consent is recorded, and the answer waits for the platform to take it back to the
page. It sees no more than it was given and the answer, which HAIP has encrypted.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from keys.strict_json import JsonObject
from standards.openid4vp.dc_api import DcApiProtocol, DcApiRequest
from standards.openid4vp.dc_api_reading import client_by_web
from standards.openid4vp.errors import AuthorizationErrorCode, RequestError
from standards.openid4vp.origin import Origin
from standards.openid4vp.response import (
    AuthorizationResponse,
    ErrorResponse,
    travelling_parameters,
)
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart
from wallet.history.remembering import remember_failure
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault, new_id
from wallet.ports import Ports
from wallet.presenting.fetching import did_document
from wallet.presenting.request_failures import refused
from wallet.presenting.requests import ValidRequest, check_handed

# How pages and calls name one, where they name others by their link.
_NAMED: Final = "urn:mydata:handed:"
# Requests of ours live five minutes; a platform waits no longer than the person does.
FORGOTTEN_AFTER: Final = timedelta(minutes=10)
_KINDS: Final = (BoxKind.HANDED_REQUEST, BoxKind.HANDED_ANSWER)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A request with the origin of its page, as the platform gave them.

    ``did_document`` is what the host of a `did:web` published when the request was handed over.
    """

    request: DcApiRequest
    origin: Origin
    did_document: JsonObject | None = None

    @classmethod
    def parse(cls, value: JsonObject, origin: str) -> "HandedOver":
        """Return what a platform hands over, or raise ``WalletError``."""
        try:
            return cls(DcApiRequest.parse(value), Origin.parse(origin))
        except RequestError as error:
            raise refused(error) from None

    @classmethod
    def kept(cls, value: JsonObject) -> "HandedOver":
        """Return what was kept of one (`as_dict`)."""
        document = value.get("did_document")
        found = cls.parse(value, str(value["origin"]))
        return replace(found, did_document=document if isinstance(document, dict) else None)

    def as_dict(self) -> JsonObject:
        """Return the form it is kept in."""
        origin = self.origin.text
        return {**self.request.as_dict(), "origin": origin, "did_document": self.did_document}

    @property
    def stranger(self) -> Counterpart:
        """Who seems to ask, before anything is proven."""
        return Counterpart(self.origin.text, "", verified=False)


def name_in(request_uri: str) -> str | None:
    """Return the name of a request that was handed over, None for a link."""
    return request_uri.removeprefix(_NAMED) if request_uri.startswith(_NAMED) else None


async def take_over(handed: HandedOver, *, ports: Ports, vault: Vault, now: datetime) -> str:
    """Keep a request for the holder to see, and return what it is called from now on.

    One that is refused is answered at once, and the history says so.
    """
    await _forget(ports, vault, now)
    try:
        async with remember_failure(handed.stranger, ports=ports, vault=vault, now=now):
            handed, valid = await _known(handed, ports, now)
            name = valid.subject
    except WalletError as error:
        name = new_id(ports.entropy)
        await _keep_answer(name, handed.request.protocol, _refusal(error), ports, vault, now)
        return f"{_NAMED}{name}"
    kept = vault.seal(BoxKind.HANDED_REQUEST, name, now, handed.as_dict())
    await ports.shelf.put(kept)
    return f"{_NAMED}{name}"


async def handed_over(name: str, *, ports: Ports, vault: Vault) -> HandedOver:
    """Return a request that was handed over, or raise (handed_unknown) when it is gone."""
    box = await ports.shelf.find(vault.holder, BoxKind.HANDED_REQUEST, name)
    if box is None:
        raise WalletError(WalletFailure.HANDED_UNKNOWN)
    return HandedOver.kept(vault.open(box))


async def open_handed(name: str, *, ports: Ports, vault: Vault, now: datetime) -> ValidRequest:
    """Return the request as proven, or raise ``WalletError``; nothing is fetched any more."""
    return _checked(await handed_over(name, ports=ports, vault=vault), ports, now)


async def hand_back(
    response: AuthorizationResponse | ErrorResponse,
    valid: ValidRequest,
    *,
    ports: Ports,
    vault: Vault,
    now: datetime,
) -> None:
    """Let the answer wait for the platform (appendix A.4)."""
    handed = await handed_over(valid.subject, ports=ports, vault=vault)
    data = travelling_parameters(response, valid.request)
    await _keep_answer(valid.subject, handed.request.protocol, data, ports, vault, now)


async def answer_of(request_uri: str, *, ports: Ports, vault: Vault) -> JsonObject | None:
    """Return ``{"protocol", "data"}`` for the page, None while the holder has not answered.

    Raises ``WalletError`` (handed_unknown) for a request nobody handed over, or long ago.
    """
    name = name_in(request_uri) or ""
    box = await ports.shelf.find(vault.holder, BoxKind.HANDED_ANSWER, name)
    if box is not None:
        return vault.open(box)
    await handed_over(name, ports=ports, vault=vault)
    return None


async def _known(
    handed: HandedOver, ports: Ports, now: datetime
) -> tuple[HandedOver, ValidRequest]:
    """Return the request with all that proves who asks; a `did:web` is asked for its keys once.

    Where another signature of it proves that, nothing is fetched.
    """
    try:
        return handed, _checked(handed, ports, now)
    except WalletError:
        name = _by_web(handed.request)
        if name is None:
            raise
    document = await did_document(name, ports.correspondent)
    handed = replace(handed, did_document=document)
    return handed, _checked(handed, ports, now)


def _by_web(request: DcApiRequest) -> str | None:
    """Return whom to ask for its keys; of what cannot be read nobody."""
    try:
        return client_by_web(request)
    except RequestError:
        return None


def _checked(handed: HandedOver, ports: Ports, now: datetime) -> ValidRequest:
    return check_handed(
        handed.request,
        handed.origin,
        trust=ports.trust(),
        clients=ports.clients(),
        now=now,
        types=ports.transaction_types,
        did_document=handed.did_document,
    )


def _refusal(error: WalletError) -> JsonObject:
    """Return the error of the standard: nothing of the holder was looked at."""
    cause = error.__cause__
    code = (
        cause.code if isinstance(cause, RequestError) else AuthorizationErrorCode.INVALID_REQUEST
    )
    return ErrorResponse(code.value).parameters()


async def _keep_answer(
    name: str,
    protocol: DcApiProtocol,
    data: JsonObject,
    ports: Ports,
    vault: Vault,
    now: datetime,
) -> None:
    answer: JsonObject = {"protocol": protocol.value, "data": data}
    await ports.shelf.put(vault.seal(BoxKind.HANDED_ANSWER, name, now, answer))


async def _forget(ports: Ports, vault: Vault, now: datetime) -> None:
    """Destroy what was handed over long ago, answered or not."""
    before = int((now - FORGOTTEN_AFTER).timestamp() * 1_000_000)
    for kind in _KINDS:
        for box in await ports.shelf.all(vault.holder, kind):
            if box.kept_at < before:
                await ports.shelf.remove(vault.holder, kind, box.id)
