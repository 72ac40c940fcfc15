"""What the kit remembers: people, their sessions, invitations, and the forms they sent."""

from sqlalchemy.ext.asyncio import AsyncEngine

from web.store.people import Account, PeopleStore
from web.store.rows import Rows
from web.store.sent_forms import SentForm, SentFormStore
from web.store.sessions import SessionStore
from web.store.tables import metadata

__all__ = [
    "Account",
    "PeopleStore",
    "SentForm",
    "SentFormStore",
    "SessionStore",
    "WebStore",
    "metadata",
]


class WebStore:
    """The kit's stores on one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        rows = Rows(engine)
        self.people = PeopleStore(rows)
        self.sessions = SessionStore(rows)
        self.sent_forms = SentFormStore(rows)
