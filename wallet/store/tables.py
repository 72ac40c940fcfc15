"""The wallet's tables: for each holder sealed boxes, who is busy with what, what is to be told.

Nothing here can be read without the key store: a copy of the database tells how many boxes of
which kind a holder has, and when they came, and nothing of what is in them.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

holders = Table(
    "holders",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
)

boxes = Table(
    "boxes",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kept_at", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# A turn is taken before the world is asked: of two at once, one goes on.
turns = Table(
    "turns",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("taker", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("outcome", LargeBinary, nullable=True),
)

# What a person holds out to a desk: the code itself is on the screen and nowhere else.
desk_links = Table(
    "desk_links",
    metadata,
    Column("code_sha256", LargeBinary, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("request", LargeBinary, nullable=True),
)

# How often relying parties entered spoken codes in vain, by a hash of who and since when.
spoken_tries = Table(
    "spoken_tries",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
)

# What is owed to others on a holder's behalf, until it is done: ``due_at`` says when it is tried
# again, and who moves it has it until then.
errands = Table(
    "errands",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    Index("errands_due", "due_at"),
)

# Where parties ask within standing consents: the address itself is with the party alone.
standings = Table(
    "standings",
    metadata,
    Column("code_sha256", LargeBinary, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("consent_id", Text, nullable=False),
    Index("standings_of", "holder", "consent_id"),
)
