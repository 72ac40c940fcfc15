"""The whole population, one household after the other: any size, constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from issuers.population import places
from issuers.population.cards import driving_licences, resident_cards
from issuers.population.draws import Draws
from issuers.population.families import household
from issuers.population.local_taxes import local_tax_account
from issuers.population.sheets import sheets
from issuers.population.taxes import tax_account
from issuers.population.variants import varied
from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.records import Household, Office, RegisterFile
from issuers.source.tax_records import LocalTaxAccount, TaxAccount

# A population for a demonstration: about 2,200 people.
DEFAULT_HOUSEHOLDS = 1000
DEFAULT_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the authorities know of one household: accounts and sheets by citizen.

    Sheets, local accounts and cards follow from the household, so that they can be made for one
    that was written down before there were any.
    """

    number: int
    household: Household
    accounts: tuple[tuple[str, TaxAccount], ...]
    seed: int
    as_of: date

    @property
    def sheets(self) -> tuple[RegisterFile, ...]:
        """The register's sheets: everyone's but a foreign spouse's, and of who emigrated."""
        draws = Draws(self.seed, self.number, "sheets")
        return sheets(draws, self.number, self.household)

    @property
    def local_accounts(self) -> tuple[tuple[str, LocalTaxAccount], ...]:
        """The town's tax accounts, by citizen."""
        draws, national = Draws(self.seed, self.number, "local taxes"), dict(self.accounts)
        home = self.household
        return tuple(
            (
                member.person.citizen,
                local_tax_account(
                    draws,
                    member.person,
                    national[member.person.citizen],
                    home=home.address,
                    seed=self.seed,
                    as_of=self.as_of,
                ),
            )
            for member in (*home.members, *home.cohabitants)
        )

    @property
    def resident_cards(self) -> tuple[ResidentCard, ...]:
        """The resident cards of those who are old enough."""
        return resident_cards(Draws(self.seed, self.number, "cards"), self.household)

    @property
    def driving_licences(self) -> tuple[tuple[str, DrivingLicence], ...]:
        """The licences of those who drive, by citizen."""
        draws = Draws(self.seed, self.number, "licences")
        return driving_licences(draws, self.household, self.seed)


def population(
    *,
    seed: int = DEFAULT_SEED,
    households: int | None = DEFAULT_HOUSEHOLDS,
    first: int = 0,
    as_of: date,
) -> Iterator[Dossier]:
    """Yield the households in order, from ``first`` on; household 0 is the demo citizen's.

    The same seed gives the same people on every day; only tax accounts follow ``as_of``. Without
    a number of ``households`` it goes on for ever.
    """
    numbers = count(first) if households is None else iter(range(first, households))
    return (_dossier(seed, number, as_of) for number in numbers)


def _dossier(seed: int, number: int, as_of: date) -> Dossier:
    draws = Draws(seed, number)
    drawn, district = household(draws, number, seed)
    home = varied(Draws(seed, number, "variants"), number, drawn)
    accounts = tuple(
        (
            member.person.citizen,
            tax_account(draws, member.person, home.address, district, seed=seed, as_of=as_of),
        )
        for member in (*home.members, *home.cohabitants)
    )
    return Dossier(number, home, accounts, seed, as_of)


def offices(seed: int = DEFAULT_SEED) -> tuple[Office, ...]:
    """Return every office the population's records name, in a fixed order: later ones last."""
    every = [places.offices(seed, district) for district in places.DISTRICTS]
    pairs = (office for of in every for office in (of.register, of.tax))
    return (*pairs, *(of.local_tax for of in every), *(of.police for of in every))
