"""Registering relying parties while the service runs; what was registered is never forgotten.

The newest definition of a party counts. Each purpose's published form is kept by its hash, which
every request carries, so that what was registered when somebody was asked can always be read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from keys import canonical_json
from keys.json_value import JsonValue
from keys.strict_json import loads
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.published import registration_octets, registration_sha256
from verifiers.registered.registration import RelyingParty
from verifiers.services.catalogue import Catalogue
from verifiers.services.definition import Definition, read_definition

# A definition of a hundred purposes in three languages stays below.
MAX_DEFINITION: Final = 256 * 1024

Certify = Callable[[RelyingParty], None]
"""Makes the signing key and certificate of a relying party where they are missing."""


@dataclass(frozen=True, slots=True)
class Published:
    """One purpose as it was published: ``octets`` is canonical JSON, ``sha256`` of it."""

    party: str
    purpose: str
    sha256: bytes
    octets: bytes
    since: datetime


class RegistrationStore(Protocol):
    """Where definitions and what was published of them are kept."""

    async def register(
        self, party: str, definition: bytes, published: Iterable[Published], now: datetime
    ) -> None:
        """Keep a definition and its published forms in one step; those known already stay."""
        ...

    async def keep_published(self, published: Iterable[Published]) -> None:
        """Keep published forms; those known already stay."""
        ...

    async def definitions(self) -> tuple[bytes, ...]:
        """Return the newest definition of every party that was registered here."""
        ...

    async def published(self, party: str | None = None) -> tuple[Published, ...]:
        """Return what was ever published, oldest first; of one party or of all."""
        ...


class Registering:
    """The registrations of one service: its own, and those an operator gives."""

    def __init__(
        self,
        catalogue: Catalogue,
        store: RegistrationStore,
        certify: Certify,
        clock: Callable[[], datetime],
        *,
        base: str,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._certify = certify
        self._clock = clock
        self._base = base

    async def register(self, value: JsonValue) -> Definition:
        """Register a definition; its profiles can be asked at once. Raises DEFINITION_INVALID."""
        definition = read_definition(value, base=self._base)
        self._catalogue.check(definition)
        # The key first: a party that is listed and cannot sign would be a promise nobody keeps.
        self._certify(definition.party)
        octets, now = canonical_json.canonical(value), self._clock()
        await self._store.register(
            definition.party.id, octets, _published(definition.party, now), now
        )
        self._catalogue.learn((definition,))
        return definition

    async def learn(self) -> None:
        """Take in what was registered by any process of this service."""
        kept = [
            read_definition(loads(each), base=self._base)
            for each in await self._store.definitions()
        ]
        for definition in kept:
            self._certify(definition.party)
        self._catalogue.learn(kept)

    async def start(self) -> None:
        """Learn what was registered, and keep what is published from today on."""
        await self.learn()
        parties, now = self._catalogue.registrations.parties, self._clock()
        await self._store.keep_published(
            one for party in parties for one in _published(party, now)
        )

    async def history(self, party: str | None = None) -> tuple[Published, ...]:
        """Return everything that was ever registered, oldest first."""
        return await self._store.published(party)

    def is_current(self, one: Published) -> bool:
        """Tell whether this is what counts today."""
        try:
            party = self._catalogue.registrations.party(one.party)
            return registration_sha256(party, party.purpose(one.purpose)) == one.sha256
        except VerifierError:
            return False

    def current(self, party: str, purpose: str) -> bytes:
        """Return what is registered, as it is published and hashed, or raise PROFILE_UNKNOWN."""
        registered = self._catalogue.registrations.party(party)
        return registration_octets(registered, registered.purpose(purpose))

    async def octets(self, party: str, purpose: str, sha256: bytes) -> bytes:
        """Return what was registered under a hash, or raise PROFILE_UNKNOWN."""
        for one in await self._store.published(party):
            if (one.purpose, one.sha256) == (purpose, sha256):
                return one.octets
        raise VerifierError(Failure.PROFILE_UNKNOWN, "registration")


def _published(party: RelyingParty, now: datetime) -> Iterable[Published]:
    for purpose in party.purposes:
        sha256 = registration_sha256(party, purpose)
        octets = registration_octets(party, purpose)
        yield Published(party.id, purpose.code, sha256, octets, now)
