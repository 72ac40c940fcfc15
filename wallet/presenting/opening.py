"""Open a link: from the text of a code or an address to a request that may be considered."""

from datetime import datetime

from consent.transactions.types import NO_TYPES, TransactionTypes
from standards.openid4vp.client_id import ClientId
from standards.openid4vp.errors import RequestError
from standards.openid4vp.request_link import RequestLink
from standards.openid4vp.signer import client_of
from wallet.outside.known_clients import KnownClients
from wallet.ports import Ports
from wallet.presenting.fetching import fetch_request
from wallet.presenting.request_failures import refused
from wallet.presenting.requests import ValidRequest, check_request


async def open_request(
    link: RequestLink, *, ports: Ports, now: datetime, types: TransactionTypes = NO_TYPES
) -> ValidRequest:
    """Return the request of a link, fetched and checked, or raise ``WalletError``.

    For a client without prefix that nobody registered here nothing is fetched: whoever wrote the
    link learns nothing of this wallet. ``types`` are the transactions its holder can confirm.
    """
    clients = ports.clients()
    _check_may_ask(link, clients)
    fetched = await fetch_request(link, ports.correspondent, ports.entropy)
    return check_request(fetched, trust=ports.trust(), clients=clients, now=now, types=types)


def _check_may_ask(link: RequestLink, clients: KnownClients) -> None:
    client_id = ClientId.parse(link.client_id)
    try:
        if client_id.prefix is None:
            client_of(client_id, clients)
    except RequestError as error:
        raise refused(error) from None
