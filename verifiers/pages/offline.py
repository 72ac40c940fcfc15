"""The counter without network: a page that is kept by the browser, and what it fetches and brings.

The page itself is the same for everybody and holds nobody's name; what it takes along and brings
home is for the institution that is signed in.
"""

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from keys.strict_json import dumps
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.offline.supplies import Supplies
from verifiers.verifier import Verifiers
from verifiers.verifying.settling import BroughtHome
from web.form import Form
from web.kit import PersonRole, RoomPages
from web.language import Language
from web.replies import json_reply
from web.static_files import STATIC, address_of, addresses_in

OFFLINE: Final = "/verifiers/offline"
_WORKER: Final = STATIC / "service_worker.js"
_NOT_FOUND: Final = 404
_ID_LIMIT: Final = 64
# Seconds since 1970 have ten digits until the year 2286.
_SECONDS_DIGITS: Final = 10

# What the page's script may say: its own words, the room's, and the reasons of its verifier.
OWN_WORDS: Final = (
    *("network_fresh", "network_away", "network_signed_out", "prepared", "not_prepared"),
    *("waiting", "none_waiting", "settled", "settled_refused", "word_accepted", "not_online"),
    *("used_from", "trust_list", "status_list", "no_status_list", "issued_by"),
)
WORDS: Final = (
    *("word_invalid", "word_expired", "word_revoked", "word_outdated", "word_unknown"),
    *("age_now", "age_minutes", "age_hours", "age_days", "yes", "no", "nothing_written"),
)
# Reasons only the browser has: a link is no code, and a picture without one is read there too.
OWN_REASONS: Final = ("needs_network", "no_code")


def offline_pages(
    verifiers: Verifiers, supplies: Supplies, room: RoomPages, router: APIRouter
) -> APIRouter:
    """Return ``/verifiers/offline``: the page, its worker, its supplies, and what it brings."""

    @router.get(OFFLINE + "/worker.js")
    async def worker() -> Response:
        """Return the worker that keeps the page; its first lines name every file it keeps."""
        octets = await _worker(room)
        headers = {"Cache-Control": "no-cache"}
        return Response(octets, media_type="text/javascript", headers=headers)

    @router.get(OFFLINE + "/supplies")
    async def take_along(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        taken = await supplies.of(visitor.person.subject)
        return json_reply({**taken, "form_token": room.form_token(visitor)})

    @router.post(OFFLINE + "/uses")
    async def bring_home(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor)
        settled = await verifiers.counter.settling.settle(_brought(form, visitor.person.subject))
        code = None if settled.failure is None else settled.failure.code
        return json_reply({"state": settled.settlement.value, "code": code})

    @router.get(OFFLINE + "/{language}")
    async def page(language: str) -> Response:
        if language not in tuple(Language):
            raise HTTPException(_NOT_FOUND)
        return _page(room, Language(language))

    return router


def _page(room: RoomPages, language: Language) -> Response:
    return room.shell(
        language,
        "verifiers/offline.html",
        f"{OFFLINE}/{language.value}",
        own_words=OWN_WORDS,
        words=WORDS,
        failures=[*(failure.code for failure in Failure), *OWN_REASONS],
    )


async def _worker(room: RoomPages) -> bytes:
    """Return the worker's program after the list of its files and the name of their version."""
    shells = {f"{OFFLINE}/{each.value}": _page(room, each).body for each in Language}
    files = [*shells, address_of("style.css"), address_of("icon.svg"), *addresses_in("counter")]
    # An address of a static file names its content already.
    content = b"\0".join((*(bytes(body) for body in shells.values()), *map(str.encode, files)))
    version = hashlib.sha256(content).hexdigest()
    head = f"const VERSION = {_written(version)};\nconst FILES = {_written([*files])};\n"
    return head.encode() + _program()


def _written(value: str | list[str]) -> str:
    return dumps(value if isinstance(value, str) else [*value]).decode("ascii")


@cache
def _program() -> bytes:
    return Path(_WORKER).read_bytes()


def _brought(form: Form, party: str) -> BroughtHome:
    """Return the use in a posted form; what the page would never write is refused."""
    use_id, seconds = form.one("id"), form.one("read_at")
    is_time = seconds.isascii() and seconds.isdigit() and len(seconds) <= _SECONDS_DIGITS
    if not is_time or not 0 < len(use_id) <= _ID_LIMIT:
        raise VerifierError(Failure.REQUEST_INVALID, "id and read_at")
    return BroughtHome(
        use_id=use_id,
        party=party,
        check=form.one("check"),
        text=form.one("code"),
        read_at=datetime.fromtimestamp(int(seconds), UTC),
    )
