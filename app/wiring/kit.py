"""The page kit, wired: its tables, its own pages, and in demo mode the people made up for it."""

import asyncio
from typing import Final

from fastapi import APIRouter

from app.acts import watched
from app.database import engine_for
from app.demo_people import demo_people
from app.installation import Installation
from app.metrics import Act
from app.periodic import Periodic
from app.schema import upgrade
from app.wiring.issuers import probe
from app.wiring.part import Part
from verifiers.pages.signing_in import SIGN_IN
from web.endpoints import routes
from web.kit import Kit, Surroundings
from web.pages import pages
from web.sign_in import SignIn
from web.store import WebStore

ROOM: Final = "web"
# What time has ended is refused whether or not it was swept; sweeping keeps the tables small.
_SWEEPING_SECONDS: Final = 300.0


def wire_kit(installation: Installation) -> tuple[Kit, Part]:
    """Return the kit of an installation, and its part of the application."""
    settings = installation.settings
    engine = engine_for(ROOM, settings)
    store = WebStore(engine)
    kit = Kit(
        store,
        Surroundings(
            base=settings.base,
            secret=installation.room_secret(ROOM),
            demo=settings.demo,
            clock=installation.clock,
            entropy=installation.entropy,
            rooms=frozenset(settings.role.rooms),
            cards=_cards(installation),
        ),
    )
    sign_in = SignIn(store, installation.clock, installation.entropy)
    ways = {"by_password": Act.SIGNED_IN, "by_invitation": Act.SIGNED_IN}
    sign_in = watched(sign_in, ways, installation.metrics)
    made_up = demo_people(installation.services.registrations) if settings.demo else ()
    # Whoever can do nothing on this service does not sign in to it.
    people = tuple(person for person in made_up if kit.stops_of(person))

    async def sweep() -> None:
        await store.sessions.sweep(installation.clock())

    sweeping = Periodic("sweeping sessions", _SWEEPING_SECONDS, sweep)

    async def start() -> None:
        await upgrade(ROOM, engine)
        # The password is the name, and hashing is slow on purpose: all at once.
        await asyncio.gather(*(sign_in.add(person, person.name) for person in people))
        await sweeping.start()

    async def ready() -> None:
        await probe(engine)

    async def stop() -> None:
        await sweeping.stop()
        await engine.dispose()

    router = APIRouter()
    router.include_router(pages(kit, sign_in, people))
    authorize = installation.gate.authorize
    router.include_router(routes(sign_in, store.people, authorize, base=settings.base))
    return kit, Part(ROOM, router, start, ready, stop)


def _cards(installation: Installation) -> str:
    """Return the page to sign in with a card, empty without cards or a register to look into."""
    served = {"verifiers", "issuers"} <= set(installation.settings.role.rooms)
    known = any(each.signs_in is not None for each in installation.services.profiles)
    return SIGN_IN if served and known else ""
