"""Everything this room remembers, over one engine."""

from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.status.standing import LIST_SIZE
from issuers.store.accesses import SqlAccessStore
from issuers.store.authorizations import SqlAuthorizationStore
from issuers.store.book import SqlBookStore
from issuers.store.bulk import SqlBulkStore
from issuers.store.certificates import SqlCertificateStore
from issuers.store.clients import SqlClientStore
from issuers.store.deferrals import SqlDeferralStore
from issuers.store.inboxes import SqlInboxStore
from issuers.store.kept_lists import SqlKeptLists
from issuers.store.mandates import SqlMandateStore
from issuers.store.offers import SqlOfferStore
from issuers.store.refusals import SqlRefusalStore
from issuers.store.register import SqlRegisterStore
from issuers.store.replays import SqlReplayStore
from issuers.store.revocations import SqlRevocationStore
from issuers.store.viewings import SqlViewingStore
from issuers.store.years import SqlYearOrderStore


class IssuersStore:
    """`issuers.ports.Stores`: accesses, offers, certificates and lists, the book, the register."""

    def __init__(self, engine: AsyncEngine, list_size: int = LIST_SIZE) -> None:
        self.accesses = SqlAccessStore(engine)
        self.deferrals = SqlDeferralStore(engine)
        self.bulk = SqlBulkStore(engine, list_size)
        self.years = SqlYearOrderStore(engine)
        self.inboxes = SqlInboxStore(engine)
        self.offers = SqlOfferStore(engine)
        self.authorizations = SqlAuthorizationStore(engine)
        self.clients = SqlClientStore(engine)
        self.replays = SqlReplayStore(engine)
        self.revocations = SqlRevocationStore(engine)
        self.certificates = SqlCertificateStore(engine, list_size)
        self.kept_lists = SqlKeptLists(engine)
        self.book = SqlBookStore(engine)
        self.mandates = SqlMandateStore(engine)
        self.viewings = SqlViewingStore(engine)
        self.refusals = SqlRefusalStore(engine)
        self.register = SqlRegisterStore(engine)
