"""Rows to frozen types and back."""

from dataclasses import asdict
from datetime import UTC, datetime

import orjson
from sqlalchemy import RowMapping

from standards.openid4vp.request import ResponseMode
from verifiers.asking.over_asking import RefusedAsking
from verifiers.failure import failure_of
from verifiers.transaction import Flow, Outcome, Progress, Transaction


def transaction_row(transaction: Transaction) -> dict[str, object]:
    """Return the columns of a new transaction."""
    return asdict(transaction) | {
        "created_at": unix(transaction.created_at),
        "expires_at": unix(transaction.expires_at),
        "progress": Progress.PENDING.value,
        "where_failed": "",
    }


def transaction_of(row: RowMapping) -> Transaction:
    """Return what was asked."""
    fields = {name: row[name] for name in Transaction.__dataclass_fields__}
    return Transaction(
        **fields
        | {
            "flow": Flow(row["flow"]),
            "mode": ResponseMode(row["mode"]),
            "created_at": moment(row["created_at"]),
            "expires_at": moment(row["expires_at"]),
        }
    )


def outcome_row(outcome: Outcome) -> dict[str, object]:
    """Return the columns of a transaction's end."""
    return {
        "progress": outcome.progress.value,
        "failure": outcome.failure.code if outcome.failure is not None else None,
        "where_failed": outcome.where,
        "claims_sealed": outcome.claims_sealed,
        "evidence_sealed": outcome.evidence_sealed,
        "response_code_sha256": outcome.response_code_sha256,
        "closed_at": optional_unix(outcome.closed_at),
        "steps": outcome.steps,
    }


def outcome_of(row: RowMapping) -> Outcome:
    """Return how far it got."""
    return Outcome(
        progress=Progress(row["progress"]),
        failure=failure_of(row["failure"]) if row["failure"] is not None else None,
        where=row["where_failed"],
        claims_sealed=row["claims_sealed"],
        evidence_sealed=row["evidence_sealed"],
        response_code_sha256=row["response_code_sha256"],
        redeemed_at=optional_moment(row["redeemed_at"]),
        delivered_at=optional_moment(row["delivered_at"]),
        closed_at=optional_moment(row["closed_at"]),
        steps=row["steps"] or b"",
    )


def refused_of(row: RowMapping) -> RefusedAsking:
    """Return an attempt to ask for more than is registered."""
    asked = tuple(map(str, orjson.loads(row["asked"])))
    return RefusedAsking(row["party"], row["purpose"], asked, moment(row["refused_at"]))


def unix(instant: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(instant.timestamp())


def moment(seconds: int) -> datetime:
    """Return the time of whole seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def optional_unix(instant: datetime | None) -> int | None:
    """Return whole seconds since 1970, None of None."""
    return None if instant is None else unix(instant)


def optional_moment(seconds: int | None) -> datetime | None:
    """Return the time of whole seconds since 1970, None of None."""
    return None if seconds is None else moment(seconds)
