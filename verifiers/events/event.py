"""One event as it is signed: which question came to which end, and its number; never a claim.

{"iss": our address, "aud": the receiver's, "party", "sequence": 7, "event": "verified",
 "transaction_id", "at": seconds, "iat": seconds}, as a JWS of type ``mydata-event+jwt`` by the
relying party's certified key. Whoever receives it holds the certificates against the root it was
given; numbers of a party have no gap, so what is missing is seen and can be asked for again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keys import jws
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.jwt_time import check_times, numeric_date, seconds
from keys.strict_json import dumps
from keys.x509 import Anchor, Role, parse_x5c, validate_chain
from standards.members import Members, members
from verifiers.registered.party_keys import PartyKey

TYP: Final = "mydata-event+jwt"
MEDIA_TYPE: Final = "application/jwt"
# A few short members and two or three certificates.
TOKEN_LIMIT: Final = 16 * 1024
# Each try is signed anew; an older one was kept by somebody on the way.
MAX_AGE: Final = timedelta(minutes=5)


class EventKind(StrEnum):
    """What happened to a question, or afterwards to what was shared."""

    VERIFIED = "verified"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ERASURE_DUE = "erasure_due"
    ERASED = "erased"
    CODE_REUSED = "code_reused"


@dataclass(frozen=True, slots=True)
class Event:
    """The ``sequence``-th thing that happened for a party, counted from one without a gap."""

    party: str
    sequence: int
    kind: EventKind
    transaction_id: str
    at: datetime

    def as_dict(self) -> JsonObject:
        """Return the JSON form, as a cursor's answer lists it."""
        return {
            "party": self.party,
            "sequence": self.sequence,
            "event": self.kind.value,
            "transaction_id": self.transaction_id,
            "at": seconds(self.at),
        }

    @classmethod
    def parse(cls, reader: Members) -> "Event":
        """Return the event in a JSON object, or raise `EventError`."""
        kind = reader.text("event")
        if kind not in set(EventKind):
            raise EventError("an event of another kind")
        try:
            at = numeric_date(reader.value.get("at"))
        except KeysError as error:
            raise EventError(error.detail) from error
        number = reader.optional_count("sequence") or 0
        return cls(
            reader.text("party"), number, EventKind(kind), reader.text("transaction_id"), at
        )


class EventError(Exception):
    """What came is no event of the expected sender for this receiver; it is not acted upon."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def sign_event(event: Event, *, issuer: str, audience: str, key: PartyKey, now: datetime) -> str:
    """Return the token that is posted to ``audience``, the receiver's address."""
    claims = {**event.as_dict(), "iss": issuer, "aud": audience, "iat": seconds(now)}
    return jws.sign({"typ": TYP, "x5c": [*key.x5c]}, dumps(claims), key.signer)


def read_event(
    token: str,
    *,
    expected_audience: str,
    expected_party: str,
    anchors: Sequence[Anchor],
    now: datetime,
) -> Event:
    """Return what a receiver may believe, or raise `EventError`.

    ``anchors`` are the verifiers' roots this receiver was given. A token may come twice; what was
    seen before is known by its number.
    """
    try:
        unverified = jws.parse(token, limit=TOKEN_LIMIT)
        chain = parse_x5c(unverified.header.get("x5c"))
        sender = validate_chain(chain, anchors=anchors, role=Role.VERIFIER, now=now)
        claims = jws.verify(unverified, sender.leaf_key, expected_typ=TYP).claims()
        check_times(claims, now=now, max_age=MAX_AGE)
    except KeysError as error:
        raise EventError(error.detail) from error
    if claims.get("aud") != expected_audience:
        raise EventError("it is for another receiver")
    event = Event.parse(members(claims, "event", EventError))
    if not event.party == expected_party == sender.organization_id:
        raise EventError("it is of another party")
    return event
