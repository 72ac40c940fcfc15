"""The notification endpoint (OpenID4VCI 1.0 section 11): what became of credentials at the wallet.

Example: ``{"notification_id": "3fwe98js", "event": "credential_accepted"}``, answered by 204.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import members, present
from standards.oauth.error_response import ErrorResponse, printable


class NotificationEvent(StrEnum):
    """What happened (section 11.1); a batch that failed in part has failed (VCI-55)."""

    CREDENTIAL_ACCEPTED = "credential_accepted"
    CREDENTIAL_FAILURE = "credential_failure"
    CREDENTIAL_DELETED = "credential_deleted"


class NotificationErrorCode(StrEnum):
    """The codes of the notification endpoint (section 11.3)."""

    INVALID_NOTIFICATION_ID = "invalid_notification_id"
    INVALID_NOTIFICATION_REQUEST = "invalid_notification_request"


class NotificationRequestError(Exception):
    """A notification was refused with a code of the standard; the wire wants HTTP 400."""

    def __init__(self, code: NotificationErrorCode, detail: str) -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code = code
        self.detail = detail

    def response(self) -> ErrorResponse:
        """Return the body to answer with."""
        return ErrorResponse(self.code.value, self.detail)


@dataclass(frozen=True, slots=True)
class NotificationRequest:
    """A wallet's word about the credentials of one response, named by its ``notification_id``.

    ``event_description`` is for the issuer's developers and is never shown as more than text.
    """

    notification_id: str
    event: NotificationEvent
    event_description: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the notification, or raise `NotificationRequestError`.

        An event nobody knows and a description in other characters than section 11.1 allows are
        malformed; unknown members are ignored (VCI-57).
        """
        reader = members(value, "notification request", _invalid_request)
        event = reader.text("event")
        if event not in set(NotificationEvent):
            raise _invalid_request(f"event is one of {', '.join(NotificationEvent)}")
        description = reader.optional_text("event_description")
        if description is not None and description != printable(description):
            raise _invalid_request("event_description is a sentence in printable ASCII")
        return cls(reader.text("notification_id"), NotificationEvent(event), description)

    def as_dict(self) -> JsonObject:
        """Return the body to send; the description keeps to the characters allowed (VCI-57)."""
        description = self.event_description
        return present(
            {
                "notification_id": self.notification_id,
                "event": self.event.value,
                "event_description": None if description is None else printable(description),
            }
        )


def invalid_notification_id() -> NotificationRequestError:
    """Return the one error for an id that is unknown, or another token's."""
    code = NotificationErrorCode.INVALID_NOTIFICATION_ID
    return NotificationRequestError(code, "no credential response of this token has this id")


def _invalid_request(detail: str) -> NotificationRequestError:
    return NotificationRequestError(NotificationErrorCode.INVALID_NOTIFICATION_REQUEST, detail)
