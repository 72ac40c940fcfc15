"""The whole population, one household after the other: any size, constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from issuers.population import places
from issuers.population.draws import Draws
from issuers.population.families import household
from issuers.population.taxes import tax_account
from issuers.source.records import Household, Office, TaxAccount

# A population for a demonstration: about 2,200 people.
DEFAULT_HOUSEHOLDS = 1000
DEFAULT_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the authorities know of one household: ``accounts`` by citizen."""

    number: int
    household: Household
    accounts: tuple[tuple[str, TaxAccount], ...]


def population(
    *, seed: int = DEFAULT_SEED, households: int = DEFAULT_HOUSEHOLDS, as_of: date
) -> Iterator[Dossier]:
    """Yield the households in order; household 0 is the demo citizen's.

    The same seed gives the same people on every day; only tax accounts follow ``as_of``.
    """
    return (_dossier(seed, number, as_of) for number in range(households))


def _dossier(seed: int, number: int, as_of: date) -> Dossier:
    draws = Draws(seed, number)
    home, district = household(draws, number, seed)
    accounts = tuple(
        (
            member.person.citizen,
            tax_account(draws, member.person, home.address, district, seed=seed, as_of=as_of),
        )
        for member in (*home.members, *home.cohabitants)
    )
    return Dossier(number, home, accounts)


def offices(seed: int = DEFAULT_SEED) -> tuple[Office, ...]:
    """Return every office the population's records name, in a fixed order."""
    pairs = (places.offices(seed, district) for district in places.DISTRICTS)
    return tuple(office for pair in pairs for office in (pair.register, pair.tax))
