"""Everything this room remembers, over one engine."""

from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.store.certificates import SqlCertificateStore
from issuers.store.offers import SqlOfferStore


class IssuersStore:
    """`issuers.ports.Stores`: offers and tokens, certificates and status lists."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.offers = SqlOfferStore(engine)
        self.certificates = SqlCertificateStore(engine)
