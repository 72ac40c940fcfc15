"""What is looked up at every scrape: ages and days left of what the installation lives on."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from app.installation import Installation
from consent.dues import DutyFilter
from consent.ledger import Ledger
from issuers.issuer import Issuers
from keys import jws
from keys.certificate_reader import read_certificate
from keys.jwt_time import numeric_date
from keys.key_store import KeyStore
from keys.strict_json import loads_object
from verifiers.owing.duties import Duties

# What a key's name in the key store begins with: for what its certificate counts.
USES: Final = ("issuer", "status", "verifier")
_DAY: Final = timedelta(days=1)


def measure_installation(installation: Installation) -> None:
    """Watch the trust list and the certificates of every use."""
    metrics, clock = installation.metrics, installation.clock

    async def age() -> float:
        return (clock() - installation.trust.current().issued_at).total_seconds()

    async def days() -> float:
        return (installation.trust.current().expires_at - clock()) / _DAY

    metrics.read(metrics.trust_list_age, age)
    metrics.read(metrics.trust_list_days, days)
    for use in USES:
        _measure_certificates(installation, use)


def measure_ledger(ledger: Ledger, installation: Installation) -> None:
    """Watch how long the log is, how many wait, what is overdue, and codes used twice."""
    metrics = installation.metrics

    async def size() -> float:
        return (await ledger.browsing.overview()).checkpoint.size

    async def waiting() -> float:
        return ledger.waiting

    async def overdue() -> float:
        return len(await ledger.duties(DutyFilter(overdue=True)))

    async def reused() -> float:
        return await ledger.reused_codes()

    metrics.read(metrics.ledger_entries, size)
    metrics.read(metrics.ledger_waiting, waiting)
    metrics.read(metrics.duties_overdue, overdue)
    metrics.read(metrics.codes_reused, reused)


def measure_late_uses(duties: Duties, installation: Installation) -> None:
    """Watch the uses that the ledger does not have yet."""
    metrics = installation.metrics

    async def waiting() -> float:
        return (await duties.late_counts()).waiting

    async def overdue() -> float:
        return (await duties.late_counts()).overdue

    async def refused() -> float:
        return (await duties.late_counts()).refused

    metrics.read(metrics.late_uses_waiting, waiting)
    metrics.read(metrics.late_uses_overdue, overdue)
    metrics.read(metrics.late_uses_refused, refused)


def measure_status_lists(issuers: Issuers, installation: Installation) -> None:
    """Watch how old the oldest status list is that every authority serves first."""
    metrics = installation.metrics

    async def age() -> float:
        signed = [
            signed_at(await issuers.status_token(authority, 0))
            for authority in issuers.catalogue.authorities
        ]
        return (installation.clock() - min(signed)).total_seconds() if signed else math.nan

    metrics.read(metrics.status_list_age, age)


def signed_at(token: str) -> datetime:
    """Return when one of our own status list tokens was signed."""
    return numeric_date(loads_object(jws.parse(token).payload).get("iat"))


def last_days(store: KeyStore, use: str) -> Iterable[datetime]:
    """Yield when the certificate of every key of this use ends."""
    for name in store.names():
        if name.startswith(f"{use}-") and (chain := store.chain(name)):
            yield read_certificate(chain[0]).not_after


def _measure_certificates(installation: Installation, use: str) -> None:
    metrics = installation.metrics

    async def days() -> float:
        ends = list(last_days(installation.store, use))
        return (min(ends) - installation.clock()) / _DAY if ends else math.nan

    metrics.read(metrics.certificate_days.labels(use), days)
