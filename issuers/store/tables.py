"""The tables of issuing. Times are whole seconds since 1970 (UTC); nothing here opens anything.

No claim is kept, and of ids, codes and tokens only the hash.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
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

from standards.openid4vci.offer import PRE_AUTHORIZED_GRANT

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
    # Empty: about the applicant.
    Column("about", String(64), nullable=False, server_default=""),
    # One ``option=choice`` a line.
    Column("options", Text, nullable=False, server_default=""),
    Column("view", String(32)),
    Column("officer", String(64), nullable=False, server_default=""),
    # Under which a proxy applies; empty: under none.
    Column("mandate", String(22), nullable=False, server_default=""),
    # Commits to whom it is about; null in offers that an earlier release made.
    Column("subject_mac", LargeBinary(32)),
    # How a wallet takes it, and how many certificates it has led to that were renewed since.
    Column("grant_type", String(64), nullable=False, server_default=PRE_AUTHORIZED_GRANT),
    Column("edition", Integer, nullable=False, server_default="0"),
    # Whether an officer decides before anything is issued.
    Column("needs_decision", Boolean, nullable=False, server_default="0"),
    # The year whose job makes it; null for at once.
    Column("year", Integer),
    Index("ix_offers_officer", "officer", "citizen", "state"),
)
# A chunk of a job looks for its people's orders; all others are not in it.
Index(
    "ix_offers_year",
    *(offers.c.year, offers.c.kind, offers.c.citizen),
    sqlite_where=offers.c.year.is_not(None),
    postgresql_where=offers.c.year.is_not(None),
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
    # Whose it is, the key it is bound to, and what its certificate is asked for by.
    Column("client_id", Text),
    Column("dpop_jkt", String(43)),
    Column("identifier", String(64)),
)

used_nonces = Table(
    "used_nonces",
    metadata,
    Column("nonce_hash", LargeBinary(32), primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

# One row per certificate: the issue book. All its copies share the number.
certificates = Table(
    "certificates",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("authority", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("citizen", String(64), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    # Reason and time of the last change; all of them are in ``status_events``.
    Column("reason", Text),
    Column("changed_at", BigInteger),
    # Empty: about the applicant.
    Column("about", String(64), nullable=False, server_default="", index=True),
    Column("view", String(32)),
    Column("officer", String(64), nullable=False, server_default=""),
    # Under which a proxy applies; empty: under none.
    Column("mandate", String(22), nullable=False, server_default=""),
    # Whether the register has changed since, whatever the status is meanwhile.
    Column("outdated", Boolean, nullable=False, server_default="0"),
    Column("delivery", String(16), nullable=False, server_default="issued"),
    # In won, as it was on the day of issue.
    Column("fee", Integer, nullable=False, server_default="0"),
    # What the wallet must show to tell of it; null once the token was revoked.
    Column("token_hash", LargeBinary(32), index=True),
    # Commits to what it states, to see a change by; null in entries of earlier releases.
    Column("statement_mac", LargeBinary(32)),
    # Few are not valid: signing a list reads these alone.
    Index("ix_certificates_status", "authority", "status"),
    # One authority's book, the latest entry first.
    Index("ix_certificates_book", "authority", "issued_at"),
)

status_events = Table(
    "status_events",
    metadata,
    Column("certificate", String(32), ForeignKey("certificates.number"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("action", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(64), nullable=False),
)

# Who is told of a certificate: its subject, and everybody a household's copy holds.
notices = Table(
    "notices",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column("certificate", String(32), ForeignKey("certificates.number"), primary_key=True),
)

# The moves reported of a household, and by whom; an issue notices one (`Issuance.moves`).
moves = Table(
    "moves",
    metadata,
    Column("household", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
)

# 주민등록법 시행규칙 §13의2: ``against`` is given nothing about the household of ``protected``.
restrictions = Table(
    "restrictions",
    metadata,
    Column("protected", String(64), primary_key=True),
    Column("against", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_restrictions_against", "against"),
)

status_lists = Table(
    "status_lists",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # How many places are taken, and a count that grows with every change of a status.
    Column("taken", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # How many places it has; those of before this column have as many as the first ones.
    Column("size", Integer, nullable=False, server_default="131072"),
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
