"""Notifications as they are written and read (OpenID4VCI 1.0 section 11)."""

from typing import Any

import pytest

from standards.openid4vci.notification import (
    NotificationErrorCode,
    NotificationEvent,
    NotificationRequest,
    NotificationRequestError,
    invalid_notification_id,
)


@pytest.mark.parametrize("event", NotificationEvent)
def test_a_notification_is_read_as_it_was_written(event: NotificationEvent) -> None:
    """
    VCI-55: one of three events; the description may be left out.
    """
    for told in (
        NotificationRequest("3fwe98js", event),
        NotificationRequest("3fwe98js", event, "Out of storage."),
    ):
        assert told == NotificationRequest.parse(told.as_dict())
    assert {"notification_id", "event"} == set(NotificationRequest("1", event).as_dict())


def test_unknown_members_are_ignored() -> None:
    """
    VCI-57: what a later version adds does no harm.
    """
    body: Any = {"notification_id": "1", "event": "credential_deleted", "later": {}}

    expected = NotificationRequest("1", NotificationEvent.CREDENTIAL_DELETED)
    assert expected == NotificationRequest.parse(body)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"event": "credential_accepted"},
        {"notification_id": "", "event": "credential_accepted"},
        {"notification_id": "1"},
        {"notification_id": "1", "event": "accepted"},
        {"notification_id": "1", "event": 1},
        {"notification_id": "1", "event": "credential_failure", "event_description": 'a "b"'},
        {"notification_id": "1", "event": "credential_failure", "event_description": "é"},
        {"notification_id": "1", "event": "credential_failure", "event_description": 1},
    ],
    ids=str,
)
def test_a_notification_that_breaks_a_rule_is_refused(body: Any) -> None:
    """
    H78: invalid_notification_request.
    """
    with pytest.raises(NotificationRequestError) as caught:
        NotificationRequest.parse(body)

    assert NotificationErrorCode.INVALID_NOTIFICATION_REQUEST == caught.value.code
    assert "invalid_notification_request" == caught.value.response().error


def test_what_is_written_keeps_to_the_allowed_characters() -> None:
    """
    VCI-57: whatever the reason was, it leaves as printable ASCII.
    """
    told = NotificationRequest("1", NotificationEvent.CREDENTIAL_FAILURE, '저장 "실패"')

    assert "?? ????" == told.as_dict()["event_description"]


def test_an_unknown_id_has_its_code() -> None:
    """
    VCI-56: invalid_notification_id.
    """
    assert "invalid_notification_id" == invalid_notification_id().response().error
