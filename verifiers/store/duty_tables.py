"""What is kept of each sharing, and the entries that are owed to the ledger.

The pair's secret, records and receipts stand here sealed. Times are UNIX seconds.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from verifiers.store.tables import metadata

KEPT_SHARINGS: Final = Table(
    "agreements",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("party", String(128), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("pair_sealed", LargeBinary, nullable=False),
    Column("consent_id", String(36)),
    Column("holder", String(64)),
    Column("shared_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Column("acts_at", BigInteger),
    Column("stopped_at", BigInteger),
    Column("asked_at", BigInteger),
    Column("due_at", BigInteger),
    Column("retained_until", BigInteger),
    Column("erased_at", BigInteger),
    Column("standing_sealed", LargeBinary),
    Column("reused_at", BigInteger),
    Index("agreements_by_consent", "party", "consent_id"),
    Index("agreements_by_act", "acts_at"),
    Index("agreements_by_request", "party", "asked_at"),
    Index("agreements_by_reuse", "party", "reused_at"),
    Index("agreements_by_label", "label"),
)

# Questions within a consent that stands; who answers must answer within that very one.
ASKED_WITHIN: Final = Table(
    "asked_within",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("consent_id", String(36), nullable=False),
)

FILINGS: Final = Table(
    "filings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("party", String(128), nullable=False),
    Column("type", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("tries", Integer, nullable=False),
    # None once the ledger has it.
    Column("next_try_at", BigInteger),
    Column("refusal", String(64)),
    Column("filed_at", BigInteger),
    Column("receipt_sealed", LargeBinary),
    Index("filings_by_try", "next_try_at"),
    Index("filings_by_party", "party", "created_at"),
)
