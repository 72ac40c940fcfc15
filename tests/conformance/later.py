"""The service's clock moved on, for the rules that decide by it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.pushing import PushedRequest


def for_codes(patch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Whoever brings a code brings it that much later."""
    decide = CodeRedeemer.decide

    def deciding(redeemer: CodeRedeemer, code: Any, offer: Any) -> Any:
        return decide(replace(redeemer, now=redeemer.now + by), code, offer)

    patch.setattr(CodeRedeemer, "decide", deciding)


def for_requests(patch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Whoever opens a pushed request opens it that much later."""
    check = PushedRequest.check_open

    def checking(request: PushedRequest, now: datetime) -> None:
        check(request, now + by)

    patch.setattr(PushedRequest, "check_open", checking)
