"""A typed client of the verifiers' interface for institutions.

``mydata verifiers`` is written with it: what the command line does, a program of yours can do.

    async with ServiceClient("https://verifier.example", Path("var")) as service:
        institution = Institution(service)
        begun = await institution.begin("adult-check")
        ...  # show begun.request_uri as a code, or as a link
        result = await institution.wait(begun.transaction_id, seconds=120)

Every method raises `app.errors.CommandError`, whose problem has code, party and what to do next.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.errors import CommandError
from app.institution.counters import Counters
from app.service_client import segment
from keys.json_value import JsonObject, JsonValue
from keys.strict_json import loads_object
from standards.members import Members, members
from verifiers.events.event import Event, EventError

_OPERATOR: Final = "/verifiers/operator"
_TRANSACTIONS: Final = f"{_OPERATOR}/transactions"
_PENDING: Final = "pending"
# Often enough for a person who waits, seldom enough for the service.
_POLL_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Begun:
    """A question that waits; ``request_uri`` is the ``openid4vp://`` address for the wallet.

    ``form`` is the answer as the service wrote it.
    """

    transaction_id: str
    request_uri: str
    form: JsonObject


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a question was not answered, whose turn it is, and what to do next."""

    code: str
    party: str
    detail: str


@dataclass(frozen=True, slots=True)
class Credential:
    """One verified certificate; ``claims`` are only those that were shown."""

    vct: str
    issuer: str
    claims: JsonObject
    status: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question; ``state`` is pending, verified, refused, failed or expired.

    ``credentials`` are told for a minute after the first time they are read, and then erased.
    ``confirmed`` are the transactions the holder confirmed, ``form`` is all of it as the service
    wrote it.
    """

    state: str
    credentials: tuple[Credential, ...]
    confirmed: tuple[JsonObject, ...]
    failure: Failed | None
    receipt: JsonValue
    form: JsonObject

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state != _PENDING

    @classmethod
    def parse(cls, answer: JsonObject) -> "Answer":
        """Return the answer of the service, or raise ``CommandError`` (unexpected_answer)."""
        reader = members(answer, "answer", _unexpected)
        return cls(
            state=reader.text("state"),
            credentials=tuple(map(_credential, _objects(reader, "credentials"))),
            confirmed=tuple(each.value for each in _objects(reader, "confirmed")),
            failure=reader.part("failure", _failed),
            receipt=answer.get("receipt"),
            form=answer,
        )


class Institution(Counters):
    """The relying parties of one service, called with its operator's token."""

    async def profiles(self) -> JsonObject:
        """Return what may be asked, by whom and why."""
        return await self._service.operator_get(f"{_OPERATOR}/profiles")

    async def registrations(self) -> JsonObject:
        """Return everything that was ever registered, with its hash and since when."""
        return await self._service.operator_get(f"{_OPERATOR}/registrations")

    async def originals(self) -> JsonObject:
        """Return what a law has kept sealed, until when, and who has read it."""
        return await self._service.operator_get(f"{_OPERATOR}/originals")

    async def register(self, definition: JsonObject) -> JsonObject:
        """Register a relying party by its definition; it counts at once."""
        return await self._service.operator_post(f"{_OPERATOR}/registrations", definition)

    async def look_over(self, text: str) -> JsonObject:
        """Return what is wrong with a request, as a wallet would see it."""
        return await self._service.operator_post(f"{_OPERATOR}/checks", {"text": text})

    async def begin(
        self,
        profile: str,
        *,
        flow: str | None = None,
        transactions: Sequence[JsonObject] = (),
        consent: str | None = None,
        session: str | None = None,
    ) -> Begun:
        """Ask with a profile; ``session`` binds a same-device answer to a browser's session."""
        optional: JsonObject = {"flow": flow, "consent": consent, "session": session}
        body: JsonObject = {"profile": profile}
        body |= {name: value for name, value in optional.items() if value is not None}
        if transactions:
            body["transactions"] = [*transactions]
        return await self.ask(body)

    async def ask(self, body: JsonObject) -> Begun:
        """Ask with the members of ``POST /verifiers/operator/transactions`` as they stand."""
        answer = await self.open(body)
        reader = members(answer, "answer", _unexpected)
        return Begun(reader.text("transaction_id"), reader.text("request_uri"), answer)

    async def open(self, body: JsonObject) -> JsonObject:
        """Ask as `ask` does, and return the answer as it stands.

        In the modes that go by the browser it has no link, but what a page hands over.
        """
        return await self._service.operator_post(_TRANSACTIONS, body)

    async def result(self, transaction_id: str) -> Answer:
        """Return what came of a question so far."""
        path = f"{_TRANSACTIONS}/{segment(transaction_id)}"
        return Answer.parse(await self._service.operator_get(path))

    async def wait(self, transaction_id: str, *, seconds: float) -> Answer:
        """Return the result once it is over, or as it is when the time is up."""
        waited = 0.0
        while True:
            answer = await self.result(transaction_id)
            if answer.is_over or waited >= seconds:
                return answer
            await asyncio.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS

    async def redeem(self, transaction_id: str, response_code: str) -> Answer:
        """Return the result to whoever brings the code back from the wallet (same device)."""
        query = urlencode({"response_code": response_code})
        path = f"/verifiers/return/{segment(transaction_id)}?{query}"
        return Answer.parse(loads_object(await self._service.public(path)))

    async def evidence(self, transaction_id: str) -> JsonObject:
        """Return the proof of a sharing that the institution keeps; no claim is in it."""
        path = f"{_TRANSACTIONS}/{segment(transaction_id)}/evidence"
        return await self._service.operator_get(path)

    async def tell_at(self, party: str, address: str) -> JsonObject:
        """Have a party's events posted to an address from now on; return how far it was told."""
        return await self._service.operator_post(_webhook(party), {"address": address})

    async def told(self, party: str) -> JsonObject:
        """Return where a party is told, how far, and why the last try failed."""
        return await self._service.operator_get(_webhook(party))

    async def webhooks(self) -> JsonObject:
        """Return where every party is told, how far, and why the last try failed."""
        return await self._service.operator_get(f"{_OPERATOR}/webhooks")

    async def tell_no_more(self, party: str) -> None:
        """Forget where a party is told, and its numbered events."""
        await self._service.operator_delete(_webhook(party))

    async def events(self, party: str, *, after: int) -> tuple[Event, ...]:
        """Return what happened above a number, in order, some at a time; none when up to date."""
        path = f"{_OPERATOR}/parties/{segment(party)}/events?{urlencode({'after': after})}"
        answer = members(await self._service.operator_get(path), "answer", _unexpected)
        try:
            return tuple(map(Event.parse, _objects(answer, "events")))
        except EventError as error:
            raise _unexpected(error.detail) from error


def _webhook(party: str) -> str:
    return f"{_OPERATOR}/parties/{segment(party)}/webhook"


def _objects(reader: Members, name: str) -> tuple[Members, ...]:
    found = reader.value.get(name)
    return reader.objects(name) if isinstance(found, list) and found else ()


def _credential(reader: Members) -> Credential:
    claims = reader.object("claims").value
    return Credential(reader.text("vct"), reader.text("issuer"), claims, reader.text("status"))


def _failed(reader: Members) -> Failed:
    return Failed(reader.text("code"), reader.text("party"), reader.text("detail"))


def _unexpected(detail: str) -> CommandError:
    return CommandError("unexpected_answer", "network", detail)
