"""An act that is done once for every rendered form, however often the form arrives.

A double click, the back button and a second tab send the same form again; whoever sends it again
is led to where the first one led.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final, TypeAlias

from keys import base64url
from keys.entropy import Entropy
from web.errors import ForbiddenError, Party, Problem, WebError
from web.form import Form
from web.store import SentFormStore
from web.visits import Clock

Act: TypeAlias = Callable[[], Awaitable[str]]
"""Does what the form asks for and returns the path to go to."""

# 16 octets as base64url, as `web.page.Visit.once` makes them.
_ONCE: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_TAKER_OCTETS: Final = 16
# No act of ours takes longer; a process that died in the middle holds nobody up for good.
ABANDONED: Final = timedelta(seconds=60)
# How often, and how many times, the second of two equal forms asks after the first.
_PAUSE_SECONDS: Final = 0.05
_LOOKS: Final = 400


class Once:
    """Does acts once, across processes, by a row that only one of many can write."""

    def __init__(self, forms: SentFormStore, clock: Clock, entropy: Entropy) -> None:
        self._forms = forms
        self._clock = clock
        self._entropy = entropy

    async def led_to(self, form: Form, act: Act) -> str:
        """Return where the form leads: do the act, or wait for the one who does it.

        When the act raises, the form is free again and may be sent once more. Raises ``WebError``
        (409) when the first one is not done in time.
        """
        once = form.one("once")
        if not form.session or _ONCE.fullmatch(once) is None:
            raise ForbiddenError("this form was not sent from this site's own page")
        taker = base64url.encode(self._entropy(_TAKER_OCTETS))
        for _look in range(_LOOKS):
            if await self._forms.take(form.session, once, taker=taker, now=self._clock()):
                return await self._done(form.session, once, taker, act)
            led_to = await self._earlier(form.session, once)
            if led_to is not None:
                return led_to
            await asyncio.sleep(_PAUSE_SECONDS)
        problem = Problem("still_busy", Party.CALLER, "the same form is still being worked on")
        raise WebError(HTTPStatus.CONFLICT, problem)

    async def _done(self, session: str, once: str, taker: str, act: Act) -> str:
        try:
            path = await act()
        except BaseException:
            await self._forms.give_back(session, once, taker=taker)
            raise
        await self._forms.finish(session, once, taker=taker, led_to=path)
        return path

    async def _earlier(self, session: str, once: str) -> str | None:
        """Return where the form that was first led to; free one whose process has died."""
        sent = await self._forms.find(session, once)
        if sent is not None and sent.led_to is None:
            if self._clock() - sent.begun_at >= ABANDONED:
                await self._forms.give_back(session, once, taker=sent.taker)
            return None
        return None if sent is None else sent.led_to
