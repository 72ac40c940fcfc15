"""A source of record that is asked for each record once, for as long as one request lasts."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.port import SourceOfRecord
from issuers.source.records import Household, Person, RegisterFile
from issuers.source.tax_records import LocalTaxAccount, TaxAccount

_Record = TypeVar("_Record")


class ReadOnce:
    """`issuers.source.port.SourceOfRecord` for one request, which never outlives it.

    A wallet that comes again is looked at twice, as of today and as of the day of issue: both are
    to see the same record, and one reading of it costs half.
    """

    def __init__(self, source: SourceOfRecord) -> None:
        self._source = source
        self._people: dict[str, Person] = {}
        self._households: dict[str, Household] = {}
        self._sheets: dict[str, RegisterFile] = {}
        self._accounts: dict[str, TaxAccount] = {}
        self._local_accounts: dict[str, LocalTaxAccount] = {}
        self._cards: dict[str, ResidentCard] = {}
        self._licences: dict[str, DrivingLicence] = {}

    async def person_of(self, citizen: str) -> Person:
        """Return who ``citizen`` is."""
        return await _once(self._people, citizen, self._source.person_of)

    async def household_of(self, citizen: str) -> Household:
        """Return the household of ``citizen``."""
        return await _once(self._households, citizen, self._source.household_of)

    async def register_file_of(self, citizen: str) -> RegisterFile:
        """Return the register's sheet on ``citizen``."""
        return await _once(self._sheets, citizen, self._source.register_file_of)

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax service's account of ``citizen``."""
        return await _once(self._accounts, citizen, self._source.tax_account_of)

    async def local_tax_account_of(self, citizen: str) -> LocalTaxAccount:
        """Return the town's tax account of ``citizen``."""
        return await _once(self._local_accounts, citizen, self._source.local_tax_account_of)

    async def resident_card_of(self, citizen: str) -> ResidentCard:
        """Return the resident card of ``citizen``."""
        return await _once(self._cards, citizen, self._source.resident_card_of)

    async def driving_licence_of(self, citizen: str) -> DrivingLicence:
        """Return the driving licence of ``citizen``."""
        return await _once(self._licences, citizen, self._source.driving_licence_of)


async def _once(
    known: dict[str, _Record], citizen: str, read: Callable[[str], Awaitable[_Record]]
) -> _Record:
    """Return what is known, else read it; a refusal is not kept."""
    if citizen not in known:
        known[citizen] = await read(citizen)
    return known[citizen]
