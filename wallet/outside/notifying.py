"""Tell an issuer what became of a credential (OpenID4VCI section 11): a courtesy, never a duty.

It runs beside what the holder does and is given up at the first trouble: an issuer that is slow,
gone or cross must not delay or fail anything for a citizen.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final, Self

from keys.strict_json import JsonObject, JsonValue, dumps
from standards.openid4vci.notification import NotificationEvent, NotificationRequest
from wallet.outside.asking import Asker, Question
from wallet.outside.correspondence import JSON, SMALL_ANSWER, UnansweredError
from wallet.outside.tokens import TokenInUse

# One small request; who needs longer hears nothing.
_SECONDS: Final = 5.0
# More at once than any wallet service has reason for: further ones are not sent.
MAX_UNDER_WAY: Final = 256


@dataclass(frozen=True, slots=True)
class NotificationPlace:
    """Where an issuer wants to hear of one credential response, and the token to say it with.

    The token is that of the issuance; an issuer may take it no more, and then hears nothing.
    """

    endpoint: str
    notification_id: str
    token: TokenInUse = field(repr=False)

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, sealed with the credential."""
        return {
            "endpoint": self.endpoint,
            "notification_id": self.notification_id,
            **self.token.as_dict(),
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {
                "endpoint": str(endpoint),
                "notification_id": str(notification_id),
            }:
                return cls(endpoint, notification_id, TokenInUse.parse(value))
            case _:
                raise ValueError("this is not where an issuer is notified")


class Notifier:
    """The notifications under way in this process."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(
        self,
        place: NotificationPlace | None,
        event: NotificationEvent,
        asker: Asker,
    ) -> None:
        """Begin to tell the issuer, and return at once; None is an issuer that does not ask."""
        if place is None or len(self._under_way) >= MAX_UNDER_WAY:
            return
        task = asyncio.create_task(_tell(place, event, asker))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Return when nothing is under way any more: at most the seconds one may take."""
        await asyncio.gather(*self._under_way)


async def _tell(place: NotificationPlace, event: NotificationEvent, asker: Asker) -> None:
    request = NotificationRequest(place.notification_id, event)
    question = Question(place.endpoint, dumps(request.as_dict()), JSON, limit=SMALL_ANSWER)
    try:
        async with asyncio.timeout(_SECONDS):
            await asker.with_token(question, place.token)
    except (UnansweredError, TimeoutError):
        return
