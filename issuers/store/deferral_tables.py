"""The tables of what waits for an officer. A transaction id is kept as its hash alone."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, String, Table, Text

from issuers.store.tables import metadata

# One row per order that a wallet has asked for; it goes with its offer.
waiting_orders = Table(
    "waiting_orders",
    metadata,
    Column(
        "offer",
        LargeBinary(32),
        ForeignKey("offers.id_hash", ondelete="CASCADE"),
        primary_key=True,
    ),
    # The issue number the certificate will have.
    Column("number", String(32), nullable=False, unique=True),
    Column("since", BigInteger, nullable=False, index=True),
    Column("decision", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("decided_at", BigInteger),
)

transactions = Table(
    "transactions",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column(
        "offer",
        LargeBinary(32),
        ForeignKey("waiting_orders.offer", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("token_hash", LargeBinary(32), nullable=False),
    # The keys proven at the first request, as a JSON array of public JWKs.
    Column("holders", Text, nullable=False),
    Column("has_inbox", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("is_fetched", Boolean, nullable=False),
)
