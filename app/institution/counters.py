"""What an institution does at its counters, as calls: scan, challenge, print, bring home."""

from datetime import datetime
from typing import Final

from app.service_client import ServiceClient, segment
from app.test_wallet.case import PLACE as TEST_WALLET
from keys.json_value import JsonObject
from keys.strict_json import loads_object

_OPERATOR: Final = "/verifiers/operator"


class Counters:
    """The counters of one service's relying parties, called with its operator's token."""

    def __init__(self, service: ServiceClient) -> None:
        self._service = service

    async def scan(self, text: str, profile: str | None = None) -> JsonObject:
        """Return the result of what a person held up or read out; its failure is in it."""
        body: JsonObject = {"text": text}
        if profile is not None:
            body["profile"] = profile
        return await self._service.operator_post(f"{_OPERATOR}/scans", body)

    async def challenge(self, profile: str) -> JsonObject:
        """Return what a desk shows before a code is made for it, and until when it counts."""
        return await self._service.operator_post(f"{_OPERATOR}/challenges", {"profile": profile})

    async def supplies(self, profile: str) -> JsonObject:
        """Return what a desk takes along to check codes without network, for a day."""
        return await self._service.operator_get(f"{_OPERATOR}/supplies/{segment(profile)}")

    async def bring_home(
        self, use_id: str, profile: str, text: str, *, read_at: datetime
    ) -> JsonObject:
        """Return what became of a code read without network; ``use_id`` is the desk's own name.

        Brought again under that name it is the same use.
        """
        seconds = int(read_at.timestamp())
        body: JsonObject = {"id": use_id, "profile": profile, "text": text, "read_at": seconds}
        return await self._service.operator_post(f"{_OPERATOR}/uses", body)

    async def test_codes(self) -> JsonObject:
        """Return codes to try a desk on, and what it must find; of a service in demo mode."""
        return loads_object(await self._service.public(f"{TEST_WALLET}/codes"))

    async def desks(self) -> JsonObject:
        """Return every counter whose printed code starts something."""
        return await self._service.operator_get(f"{_OPERATOR}/desks")

    async def open_desk(self, profile: str, name: str) -> JsonObject:
        """Return a new counter; ``link`` is what to print as a code."""
        body: JsonObject = {"profile": profile, "name": name}
        return await self._service.operator_post(f"{_OPERATOR}/desks", body)

    async def close_desk(self, desk_id: str) -> None:
        """Let a counter's printed code start nothing any more."""
        await self._service.operator_delete(f"{_OPERATOR}/desks/{segment(desk_id)}")
