"""The tables behind identity cards: pictures, resident cards, driving licences.

A picture stands once, under the SHA-256 of its octets, whichever cards show it. The police have
their own copy of names and addresses, as every authority has.
"""

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from issuers.store.columns import day_column, name_column, text_column
from issuers.store.tables import metadata

# SHA-256.
_DIGEST_OCTETS: Final = 32


def _portrait_column() -> Column[bytes]:
    digest = LargeBinary(_DIGEST_OCTETS)
    return Column("portrait", digest, ForeignKey("portraits.digest"), nullable=False)


portraits = Table(
    "portraits",
    metadata,
    Column("digest", LargeBinary(_DIGEST_OCTETS), primary_key=True),
    Column("picture", LargeBinary, nullable=False),
)

resident_cards = Table(
    "resident_cards",
    metadata,
    Column("citizen", String(64), ForeignKey("people.citizen"), primary_key=True),
    # Where the register has the person: one card at least in each household.
    Column("household", Integer, ForeignKey("households.id"), nullable=False, index=True),
    day_column("issued_on"),
    _portrait_column(),
    sqlite_with_rowid=False,
)

driving_licences = Table(
    "driving_licences",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column("office", Integer, ForeignKey("offices.id"), nullable=False),
    text_column("licence_number", 16),
    name_column("name"),
    name_column("family_name_latin"),
    name_column("given_name_latin"),
    text_column("number_front", 6),
    text_column("number_back", 7),
    day_column("born_on"),
    Column("address", Text, nullable=False),
    day_column("issued_on"),
    day_column("until"),
    _portrait_column(),
    sqlite_with_rowid=False,
)

driving_classes = Table(
    "driving_classes",
    metadata,
    Column("citizen", String(64), ForeignKey("driving_licences.citizen"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text_column("name", 32),
    day_column("since"),
    sqlite_with_rowid=False,
)
