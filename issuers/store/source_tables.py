"""The tables of the authorities' sources of record. Days are ISO 8601 text, amounts are won.

The resident registry and the tax service share no row: the tax service has its own copy of names
and addresses, as two authorities have.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from issuers.store.columns import (
    change_columns,
    day_column,
    name_column,
    tax_columns,
    text_column,
)
from issuers.store.tables import metadata

offices = Table(
    "offices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    text_column("name"),
    text_column("department"),
    text_column("officer"),
    text_column("phone", 32),
    text_column("seal"),
)

households = Table(
    "households",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("office", Integer, ForeignKey("offices.id"), nullable=False),
    text_column("formation_reason"),
    day_column("formed_on"),
    Column("address", Text, nullable=False),
    *change_columns(),
)

people = Table(
    "people",
    metadata,
    Column("citizen", String(64), primary_key=True),
    name_column("name"),
    name_column("hanja"),
    text_column("number_front", 6),
    text_column("number_back", 7),
    day_column("born_on"),
    # A clerk asks for a name and birth date; a common name alone has hundreds of bearers.
    Index("ix_people_name", "name", "born_on"),
)

members = Table(
    "members",
    metadata,
    Column("household", Integer, ForeignKey("households.id"), primary_key=True),
    Column("cohabitant", Boolean, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("citizen", String(64), ForeignKey("people.citizen"), nullable=False, unique=True),
    text_column("relation", 32),
    *change_columns(),
)

address_history = Table(
    "address_history",
    metadata,
    Column("household", Integer, ForeignKey("households.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    *change_columns(),
    name_column("head_name"),
    text_column("head_relation", 32),
)

tax_accounts = Table(
    "tax_accounts",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column("office", Integer, ForeignKey("offices.id"), nullable=False),
    name_column("name"),
    text_column("number_front", 6),
    text_column("number_back", 7),
    Column("address", Text, nullable=False),
    name_column("company", nullable=True),
    Column("business_number", String(12)),
    Column("trustee_arrears", BigInteger, nullable=False),
)

open_taxes = Table(
    "open_taxes",
    metadata,
    Column("citizen", String(64), ForeignKey("tax_accounts.citizen"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *tax_columns(),
)

deferrals = Table(
    "deferrals",
    metadata,
    Column("citizen", String(64), ForeignKey("tax_accounts.citizen"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text_column("kind"),
    day_column("since"),
    day_column("until"),
    *tax_columns(),
)
