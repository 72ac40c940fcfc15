"""Reaching witnesses over https."""

from typing import Final

from consent.witness.asking import Trouble, TroubleError, WitnessReply
from web.outbound import Outbound, OutboundError

# A dozen cosignatures by ML-DSA-44 are 40 kB; an answer has one or two.
_LIMIT: Final = 64 * 1024
_TEXT: Final = "text/plain; charset=utf-8"


class WitnessClient:
    """The `consent.witness.asking.Network` of an installation."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def add_checkpoint(self, address: str, request: bytes) -> WitnessReply:
        """Return the answer at a submission prefix, or raise `TroubleError` (unreachable)."""
        try:
            reply = await self._outbound.post(
                f"{address}/add-checkpoint",
                content=request,
                content_type=_TEXT,
                accept="text/plain",
                limit=_LIMIT,
            )
        except OutboundError:
            raise TroubleError(Trouble.UNREACHABLE) from None
        return WitnessReply(reply.status, reply.content_type, reply.body)
