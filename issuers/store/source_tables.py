"""The tables of the authorities' sources of record. Days are ISO 8601 text, amounts are won.

The resident registry and the tax service share no row: the tax service has its own copy of names
and addresses, as two authorities have.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, Text

from issuers.store.tables import metadata

_DAY = String(10)


def _day(name: str) -> Column[str]:
    return Column(name, _DAY, nullable=False)


def _text(name: str, length: int = 64) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _change() -> tuple[Column[str], ...]:
    """Return the three columns of a change: moved in, changed, why."""
    return _day("moved_in_on"), _day("changed_on"), _text("change_reason")


def _tax() -> tuple[Column[str] | Column[int], ...]:
    """Return the columns of one tax asked for."""
    amount: Column[int] = Column("amount", BigInteger, nullable=False)
    return _text("period"), _text("item"), _day("due_on"), amount


offices = Table(
    "offices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("name"),
    _text("department"),
    _text("officer"),
    _text("phone", 32),
    _text("seal"),
)

households = Table(
    "households",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("office", Integer, ForeignKey("offices.id"), nullable=False),
    _text("formation_reason"),
    _day("formed_on"),
    Column("address", Text, nullable=False),
    *_change(),
)

people = Table(
    "people",
    metadata,
    Column("citizen", String(64), primary_key=True),
    _text("name"),
    _text("hanja"),
    _text("number_front", 6),
    _text("number_back", 7),
    _day("born_on"),
)

members = Table(
    "members",
    metadata,
    Column("household", Integer, ForeignKey("households.id"), primary_key=True),
    Column("cohabitant", Boolean, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("citizen", String(64), ForeignKey("people.citizen"), nullable=False, unique=True),
    _text("relation", 32),
    *_change(),
)

address_history = Table(
    "address_history",
    metadata,
    Column("household", Integer, ForeignKey("households.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    *_change(),
    _text("head_name"),
    _text("head_relation", 32),
)

tax_accounts = Table(
    "tax_accounts",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column("office", Integer, ForeignKey("offices.id"), nullable=False),
    _text("name"),
    _text("number_front", 6),
    _text("number_back", 7),
    Column("address", Text, nullable=False),
    Column("company", String(64)),
    Column("business_number", String(12)),
    Column("trustee_arrears", BigInteger, nullable=False),
)

open_taxes = Table(
    "open_taxes",
    metadata,
    Column("citizen", String(64), ForeignKey("tax_accounts.citizen"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *_tax(),
)

deferrals = Table(
    "deferrals",
    metadata,
    Column("citizen", String(64), ForeignKey("tax_accounts.citizen"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _day("since"),
    _day("until"),
    *_tax(),
)
