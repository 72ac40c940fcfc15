"""Transactions, the request objects served for them, and over-asking that was refused.

No claim stands here in clear: ``claims_sealed`` and ``evidence_sealed`` open only with the data
key. Times are UNIX seconds.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

TRANSACTIONS: Final = Table(
    "transactions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("party", String(128), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("profile", String(128), nullable=False),
    Column("flow", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("client_id", Text, nullable=False),
    Column("leaf_sha256", LargeBinary, nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("state", String(64), nullable=False),
    Column("query", LargeBinary, nullable=False),
    Column("terms", LargeBinary, nullable=False),
    Column("terms_random", LargeBinary, nullable=False),
    Column("request_object", Text, nullable=False),
    Column("key_sealed", LargeBinary),
    Column("session_sha256", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("progress", String(16), nullable=False),
    Column("failure", String(64)),
    Column("where_failed", Text, nullable=False),
    Column("claims_sealed", LargeBinary),
    Column("evidence_sealed", LargeBinary),
    Column("response_code_sha256", LargeBinary),
    Column("redeemed_at", BigInteger),
    Column("delivered_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("steps", LargeBinary),
    Index("transactions_by_close", "closed_at"),
    Index("transactions_by_party", "party", "created_at"),
)

REQUESTS_SERVED: Final = Table(
    "requests_served",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("request_sha256", LargeBinary, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("request_object", Text, nullable=False),
)

# The nonces of shown codes, each good once for a party; the key is what makes it once.
CODES_READ: Final = Table(
    "codes_read",
    metadata,
    Column("party", String(128), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("read_at", BigInteger, nullable=False),
)

# Public: certificates as they stand in the headers of those who sign with them.
ISSUER_CHAINS: Final = Table(
    "issuer_chains",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("octets", LargeBinary, nullable=False),
)

OVER_ASKING: Final = Table(
    "over_asking",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("party", String(128), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("asked", LargeBinary, nullable=False),
    Column("refused_at", BigInteger, nullable=False),
)

# What an operator registered at run time: the newest row of a party counts, none is ever deleted.
REGISTERED_PARTIES: Final = Table(
    "registered_parties",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("party", String(128), nullable=False),
    Column("definition", LargeBinary, nullable=False),
    Column("registered_at", BigInteger, nullable=False),
    Index("registered_parties_by_party", "party", "id"),
)

# Every published registration that ever counted, by the hash that requests carry.
REGISTRATIONS: Final = Table(
    "registrations",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("party", String(128), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("octets", LargeBinary, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index("registrations_by_purpose", "party", "purpose"),
)
