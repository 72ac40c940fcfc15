"""The port to the authorities' sources of record; `issuers.store.source` reads them by SQL."""

from typing import Protocol

from issuers.source.records import Household, TaxAccount


class SourceOfRecord(Protocol):
    """Read-only: issuing never changes what an authority knows."""

    async def household_of(self, citizen: str) -> Household:
        """Return the household ``citizen`` lives in.

        Raises `issuers.errors.IssuerError` (unknown_citizen).
        """
        ...

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        """Return the tax account of ``citizen``.

        Raises `issuers.errors.IssuerError` (unknown_citizen).
        """
        ...
