"""The application: the rooms of one role behind one address."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Final

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from app.answers import documentation
from app.errors import CommandError, StartError
from app.health import health
from app.installation import Installation, open_installation
from app.logging_pipe import set_up
from app.measures import measure_installation
from app.periodic import Periodic
from app.problems import answer_problems
from app.request_log import WatchedApp
from app.settings import Settings
from app.wiring.consent import wire_consent
from app.wiring.issuers import wire_issuers
from app.wiring.kit import wire_kit
from app.wiring.part import Part
from app.wiring.test_wallet import wire_test_wallet
from app.wiring.verifiers import wire_verifiers
from app.wiring.wallet import wire_wallet
from consent.errors import ConsentError
from keys.errors import KeysError
from web.plain_address import PlainAddresses
from web.security_headers import SecurityHeaders

_TRUST_RENEWAL_SECONDS: Final = 3600.0
# The ledger first: the others record there, and ask it for its key.
_WIRES: Final = {
    "consent": wire_consent,
    "issuers": wire_issuers,
    "verifiers": wire_verifiers,
    "wallet": wire_wallet,
}


def create_app(settings: Settings) -> FastAPI:
    """Return the application of one process; its data directory has been made ready."""
    installation = open_installation(settings)
    served = settings.role.rooms
    measure_installation(installation)
    kit, kit_part = wire_kit(installation)
    parts = [kit_part, *(wire(installation) for room, wire in _WIRES.items() if room in served)]
    parts += wire_test_wallet(installation)
    app = WatchedApp(
        installation.metrics,
        title=f"MyData ({settings.role.value})",
        lifespan=_lifespan(installation, parts),
        docs_url=None,
        redoc_url=None,
    )
    for part in parts:
        if part.pages is not None:
            # Before the room's API: a page's address may look like one of its.
            app.include_router(part.pages(kit))
        app.include_router(part.router)
    app.include_router(health(parts, installation.gate, installation.metrics))
    app.include_router(documentation(app, kit.room()))
    app.add_middleware(PlainAddresses)
    app.add_middleware(SecurityHeaders)
    answer_problems(app, kit.room())
    return app


def application() -> FastAPI:
    """Return the application of the environment's settings: what a worker process imports."""
    settings = Settings()
    set_up(settings.log_form, settings.log_level)
    return create_app(settings)


def _lifespan(
    installation: Installation, parts: list[Part]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    async def renew_trust() -> None:
        await asyncio.to_thread(installation.trust.renew)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stopping:
            for part in parts:
                stopping.push_async_callback(part.stop)
                await _start(part)
            renewal = Periodic("renewing the trust list", _TRUST_RENEWAL_SECONDS, renew_trust)
            await renewal.start()
            stopping.push_async_callback(renewal.stop)
            # What is loaded now stays: looking through it again and again holds up everybody
            # for a tenth of a second.
            gc.collect()
            gc.freeze()
            stopping.callback(gc.unfreeze)
            yield

    return lifespan


async def _start(part: Part) -> None:
    """Start one room; what the world did wrong becomes one line naming the room."""
    try:
        await part.start()
    except StartError:
        raise
    except (CommandError, ConsentError, KeysError, SQLAlchemyError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise StartError("start_failed", f"{part.name} does not start: {reason}") from error
