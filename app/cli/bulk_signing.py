"""Who decides and signs in a worker of ``mydata issuers bulk``: the rooms' rules, our keys."""

from app.installation import open_installation
from app.settings import Settings
from issuers.published.guarding import SignerGuard
from issuers.published.status_tokens import StatusTokens
from issuers.serving.bulk_issuing import BulkIssuing
from issuers.store import IssuersStore
from issuers.surroundings import Surroundings


def worker_for(settings: Settings, store: IssuersStore) -> BulkIssuing:
    """Return the worker of an installation; its keys are read when something is to be signed."""
    installation = open_installation(settings)
    kinds, keys = installation.kinds, installation.keyring
    around = Surroundings(
        base=settings.base,
        secret=installation.room_secret("issuers"),
        clock=installation.clock,
        trust=installation.trust_or_none,
        entropy=installation.entropy,
    )

    def identifier(authority: str) -> str:
        return kinds.authority(authority).identifier(settings.base)

    lists = StatusTokens(store.certificates, store.kept_lists, keys, identifier)
    return BulkIssuing(kinds, keys, SignerGuard(kinds, keys, lists, around), lists, around)
