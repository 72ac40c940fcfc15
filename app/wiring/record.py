"""Whom of our own register a card is about: the issuers' answer to a question of the verifiers.

Two rooms that know nothing of each other; where one process serves both, people sign in with a
card (decision 0058).
"""

from app.database import engine_for
from app.settings import Settings
from app.wiring.issuers import ROOM
from issuers.register.citizens import CitizenQuery
from issuers.store import IssuersStore
from verifiers.services.record_keys import RecordKey


class OwnRegister:
    """The resident register of this installation, read to find one person."""

    def __init__(self, settings: Settings) -> None:
        self._engine = engine_for(ROOM, settings)
        self._register = IssuersStore(self._engine, settings.status_list_size).register

    async def person(self, key: RecordKey) -> str | None:
        """Return the handle of the one person with this name and birth date.

        Of two with both nobody is found: a card does not say which of them shows it.
        """
        found = await self._register.find(CitizenQuery(key.name, key.born_on))
        return found[0].citizen if len(found) == 1 else None

    async def close(self) -> None:
        """Give back what it holds."""
        await self._engine.dispose()
