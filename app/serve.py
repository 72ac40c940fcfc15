"""Serving: the data directory made ready, then one process, or several on PostgreSQL."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from app.authorities import tls_identity
from app.clock import utc_now
from app.errors import StartError
from app.installation import DEMO_NAME, NAME, open_installation, prepare_keys
from app.log_key import end_overlap, own_log
from app.logging_pipe import set_up
from app.main import create_app
from app.production import check_start, mark_demo
from app.settings import Role, Settings
from keys.errors import KeysError

# What a process of this program writes is for its owner alone.
_OWNER_ONLY: Final = 0o077
# Longer than the outbound client keeps a connection idle, so that it never meets a closed one.
KEEP_ALIVE_SECONDS: Final = 5
_BACKLOG: Final = 2048
# RFC 9325 section 4.2: what is recommended of TLS 1.2 and nothing else; 1.3 has no weak suites.
TLS_CIPHERS: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
)

Announce = Callable[[], None]


def prepare(settings: Settings) -> None:
    """Make a data directory ready, or raise ``StartError`` in one line that names the problem.

    Done once, before any worker process starts.
    """
    keep_to_owner()
    check_start(settings, now=utc_now())
    if settings.demo:
        mark_demo(settings.home)
    try:
        installation = open_installation(settings)
        prepare_keys(installation)
        if Role.CONSENT.value in settings.role.rooms:
            end_overlap(installation.store, utc_now())
            own_log(settings.home, installation.store, installation.host, name=settings.log_name)
    except KeysError as error:
        raise StartError(error.failure.value, error.detail) from None


def keep_to_owner() -> None:
    """Let whatever this process writes be readable by its own user alone."""
    os.umask(_OWNER_ONLY)


def serve(settings: Settings, announce: Announce) -> None:
    """Serve until told to stop; ``announce`` is called when requests are answered.

    Raises ``StartError`` when the service does not come up.
    """
    set_up(settings.log_form, settings.log_level)
    prepare(settings)
    if settings.workers > 1:
        _serve_with_workers(settings, announce)
    else:
        _serve_alone(settings, announce)


class Server(uvicorn.Server):
    """A server that says when it answers, and tells a refused start as our own error."""

    def __init__(self, config: uvicorn.Config, announce: Announce) -> None:
        super().__init__(config)
        self._announce = announce

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then announce."""
        await super().startup(sockets)
        if self.started:
            self._announce()


def server_of(settings: Settings, announce: Announce) -> Server:
    """Return the server of one process, not yet running; its data directory is ready."""
    # First the https identity: what the application fetches from itself trusts its authority.
    tls = _tls(settings)
    config = uvicorn.Config(create_app(settings), **_options(), **tls)
    return Server(config, announce)


def serve_app(settings: Settings, app: ASGIApp, announce: Announce) -> None:
    """Serve another application of ours than the service, over plain http, until told to stop.

    Raises ``StartError`` when it does not come up.
    """
    _run(settings, lambda: Server(uvicorn.Config(app, **_options()), announce))


def _serve_alone(settings: Settings, announce: Announce) -> None:
    _run(settings, lambda: server_of(settings, announce))


def _run(settings: Settings, make: Callable[[], Server]) -> None:
    told = _StartErrors()
    logging.getLogger("uvicorn.error").addFilter(told)
    listening = listen(settings)
    try:
        server = make()
        # It ends the program when it does not start; how that is told is ours to say.
        with contextlib.suppress(SystemExit):
            server.run(sockets=[listening])
    finally:
        listening.close()
        logging.getLogger("uvicorn.error").removeFilter(told)
    if not server.started:
        raise StartError("start_failed", told.reason or "the service did not start")


def _serve_with_workers(settings: Settings, announce: Announce) -> None:
    """Make the databases ready once, then hand the settings to worker processes.

    They read them from their environment.
    """
    asyncio.run(_start_once(settings))
    for name, value in settings.model_dump(exclude_defaults=True).items():
        listed = isinstance(value, frozenset | tuple)
        text = ",".join(sorted(map(str, value))) if listed else str(value)
        os.environ[f"MYDATA_{name.upper()}"] = text
    announce()
    uvicorn.run(
        "app.main:application",
        factory=True,
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
        **_options(),
        **_tls(settings),
    )


async def _start_once(settings: Settings) -> None:
    """Start and stop every room: workers that start at once then find everything made."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        pass


def _options() -> dict[str, Any]:
    return {
        # Everything goes through our own pipe, and says no more than that lets through.
        "log_config": None,
        # Addresses hold one-time codes; the log would keep them.
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        # A TLS peer that never says goodbye would hold the process for half a minute.
        "timeout_graceful_shutdown": KEEP_ALIVE_SECONDS,
        "proxy_headers": False,
        "lifespan": "on",
    }


def listen(settings: Settings) -> socket.socket:
    """Return a socket bound to the address, or raise ``StartError`` naming it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family=family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        where = f"{settings.host}:{settings.port}"
        detail = f"cannot listen at {where} ({error.strerror}): choose another with --port"
        raise StartError("address_in_use", detail) from None
    return listening


def _tls(settings: Settings) -> dict[str, Any]:
    if not settings.tls:
        return {}
    hosts = sorted({urlsplit(settings.base).hostname or "localhost", "localhost", "127.0.0.1"})
    name = DEMO_NAME if settings.demo else NAME
    server, _authority = tls_identity(settings.home, hosts, name=name, now=utc_now())
    files = {"ssl_certfile": str(server), "ssl_keyfile": str(server)}
    return {**files, "ssl_ciphers": TLS_CIPHERS}


class _StartErrors(logging.Filter):
    """Keeps the traceback of a refused start out of the log, and its one line for us."""

    def __init__(self) -> None:
        super().__init__()
        self.reason: str | None = None

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        name = f"{StartError.__module__}.{StartError.__name__}: "
        if name in message:
            self.reason = message.rpartition(name)[2].strip()
            return False
        return not message.startswith("Application startup failed")


def addresses(settings: Settings) -> tuple[str, ...]:
    """Return what to open in a browser, or the one address of a role served alone."""
    if settings.role is not Role.ALL or not settings.demo:
        return (settings.base,)
    return tuple(
        f"{settings.base}/{page}" for page in ("issuers", "wallet", "verifiers", "consent")
    )
