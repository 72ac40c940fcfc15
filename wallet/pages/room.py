"""What every page of the citizen works with, and who is let in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from wallet.consents import Consents
from wallet.errors import WalletError
from wallet.labels import Language as WalletLanguage
from wallet.lives import Lives
from wallet.pages.type_names import TypeNames
from wallet.wallet import Wallets
from web.kit import RoomPages
from web.people import PersonRole
from web.visitor import Visitor

# Small comforts; every page does its job without it.
SCRIPT: Final = "wallet.js"


class StoppedError(Exception):
    """A ``WalletError`` on a page, and the page of ours the reader goes back to."""

    def __init__(self, error: WalletError, back: str) -> None:
        super().__init__(error.failure)
        self.error = error
        self.back = back


@dataclass(frozen=True, slots=True)
class Room:
    """The façades, the kit's pages, our public address, and the names of types of certificate."""

    wallets: Wallets
    consents: Consents
    pages: RoomPages
    base: str
    names: TypeNames

    @property
    def lives(self) -> Lives:
        """What becomes of certificates after they came."""
        return Lives(self.wallets)

    async def citizen(self, request: Request) -> Visitor:
        """Return the citizen who looks; everybody else is led away by the kit."""
        return await self.pages.visitor(request, PersonRole.CITIZEN)


@contextmanager
def back_to(path: str) -> Iterator[None]:
    """Let a ``WalletError`` say where its page leads back to."""
    try:
        yield
    except WalletError as error:
        raise StoppedError(error, path) from error


def language_of(visitor: Visitor) -> WalletLanguage:
    """Return the language the consent is recorded to have been read in."""
    return WalletLanguage(visitor.language.value)
