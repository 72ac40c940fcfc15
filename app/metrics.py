"""What the service counts and measures, for Prometheus; each process counts for itself.

A label says which of a closed list something was: a route's template, a method, a status, an act,
a code. None says who or what it was about, and a test holds every label to its list: neither a
person nor a visitor can make a new series.
"""

import math
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from app.errors import CommandError
from app.logging_fields import place_of
from app.logging_pipe import log
from consent.errors import ConsentError
from keys.errors import KeysError

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What has no route, or a method that nobody registered.
OTHER: Final = "other"
# A second series beside every counter, saying when it began: nobody asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left it untyped
# From a page out of memory to what a person no longer waits for.
_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_UNREADABLE: Final = (SQLAlchemyError, CommandError, ConsentError, KeysError, OSError)

Reading = Callable[[], Awaitable[float]]
"""Looks a value up; asked for at every scrape."""


class Act(StrEnum):
    """What the service does that somebody counts."""

    OFFERED = "offered"
    ISSUED = "issued"
    STATUS_CHANGED = "status_changed"
    RECEIVED = "received"
    REVIEWED = "reviewed"
    PRESENTED = "presented"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    SCANNED = "scanned"
    VERIFIED = "verified"
    RECORDED = "recorded"
    RECORDS_READ = "records_read"
    RECORDS_ERASED = "records_erased"
    WITHDRAWAL_NOTICED = "withdrawal_noticed"
    EVENT_TOLD = "event_told"
    SIGNED_IN = "signed_in"


class Metrics:
    """The counters of one process, on a registry of its own."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self._registry = registry
        self._readings: list[tuple[Gauge, Reading]] = []
        self._requests = Counter(
            "mydata_requests",
            "Answered requests.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "mydata_request_seconds",
            "From the first octet of a request to the last of its answer.",
            ["method", "route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._acts = Counter(
            "mydata_acts", "Acts by how they came out.", ["act", "outcome"], registry=registry
        )
        self._act_seconds = Histogram(
            "mydata_act_seconds",
            "How long an act took; of recorded: until the entry was durable and proven.",
            ["act"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._skews = Counter(
            "mydata_clock_skew_used",
            "Acceptances that needed the budget for differing clocks, by check and direction.",
            ["check", "direction"],
            registry=registry,
        )
        self.ledger_entries = self._gauge("ledger_entries", "Entries of the log.")
        self.ledger_waiting = self._gauge("ledger_waiting", "Entries queued to be written.")
        self.duties_overdue = self._gauge(
            "duties_overdue", "What institutions owe after a withdrawal and did not do in time."
        )
        self.codes_reused = self._gauge(
            "codes_reused",
            "Shown codes of the last 32 days that several institutions used.",
        )
        self.late_uses_waiting = self._gauge(
            "late_uses_waiting", "Uses without the ledger that are not in it yet."
        )
        self.late_uses_overdue = self._gauge(
            "late_uses_overdue", "Those of them that have waited for more than seven days."
        )
        self.late_uses_refused = self._gauge(
            "late_uses_refused", "Those of them that the ledger would not take."
        )
        self.witness_silent = Gauge(
            "mydata_witness_silent_seconds",
            "Since this witness of the policy last cosigned; infinite when it never did.",
            ["witness"],
            registry=registry,
        )
        self.trust_list_age = self._gauge("trust_list_age_seconds", "Since it was signed.")
        self.trust_list_days = self._gauge("trust_list_days_left", "Until it expires.")
        self.status_list_age = self._gauge(
            "status_list_age_seconds", "Of the oldest list, as whoever asks for it now gets it."
        )
        self.certificate_days = Gauge(
            "mydata_certificate_days_left",
            "Until the first certificate of this use expires.",
            ["use"],
            registry=registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is a template of ours, or `OTHER`."""
        known = method if method in METHODS else OTHER
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def act(self, act: Act, outcome: str, seconds: float) -> None:
        """Count an act; ``outcome`` is ``done`` or a code out of a room's closed list."""
        self._acts.labels(act.value, outcome).inc()
        self._act_seconds.labels(act.value).observe(seconds)

    def skew(self, check: str, direction: str) -> None:
        """Count an acceptance that needed skew; both are out of the verifiers' closed lists."""
        self._skews.labels(check, direction).inc()

    def read(self, gauge: Gauge, reading: Reading) -> None:
        """Let a gauge be set at every scrape."""
        self._readings.append((gauge, reading))

    async def text(self) -> bytes:
        """Return everything in Prometheus' text form; what cannot be looked up is NaN."""
        for gauge, reading in self._readings:
            try:
                gauge.set(await reading())
            except _UNREADABLE as error:
                log().warning("reading_failed", **place_of(error))
                gauge.set(math.nan)
        return generate_latest(self._registry)

    def _gauge(self, name: str, says: str) -> Gauge:
        return Gauge(f"mydata_{name}", says, registry=self._registry)
