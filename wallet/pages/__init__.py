"""The citizen's pages: what a holder does with the wallet, in a browser, without a script.

One module per job; each adds its addresses to one router. What they show comes from the facade
`wallet.wallet.Wallets` and `wallet.consents.Consents`, their looks from the kit in `web`.
"""

from pathlib import Path

from fastapi import APIRouter

from wallet.consents import Consents
from wallet.pages.asking import add_answers, add_asking_pages
from wallet.pages.certificates import add_certificate_pages
from wallet.pages.history import add_history_pages
from wallet.pages.household import add_household_page
from wallet.pages.losing import add_losing_pages
from wallet.pages.paper import add_paper_page
from wallet.pages.problems import problem_of
from wallet.pages.proof import add_proof_pages
from wallet.pages.receiving import add_receiving_pages
from wallet.pages.renewing import add_renewing_pages
from wallet.pages.room import Room
from wallet.pages.scanning import add_scanning_pages
from wallet.pages.sharings import add_sharing_pages
from wallet.pages.showing import add_code_pages, add_desk_pages, add_link_pages
from wallet.pages.signing_in import add_signing_in_pages
from wallet.pages.speaking import add_speaking_pages
from wallet.pages.type_names import TypeNames
from wallet.wallet import Wallets
from web.kit import Kit


def pages(wallets: Wallets, consents: Consents, kit: Kit, base: str) -> APIRouter:
    """Return every page below ``/wallet``; ``base`` is the service's public address."""
    room_pages = kit.room(Path(__file__).parent)
    names = TypeNames(wallets.ports.correspondent, base)
    room = Room(wallets, consents, room_pages, base, names)
    router = room_pages.router(problem_of)
    add_certificate_pages(router, room)
    add_renewing_pages(router, room)
    add_losing_pages(router, room)
    add_receiving_pages(router, room)
    add_signing_in_pages(router, room)
    add_scanning_pages(router, room)
    add_asking_pages(router, room)
    add_answers(router, room)
    add_desk_pages(router, room)
    add_link_pages(router, room)
    add_code_pages(router, room)
    add_speaking_pages(router, room)
    add_history_pages(router, room)
    add_household_page(router, room)
    add_paper_page(router, room)
    add_proof_pages(router, room)
    add_sharing_pages(router, room)
    return router
