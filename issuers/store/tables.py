"""The tables of issuing. Times are whole seconds since 1970 (UTC); nothing here opens anything.

No claim is kept, and of ids, codes and tokens only the hash.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

metadata = MetaData()

offers = Table(
    "offers",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column("code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("authority", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("citizen", String(64), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("purpose_detail", Text),
    Column("payer", Text),
    Column("tx_code_mac", LargeBinary(32)),
    Column("state", String(16), nullable=False),
    Column("wrong_tries", SmallInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column(
        "offer",
        LargeBinary(32),
        ForeignKey("offers.id_hash", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("uses", SmallInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

used_nonces = Table(
    "used_nonces",
    metadata,
    Column("nonce_hash", LargeBinary(32), primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

certificates = Table(
    "certificates",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("authority", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("citizen", String(64), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("reason", Text),
    Column("changed_at", BigInteger),
    # Few are not valid: signing a list reads these alone.
    Index("ix_certificates_status", "authority", "status"),
)

status_lists = Table(
    "status_lists",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # How many places are taken, and a count that grows with every change of a status.
    Column("taken", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

# One row per copy. The primary key is what makes an index unique, whoever races for it.
places = Table(
    "places",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("certificate", String(32), ForeignKey("certificates.number"), nullable=False),
    Index("ix_places_certificate", "certificate"),
)
