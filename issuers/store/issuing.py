"""Everything this room remembers, over one engine."""

from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.store.accesses import SqlAccessStore
from issuers.store.book import SqlBookStore
from issuers.store.certificates import SqlCertificateStore
from issuers.store.inboxes import SqlInboxStore
from issuers.store.kept_lists import SqlKeptLists
from issuers.store.offers import SqlOfferStore
from issuers.store.register import SqlRegisterStore


class IssuersStore:
    """`issuers.ports.Stores`: accesses, offers, certificates and lists, the book, the register."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.accesses = SqlAccessStore(engine)
        self.inboxes = SqlInboxStore(engine)
        self.offers = SqlOfferStore(engine)
        self.certificates = SqlCertificateStore(engine)
        self.kept_lists = SqlKeptLists(engine)
        self.book = SqlBookStore(engine)
        self.register = SqlRegisterStore(engine)
