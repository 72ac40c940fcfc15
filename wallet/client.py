"""The wallet's way to the world: a `Correspondent` of `wallet.outside`, over `web.outbound`."""

from collections.abc import Mapping
from types import MappingProxyType

from wallet.outside.correspondence import Answer, UnansweredError
from web.outbound import Outbound, OutboundError, Reply


class WalletClient:
    """Asks issuers, verifiers, status providers and the ledger through the one outbound client."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def get(self, url: str, *, accept: str, limit: int) -> Answer:
        """Return the answer to GET, or raise ``UnansweredError``."""
        try:
            return _answer(await self._outbound.get(url, accept=accept, limit=limit))
        except OutboundError as error:
            raise UnansweredError(str(error)) from None

    async def post(
        self,
        url: str,
        *,
        content: bytes,
        content_type: str,
        accept: str,
        limit: int,
        authorization: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Return the answer to POST, or raise ``UnansweredError``."""
        try:
            reply = await self._outbound.post(
                url,
                content=content,
                content_type=content_type,
                accept=accept,
                limit=limit,
                authorization=authorization,
                headers=headers,
            )
        except OutboundError as error:
            raise UnansweredError(str(error)) from None
        return _answer(reply)


def _answer(reply: Reply) -> Answer:
    return Answer(reply.status, reply.content_type, reply.body, reply.headers)
