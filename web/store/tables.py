"""The kit's tables; ids and one-time codes are kept as hashes, so a copy signs nobody in."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("name", Text, primary_key=True),
    Column("shown_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("password", Text, nullable=True),
    Column("language", Text, nullable=True),
)
sessions = Table(
    "sessions",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("name", Text, nullable=False, index=True),
    Column("begun_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("name", Text, nullable=False, index=True),
    Column("until", BigInteger, nullable=False),
)
# A form is claimed before its act is done: of two equal ones at once, one goes on.
sent_forms = Table(
    "sent_forms",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("once", Text, primary_key=True),
    Column("taker", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("led_to", Text, nullable=True),
)
# A try is written down before its password is looked at: many at once count like one by one.
tries = Table(
    "tries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, primary_key=True, index=True),
    Column("at", BigInteger, nullable=False),
)
